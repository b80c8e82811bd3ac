"""The calendars as people read them: what departs from the weekdays in a year."""

from collections.abc import Sequence
from dataclasses import dataclass

from staff.rulebook import policies
from staff.rulebook.enums import DayKind
from staff.rulebook.models import Calendar, CalendarDay
from staff.rulebook.policies import NationalDay, NationalYear


@dataclass(frozen=True, kw_only=True)
class CalendarYear:
    """How many days of a year depart from the weekdays of a calendar."""

    calendar: Calendar
    year: int
    holidays: int
    workdays: int


def calendar_years(years: Sequence[int]) -> list[CalendarYear]:
    """Return each calendar with each of the years, by code: two queries."""
    counts: dict[tuple[int, int, str], int] = {}
    for calendar_id, day, kind in CalendarDay.objects.values_list("calendar_id", "day", "kind"):
        key = (calendar_id, day.year, kind)
        counts[key] = counts.get(key, 0) + 1
    return [
        CalendarYear(
            calendar=calendar,
            year=year,
            holidays=counts.get((calendar.pk, year, DayKind.HOLIDAY), 0),
            workdays=counts.get((calendar.pk, year, DayKind.WORKDAY), 0),
        )
        for calendar in Calendar.objects.order_by("code")
        for year in years
    ]


def days_of_year(calendar: Calendar, year: int) -> list[CalendarDay]:
    """Return the days of a calendar that depart from its weekdays, in order."""
    return list(calendar.days.filter(day__year=year).order_by("day"))


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What filling a year would add to a calendar, and what stands there already."""

    plan: NationalYear
    missing: tuple[NationalDay, ...]
    standing: int


def filling(calendar: Calendar, year: int) -> Filling:
    """Return what a calendar lacks of the nation's holidays and make-up days of a year."""
    plan = policies.national_year(year)
    stored = set(calendar.days.filter(day__year=year).values_list("day", flat=True))
    missing = tuple(each for each in plan.days if each.day not in stored)
    return Filling(plan=plan, missing=missing, standing=len(plan.days) - len(missing))
