"""Forms of requests for leave: ask and decide."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from staff.leave.enums import LeaveKind
from staff.leave.services import Wish
from staff.people.enums import Half
from staff.people.forms import SENSIBLE

LONGEST_REASON = 500
People = Sequence[tuple[int, str]]


def _day(label: Any, *, required: bool = True) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    return forms.DateField(
        label=label,
        required=required,
        validators=SENSIBLE,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AskForm(forms.Form):
    """What is asked for. Without a last day it is one day."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("Kind"), choices=LeaveKind.choices, widget=forms.RadioSelect)
    first_day = _day(_("First day"))
    last_day = _day(_("Last day (empty: one day)"), required=False)
    half = forms.ChoiceField(
        label=_("Part of the day"), choices=Half.choices, initial=Half.WHOLE, required=False
    )
    call_taken_by = forms.TypedChoiceField(
        label=_("Emergency: who took your call"), coerce=int, empty_value=None, required=False
    )
    reason = PlainText(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Seen by your lead and those who decide."),
    )

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **{"auto_id": "leave-%s", **kwargs})
        self.fields["call_taken_by"].choices = [("", "---------"), *people]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first_day") and not data.get("last_day") and "last_day" not in self.errors:
            data["last_day"] = data["first_day"]
        if data.get("kind") != LeaveKind.EMERGENCY:
            data["call_taken_by"] = None
        return data

    def wish(self) -> Wish:
        """Return what a valid form asks for."""
        data = self.cleaned_data
        return Wish(
            kind=LeaveKind(data["kind"]),
            first_day=data["first_day"],
            last_day=data["last_day"],
            half=Half(data["half"] or Half.WHOLE),
            reason=data["reason"],
            call_taken_by_id=data["call_taken_by"],
        )


class PreviewForm(AskForm):
    """The same before it is sent: the key and who took the call are not needed yet."""

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, people=people, **kwargs)
        self.fields["form_key"].required = False


class DecideForm(forms.Form):
    """A decision with its reason; a refusal says why (LEAVE-7)."""

    version = forms.RegexField(r"^[0-9]{1,9}\Z", widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        choices=[("approve", _("Approve")), ("refuse", _("Refuse"))], widget=forms.HiddenInput
    )
    why = PlainText(
        label=_("Reason for the decision (needed for a refusal)"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
    )

    def clean_version(self) -> int:
        return int(self.cleaned_data["version"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("decision") == "refuse" and not data.get("why") and "why" not in self.errors:
            self.add_error("why", ValidationError(_("Say why it is refused."), code="required"))
        return data


class MonthForm(forms.Form):
    """The month and team of the calendar; nonsense counts as not given."""

    month = forms.RegexField(r"^[0-9]{4}-(0[1-9]|1[0-2])\Z", required=False)
    team = forms.RegexField(r"^[0-9]{1,18}\Z", required=False)

    @property
    def chosen(self) -> tuple[str, int | None]:
        self.is_valid()
        team = self.cleaned_data.get("team")
        return self.cleaned_data.get("month") or "", int(team) if team else None
