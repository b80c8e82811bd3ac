"""Search and filters of the lists of reports, questions and shifts; they stay in the address."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from staff.daily.enums import ReportState
from staff.daily.queries import lists
from staff.people.filters import ANY, ListFilter

Teams = Sequence[tuple[int, str]]


class MonthInput(forms.DateInput):
    input_type = "month"


def _month() -> forms.RegexField:
    shape = r"^[0-9]{4}-(0[1-9]|1[0-2])\Z"
    return forms.RegexField(shape, label=_("Month"), required=False, widget=MonthInput())


class OwnFilter(ListFilter):
    """Of one's own reports."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ANY,
            (ReportState.DRAFT, ReportState.DRAFT.label),
            (lists.IN_TIME, _("filed in time")),
            (lists.LATE, _("filed late")),
        ],
    )
    month = _month()

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Question, answer or what was learnt")


class ReportFilter(ListFilter):
    """Of the reports that one may see; what is not filed only its author sees."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, (lists.IN_TIME, _("filed in time")), (lists.LATE, _("filed late"))],
    )
    month = _month()
    day = forms.DateField(
        label=_("Day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data: Mapping[str, Any], *, teams: Teams) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _(
            "Number, name, question or what was learnt"
        )
        self.offer("team", [(str(pk), name) for pk, name in teams])


class QuestionFilter(ListFilter):
    """Of the questions of reports that one may see."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    state = forms.ChoiceField(
        label=_("Answer"),
        required=False,
        choices=[
            ANY,
            (lists.OPEN, _("without an answer")),
            (lists.ANSWERED, _("answered")),
            (lists.HARD, _("marked as hard")),
        ],
    )
    month = _month()

    def __init__(self, data: Mapping[str, Any], *, teams: Teams) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Words of question or answer")
        self.offer("team", [(str(pk), name) for pk, name in teams])


class ShiftFilter(ListFilter):
    """Of the shifts that one sums up: a month, a team."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    month = _month()

    def __init__(self, data: Mapping[str, Any], *, teams: Teams) -> None:
        super().__init__(data)
        del self.fields["q"]
        self.offer("team", [(str(pk), name) for pk, name in teams])
