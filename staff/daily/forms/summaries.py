"""The form of a shift summary, and the choice of a week or month."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils.translation import gettext_lazy as _

from portal.forms import PlainText
from portal.period import DaySpan, Month
from staff.daily.enums import AFTER_SALE, Department, Figure
from staff.daily.forms.reports import VersionField
from staff.daily.models import ShiftSummary
from staff.daily.services.summaries import TEXTS, Words

MOST_PASSED = 20
WEEK, MONTH = "week", "month"
FIRST_YEAR, LAST_YEAR = 1951, 2997
ONE_DAY, SIX_DAYS = timedelta(days=1), timedelta(days=6)
Choices = Sequence[tuple[int, str]]


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"})


def _text(label: Any, rows: int = 3) -> PlainText:  # noqa: ANN401 -- a lazy text
    return PlainText(label=label, max_length=2000, required=False, widget=_area(rows))


class SummaryForm(forms.Form):
    """What the lead adds to the sums of a shift."""

    version = VersionField()
    hard = forms.TypedMultipleChoiceField(
        label=_("Hard questions of the reports"), coerce=int, required=False
    )
    hard_presale = _text(_("Hard questions before the sale, in your words"))
    hard_postsale = _text(_("Hard questions after the sale, in your words"))
    lost_note = _text(_("What is behind the orders not won"))
    checked = forms.TypedMultipleChoiceField(
        label=_("Checked figures"),
        coerce=Figure,
        required=False,
        choices=[(figure.value, figure.label) for figure in AFTER_SALE],
    )
    note = _text(_("For deputy and supervisor"))

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's signature
        questions: Choices,
        **kwargs: Any,  # noqa: ANN401 -- Django's signature
    ) -> None:
        super().__init__(*args, **{"auto_id": "summary-%s", **kwargs})
        self.fields["hard"].choices = questions  # type: ignore[attr-defined]  # a ChoiceField

    def words(self, passed_on: Sequence[tuple[Department, str]]) -> Words:
        data = self.cleaned_data
        return Words(
            **{name: data[name] for name in TEXTS},
            hard=data["hard"],
            checked=data["checked"],
            passed_on=passed_on,
        )

    @property
    def hard_now(self) -> set[str]:
        return {str(key) for key in self["hard"].value() or ()}

    @property
    def checked_now(self) -> set[str]:
        return {str(key) for key in self["checked"].value() or ()}


def initial_of(summary: ShiftSummary | None, *, hard: Sequence[int]) -> dict[str, Any]:
    """Return what a stored summary says as the form shows it."""
    if summary is None:
        return {"version": 0, "hard": hard}
    texts = {name: getattr(summary, name) for name in TEXTS}
    checks = [row.figure for row in summary.checks.all()]
    return {**texts, "version": summary.version, "hard": hard, "checked": checks}


class PassedForm(forms.Form):
    """A finding for another department; an empty line is left out."""

    department = forms.ChoiceField(
        label=_("Goes to"),
        choices=Department.choices,
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    text = PlainText(label=_("Finding"), max_length=500, required=False, widget=_area(2))

    def passed(self) -> tuple[Department, str] | None:
        """Return the finding of a valid form; None for an empty line."""
        data = self.cleaned_data
        if not data.get("text"):
            return None
        return Department(data.get("department") or Department.OPERATIONS), data["text"]


PassedForms: "type[BaseFormSet[PassedForm]]" = forms.formset_factory(
    PassedForm, extra=1, max_num=MOST_PASSED, absolute_max=MOST_PASSED, validate_max=True
)


class PeriodForm(forms.Form):
    """A week or month around a day, of one team or all; nonsense counts as not given."""

    span = forms.ChoiceField(
        label=_("Period"),
        choices=[(WEEK, _("week")), (MONTH, _("month"))],
        required=False,
        widget=forms.Select(attrs={"class": "form-select", "data-autosubmit": ""}),
    )
    at = forms.DateField(
        label=_("with the day"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    team = forms.ChoiceField(
        label=_("Team"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select", "data-autosubmit": ""}),
    )

    def __init__(self, data: Any, *, teams: Choices) -> None:  # noqa: ANN401 -- a QueryDict
        super().__init__(data, auto_id="period-%s")
        offered = [("", _("all")), *((str(pk), name) for pk, name in teams)]
        self.fields["team"].choices = offered  # type: ignore[attr-defined]  # a ChoiceField
        self.is_valid()

    @property
    def kind(self) -> str:
        return self.cleaned_data.get("span") or WEEK

    @property
    def chosen_team(self) -> int | None:
        team = self.cleaned_data.get("team")
        return int(team) if team else None

    def days(self, today: date) -> DaySpan:
        """Return the chosen week (Monday to Sunday) or month, else that of today."""
        at = self.cleaned_data.get("at")
        day = at if at and FIRST_YEAR <= at.year <= LAST_YEAR else today
        return around(day, kind=self.kind)


def around(day: date, *, kind: str) -> DaySpan:
    """Return the week or month that a day lies in."""
    if kind == MONTH:
        return Month.of(day).span
    monday = day - timedelta(days=day.weekday())
    return DaySpan(monday, monday + SIX_DAYS)
