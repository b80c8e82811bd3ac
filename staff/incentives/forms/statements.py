"""Forms of statements: a line is disputed, a dispute answered, a month signed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from portal.period import Month, NotAMonth
from staff.attendance.enums import Side
from staff.incentives.enums import DisputeState
from staff.incentives.queries.statements import Disputed
from staff.people.filters import ANY, ListFilter
from staff.people.forms import SENSIBLE

MOST_ALIKE = 1000
FLAGGED, DISPUTED, UNCONFIRMED = "flagged", "disputed", "unconfirmed"


class MonthField(forms.CharField):
    """A month such as `2026-10`; the cleaned value is a Month, or None where it is none."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 -- those of any field
        super().__init__(max_length=7, widget=forms.HiddenInput, **options)

    def clean(self, value: Any) -> Month:  # noqa: ANN401 -- what was sent
        text = super().clean(value)
        try:
            return Month.parse(text)
        except NotAMonth:
            raise forms.ValidationError(_("Choose a month such as 2026-10.")) from None


def _day() -> forms.DateField:
    return forms.DateField(
        validators=SENSIBLE, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput
    )


class DisputeForm(forms.Form):
    """An objection to a line of the own statement; the line is named by what it is about."""

    month = MonthField()
    about = _day()
    rule = PlainText(max_length=12, widget=forms.HiddenInput)
    day = _day()
    event = _day()
    side = forms.ChoiceField(
        choices=[("", ""), *Side.choices], required=False, widget=forms.HiddenInput
    )
    nth = forms.IntegerField(min_value=0, max_value=MOST_ALIKE, widget=forms.HiddenInput)
    reason = PlainText(
        label=_("Why is the line wrong?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        help_text=_("The deputy and the supervisor above read this and answer."),
    )

    @property
    def line(self) -> Disputed:
        """The line that is disputed; only of a valid form."""
        data = self.cleaned_data
        return Disputed(
            data["about"], data["rule"], data["day"], data["event"], data["side"], data["nth"]
        )


class AnswerForm(forms.Form):
    """The answer to a dispute: the line stands or is taken back, and why."""

    decision = forms.ChoiceField(
        choices=[("stands", _("The line stands")), ("reverse", _("Take the line back"))]
    )
    answer = PlainText(
        label=_("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class StatementFilter(ListFilter):
    """Statements of a month by name, number and what stands out."""

    only = forms.ChoiceField(
        label=_("Only"),
        required=False,
        choices=[
            ANY,
            (FLAGGED, _("with criticism or dismissal")),
            (DISPUTED, _("with an open dispute")),
            (UNCONFIRMED, _("not confirmed")),
        ],
    )


class DisputeFilter(ListFilter):
    """Disputes by state."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, *DisputeState.choices]
    )
