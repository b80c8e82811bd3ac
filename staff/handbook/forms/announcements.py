"""Forms of announcements (DAY-5)."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from staff.handbook.enums import AnnouncementKind
from staff.handbook.forms.fields import KeyField, PickField, VersionField, area, day_field, offer
from staff.handbook.policies.audience import Target
from staff.handbook.services.announcements import Saying
from staff.people.enums import Post

LONGEST_SPAN = timedelta(days=366)
Choices = Sequence[tuple[int, str]]


class AnnouncementForm(forms.Form):
    """An announcement. Without `sites` the author may reach the teams offered only."""

    form_key = KeyField()
    kind = forms.ChoiceField(label=_("Kind"), choices=AnnouncementKind.choices)
    title = PlainText(label=_("Title"), max_length=120)
    text = PlainText(
        label=_("Text"),
        max_length=10_000,
        widget=area(8),
        help_text=_("What changes, from when, and what to say to customers."),
    )
    first_day = day_field(_("From"))
    last_day = day_field(_("Until"), help_text=_("Included; after it nobody is asked any more."))
    must_read = forms.BooleanField(
        label=_("Must be read"),
        required=False,
        help_text=_(
            "Who has not confirmed is reminded every morning; from the second time on their chiefs"
            " hear of it."
        ),
    )
    teams = PickField(_("Teams"))
    sites = PickField(_("Sites"))
    posts = forms.MultipleChoiceField(
        label=_("Posts"),
        required=False,
        choices=Post.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: for all posts."),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        teams: Choices,
        sites: Choices | None,
        today: date,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.widely = today, sites is not None
        offer(self, "teams", teams)
        if sites is None:
            del self.fields["sites"]
            self.fields["teams"].help_text = _("You write to your own team.")
        else:
            offer(self, "sites", sites)
            self.fields["teams"].help_text = _("Neither team nor site ticked: for everybody.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last:
            self._check_days(first, last)
        if not self.widely and data.get("teams") == []:
            self.add_error("teams", _("Tick at least one team."))
        return data

    def _check_days(self, first: date, last: date) -> None:
        if last < first:
            self.add_error("last_day", _("The last day lies before the first."))
        elif last < self.today:
            self.add_error("last_day", _("This day is over already."))
        elif last - first > LONGEST_SPAN:
            self.add_error("last_day", _("An announcement holds a year at most."))

    def saying(self) -> Saying:
        """Return what a valid form says."""
        data = self.cleaned_data
        return Saying(
            kind=AnnouncementKind(data["kind"]),
            title=data["title"],
            text=data["text"].replace("\r\n", "\n"),
            first_day=data["first_day"],
            last_day=data["last_day"],
            must_read=data["must_read"],
            target=Target(
                team_ids=frozenset(data["teams"]),
                site_ids=frozenset(data.get("sites", ())),
                posts=frozenset(data["posts"]),
            ),
        )


class ChangeAnnouncementForm(AnnouncementForm):
    version = VersionField()
    why = PlainText(
        label=_("Why it is changed"),
        max_length=200,
        help_text=_("Other words are confirmed anew by everybody; the reason stands beside them."),
    )
    field_order = ("why",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        del self.fields["form_key"]


class WithdrawForm(forms.Form):
    why = PlainText(label=_("Why it no longer holds"), max_length=200)


class NumberForm(forms.Form):
    """The version that was read."""

    number = VersionField()
