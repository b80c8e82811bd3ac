"""Filters of the lists of attendance; they stay in the address."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from portal.period import DaySpan, Month, NotAMonth
from staff.attendance.queries import listing
from staff.people.filters import ANY, ListFilter

SENSIBLE = (date(2000, 1, 2), date(2100, 12, 31))
MOST_DAYS = 31
USUAL_DAYS = 7
RESULTS = [
    (listing.LATE, _("late")),
    (listing.EARLY, _("left early")),
    (listing.MISSING, _("punch missing")),
    (listing.ABSENT, _("absence")),
    (listing.MADE_UP, _("made up")),
    (listing.FINE, _("in order")),
    (listing.EXCUSED, _("rest day or leave")),
    (listing.PENDING, _("not judged yet")),
]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_field(label: Any) -> forms.DateField:  # noqa: ANN401 -- a lazy text
    return forms.DateField(
        label=label,
        required=False,
        validators=[MinValueValidator(SENSIBLE[0]), MaxValueValidator(SENSIBLE[1])],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class AttendanceFilter(ListFilter):
    """Shifts of at most 31 days; without days the last seven."""

    team = forms.ChoiceField(label=_("Team"), required=False)
    result = forms.ChoiceField(label=_("Result"), required=False, choices=[ANY, *RESULTS])
    first = day_field(_("From"))
    last = day_field(_("Until"))

    def __init__(self, data: Mapping[str, Any], *, teams: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs["placeholder"] = _("Number or name")
        self.offer("team", [(str(pk), name) for pk, name in teams])

    def span(self, today: date) -> DaySpan:
        """Return the days that are asked for, both included, cut to 31."""
        self.is_valid()
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first is None:
            first = (last or today) - timedelta(days=USUAL_DAYS - 1)
        if last is None:
            last = max(first, min(today, first + timedelta(days=MOST_DAYS - 1)))
        if last < first:
            first, last = last, first
        return DaySpan(first, min(last, first + timedelta(days=MOST_DAYS - 1)))


def sort_of(data: Mapping[str, Any]) -> str:
    asked = str(data.get("sort", ""))
    return asked if asked in listing.ORDERS else listing.NEWEST


def month_of(data: Mapping[str, Any], *, today: date) -> Month:
    """Return the month that the address asks for, else the current one."""
    try:
        month = Month.parse(str(data.get("month", "")))
    except NotAMonth:
        return Month.of(today)
    return month if SENSIBLE[0] <= month.first_day <= SENSIBLE[1] else Month.of(today)


def day_of(text: str) -> date | None:
    """Read a day of an address, `2026-10-08`; None where it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if SENSIBLE[0] <= day <= SENSIBLE[1] else None
