"""The policy and the timetables that hold on a day."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from portal.servicetime import Timetable, Window
from staff.rulebook.enums import DayKind
from staff.rulebook.models import Calendar, CalendarDay, Policy
from staff.rulebook.policies import Ladder

DESK = "desk"


class NoPolicy(LookupError):
    """No version of the policy holds on that day."""


def policy_on(day: date) -> Policy:
    """Return the version of the policy that holds on a day. Raises NoPolicy."""
    found = Policy.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if found is None:
        raise NoPolicy(day)
    return found


def ladder_of(policy: Policy) -> Ladder:
    """Return the rungs of a reminder as durations."""
    return Ladder(
        before=timedelta(minutes=policy.remind_before_minutes),
        lead=timedelta(minutes=policy.lead_after_minutes),
        deputy=timedelta(minutes=policy.deputy_after_minutes),
        supervisor=timedelta(minutes=policy.supervisor_after_minutes),
    )


def _windows(pairs: Sequence[Sequence[str]]) -> tuple[Window, ...]:
    return tuple(Window(time.fromisoformat(start), time.fromisoformat(end)) for start, end in pairs)


def timetable(code: str = DESK) -> Timetable:
    """Return when a calendar is open. Raises Calendar.DoesNotExist."""
    calendar = Calendar.objects.get(code=code)
    days = CalendarDay.objects.filter(calendar=calendar).values_list("day", "kind")
    return Timetable(
        zone=timezone.get_default_timezone(),
        windows=_windows(calendar.windows),
        weekdays=frozenset(int(digit) - 1 for digit in calendar.weekdays),
        holidays=frozenset(day for day, kind in days if kind == DayKind.HOLIDAY),
        workdays=frozenset(day for day, kind in days if kind == DayKind.WORKDAY),
    )


def service_day(moment: datetime) -> date:
    """Return the desk's service day of a moment (SHIFT-5)."""
    return timetable().service_day(moment)
