"""Forms of praise, demerits and coaching."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from staff.incentives.enums import DemeritKind, PraiseKind, ReactionKind
from staff.incentives.services.coaching import Talk
from staff.incentives.services.recognition import Seen, Words
from staff.people.forms import SENSIBLE

Choices = Sequence[tuple[int, str]]
PERSON, TEAM = "p", "t"


def day_field(label: Any, *, required: bool = True) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    return forms.DateField(
        label=label,
        required=required,
        validators=SENSIBLE,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class VersionField(forms.IntegerField):
    """The version of a row as it was shown."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, min_value=1, max_value=10**9)


class KeyedForm(forms.Form):
    """A form that is sent once."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)


class PersonForm(KeyedForm):
    """A form about one of the people offered."""

    person = forms.TypedChoiceField(label=_("Person"), coerce=int)

    def __init__(self, *args: Any, people: Choices, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "---------"), *people]  # type: ignore[attr-defined]  # a ChoiceField


class PraiseForm(KeyedForm):
    to = forms.ChoiceField(label=_("Who is praised"))
    kind = forms.ChoiceField(label=_("Kind of praise"), choices=PraiseKind.choices)
    title = PlainText(label=_("Title"), max_length=60)
    text = PlainText(
        label=_("What was done"),
        max_length=600,
        widget=area(4),
        help_text=_("Public: the whole department reads it. No names or data of customers."),
    )

    def __init__(self, *args: Any, people: Choices, teams: Choices, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "---------"),
            (_("Teams"), [(f"{TEAM}{pk}", name) for pk, name in teams]),
            (_("People"), [(f"{PERSON}{pk}", name) for pk, name in people]),
        ]

    def words(self) -> Words:
        """Return what a valid form says."""
        data = self.cleaned_data
        kind, pk = data["to"][0], int(data["to"][1:])
        return Words(
            kind=PraiseKind(data["kind"]),
            title=data["title"],
            text=data["text"],
            person_id=pk if kind == PERSON else None,
            team_id=pk if kind == TEAM else None,
        )


class WithdrawForm(forms.Form):
    why = PlainText(label=_("Reason for the withdrawal"), max_length=500, widget=area(2))


class ReactForm(forms.Form):
    kind = forms.ChoiceField(choices=ReactionKind.choices)
    on = forms.ChoiceField(choices=[("1", "1"), ("0", "0")])


class DemeritForm(PersonForm):
    day = day_field(_("Date of the shift"))
    kind = forms.ChoiceField(label=_("What for"), choices=DemeritKind.choices)
    reason = PlainText(label=_("What was seen"), max_length=500, widget=area(3))
    evidence = PlainText(
        label=_("Evidence"),
        max_length=500,
        widget=area(2),
        help_text=_("Who saw it and when, number of a screenshot or recording, number of a case."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > self.today:
            raise ValidationError(_("This day has not come yet."), code="future")
        return day

    def seen(self) -> Seen:
        """Return what a valid form says."""
        data = self.cleaned_data
        return Seen(
            person_id=data["person"],
            day=data["day"],
            kind=DemeritKind(data["kind"]),
            reason=data["reason"],
            evidence=data["evidence"],
        )


class TalkForm(forms.Form):
    """What a coaching entry says (INC-7)."""

    held_on = day_field(_("Date of the talk"))
    topic = PlainText(label=_("Topic"), max_length=120)
    agreement = PlainText(label=_("What was agreed"), max_length=2000, widget=area(5))
    due_on = day_field(_("Follow-up on (empty: none)"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        held, due = data.get("held_on"), data.get("due_on")
        if held and due and due < held:
            self.add_error("due_on", _("The follow-up lies before the talk."))
        return data

    def talk(self) -> Talk:
        """Return what a valid form says."""
        data = self.cleaned_data
        return Talk(
            held_on=data["held_on"],
            topic=data["topic"],
            agreement=data["agreement"],
            due_on=data["due_on"],
        )


class CoachingForm(TalkForm, PersonForm):
    field_order = ("person", "held_on", "topic", "agreement", "due_on")


class ChangeCoachingForm(TalkForm):
    version = VersionField()


class CloseCoachingForm(forms.Form):
    version = VersionField()
    outcome = PlainText(label=_("What came of it"), max_length=1000, widget=area(3))


class VersionForm(forms.Form):
    version = VersionField()
