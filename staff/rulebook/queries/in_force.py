"""The policy and the timetables that hold on a day."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from portal.money import Fen
from portal.servicetime import Timetable, Window
from staff.rulebook import policies
from staff.rulebook.enums import DayKind, SpecialKind
from staff.rulebook.models import Calendar, CalendarDay, Policy, SpecialDay
from staff.rulebook.policies import (
    AbsenceStep,
    AttendanceRules,
    Ladder,
    LatenessStep,
    LeaveRules,
    version_on,
)

DESK = "desk"
OFFICE = "office"


class NoPolicy(LookupError):
    """No version of the policy holds on that day."""


def policy_on(day: date) -> Policy:
    """Return the version of the policy that holds on a day. Raises NoPolicy."""
    found = Policy.objects.filter(valid_from__lte=day).order_by("-valid_from").first()
    if found is None:
        raise NoPolicy(day)
    return found


@dataclass(frozen=True)
class Versions:
    """All versions of the policy in order: answers for many days after one query."""

    rows: tuple[Policy, ...]
    _made: dict[tuple[str, int], AttendanceRules | LeaveRules] = field(default_factory=dict)

    def on(self, day: date) -> Policy:
        """Return the version that holds on a day. Raises NoPolicy."""
        return self.rows[self._index(day)]

    def attendance_on(self, day: date) -> AttendanceRules:
        """Return the numbers of attendance that hold on a day. Raises NoPolicy."""
        index = self._index(day)
        found = self._made.get(("attendance", index))
        if not isinstance(found, AttendanceRules):
            found = self._made["attendance", index] = attendance_rules(self.rows[index])
        return found

    def leave_on(self, day: date) -> LeaveRules:
        """Return the numbers of leave that hold on a day. Raises NoPolicy."""
        index = self._index(day)
        found = self._made.get(("leave", index))
        if not isinstance(found, LeaveRules):
            found = self._made["leave", index] = leave_rules(self.rows[index])
        return found

    def as_if(self, policy: Policy, *, since: date) -> "Versions":
        """Return the versions as if these numbers held from a day on, whatever follows."""
        row = copy(policy)
        row.valid_from = since
        return Versions((*(each for each in self.rows if each.valid_from < since), row))

    def _index(self, day: date) -> int:
        index = version_on([row.valid_from for row in self.rows], day)
        if index is None:
            raise NoPolicy(day)
        return index


def versions() -> Versions:
    """Return all versions of the policy, read now with one query."""
    return Versions(tuple(Policy.objects.order_by("valid_from")))


def attendance_rules(policy: Policy) -> AttendanceRules:
    """Return the numbers of house rules §3 as values; also of a version that is not saved."""
    late, gone = (1, 2, 3), (1, 2, 3, 4)
    return AttendanceRules(
        valid_from=policy.valid_from,
        lateness=tuple(
            LatenessStep(
                rule=f"ATT-{step}",
                up_to_minutes=getattr(policy, f"late_{step}_minutes"),
                fen=Fen(getattr(policy, f"late_{step}_fen")),
            )
            for step in late
        ),
        too_late_half_days=policy.too_late_half_days,
        no_punch_half_days=policy.no_punch_half_days,
        absence=tuple(
            AbsenceStep(
                rule=f"ATT-{step + 5}",
                from_half_days=getattr(policy, f"absence_{step}_half_days"),
                wage_days=getattr(policy, f"absence_{step}_wage_days", None),
            )
            for step in gone
        ),
        full_attendance=Fen(policy.full_attendance_fen),
        publish_weekday=policy.publish_weekday,
        publish_at=policy.publish_at,
        doubling_factor=policy.doubling_factor,
        red_packet_parts=policy.red_packet_parts,
        free_makeups=policy.free_makeups,
        makeup_out=Fen(policy.makeup_out_fen),
        missing_in_half_days=policy.missing_in_half_days,
        missing_out_half_days=policy.missing_out_half_days,
        punch_before=timedelta(hours=policy.punch_before_hours),
        punch_after=timedelta(hours=policy.punch_after_hours),
    )


def leave_rules(policy: Policy) -> LeaveRules:
    """Return the numbers of house rules §4 as values; also of a version that is not saved."""
    return LeaveRules(
        valid_from=policy.valid_from,
        rest_days=policy.rest_days,
        rest_notice_days=policy.rest_notice_days,
        leave_notice_days=policy.leave_notice_days,
        rest_lost_half_days=policy.rest_lost_half_days,
        year_half_days=policy.leave_year_half_days,
    )


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
    return _timetable(calendar, days)


def timetable_of_desk() -> Timetable:
    """Return when the desk is open, in one query, for pages that have none to spare.

    Raises Calendar.DoesNotExist.
    """
    rows = list(
        Calendar.objects.filter(code=DESK).values_list(
            "windows", "weekdays", "days__day", "days__kind"
        )
    )
    if not rows:
        raise Calendar.DoesNotExist(DESK)
    windows, weekdays, *_day = rows[0]
    days = [(day, kind) for _windows, _weekdays, day, kind in rows if kind]
    return _timetable(Calendar(windows=windows, weekdays=weekdays), days)


def _timetable(calendar: Calendar, days: Iterable[tuple[date, str]]) -> Timetable:
    kinds = dict(days)
    return Timetable(
        zone=timezone.get_default_timezone(),
        windows=_windows(calendar.windows),
        weekdays=frozenset(int(digit) - 1 for digit in calendar.weekdays),
        holidays=frozenset(day for day, kind in kinds.items() if kind == DayKind.HOLIDAY),
        workdays=frozenset(day for day, kind in kinds.items() if kind == DayKind.WORKDAY),
    )


def service_day(moment: datetime) -> date:
    """Return the desk's service day of a moment (SHIFT-5)."""
    return timetable().service_day(moment)


def special_days(first: date, last: date) -> list[SpecialDay]:
    """Return the special days of a span, both days included, in order; one day may have several.

    Public holidays are rows that are not saved: those of the calendars `desk` and `office`, and
    those of the nation for a year of which neither holds any.
    """
    found = list(SpecialDay.objects.filter(day__range=(first, last)))
    taken = {row.day for row in found if row.kind == SpecialKind.HOLIDAY}
    for day, (name_zh, name_en) in _public_holidays(first, last).items():
        if day not in taken:
            found.append(
                SpecialDay(day=day, kind=SpecialKind.HOLIDAY, name_zh=name_zh, name_en=name_en)
            )
    return sorted(found, key=lambda row: (row.day, row.kind))


def _public_holidays(first: date, last: date) -> dict[date, tuple[str, str]]:
    held = CalendarDay.objects.filter(
        calendar__code__in=(DESK, OFFICE),
        kind=DayKind.HOLIDAY,
        day__range=(date(first.year, 1, 1), date(last.year, 12, 31)),
    )
    stored = {day: name or str(day) for day, name in held.values_list("day", "name")}
    filled = {day.year for day in stored}
    found = {day: (name, name) for day, name in stored.items() if first <= day <= last}
    for year in range(first.year, last.year + 1):
        if year not in filled:
            found |= {
                each.day: (each.name_zh, each.name_en)
                for each in policies.national_year(year).days
                if not each.works and first <= each.day <= last
            }
    return found
