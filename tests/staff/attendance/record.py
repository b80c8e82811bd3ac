"""Records of one person in a few words, for tests of the rules without a database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from staff.attendance.enums import MakeUpState, Side
from staff.attendance.policies.judging import judge
from staff.attendance.policies.values import Asked, Away, Clocked, Paid, Planned, Record
from staff.people.enums import AbsenceKind, Half
from staff.rulebook.models import Policy
from staff.rulebook.queries import attendance_rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
RULES = attendance_rules(Policy(valid_from=date(2020, 1, 1)))
TIMES = {"day": ("08:30", "17:30"), "evening": ("17:00", "01:00")}
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def at(text):
    """A moment of Shanghai, `2026-10-08 17:00:59` or without seconds."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def shift(day, kind="day", key=None):
    day = date.fromisoformat(day)
    first, last = TIMES[kind]
    end_day = day if last > first else day + timedelta(days=1)
    if key is None:
        key = day.toordinal() * 10 + len(kind)
    return Planned(key, day, at(f"{day} {first}"), at(f"{end_day} {last}"))


def punch(text, side=None, key=None):
    moment = at(text)
    return Clocked(int(moment.timestamp()) if key is None else key, moment, side)


def away(day, half=Half.WHOLE, kind=AbsenceKind.PERSONAL):
    return Away(date.fromisoformat(day), half, kind)


def made_up(day, side, asked_at, state=MakeUpState.CERTIFIED):
    moment = at(asked_at)
    return Asked(int(moment.timestamp()), date.fromisoformat(day), side, moment, state)


def paid(day, side, paid_at):
    return Paid(date.fromisoformat(day), side, at(paid_at))


def rules_on(_day):
    return RULES


def judged(*, shifts, punches=(), makeups=(), leave=(), now=LATER, rules=rules_on):
    """The results by the day of the shift and whether it is the evening's, `2026-10-08e`."""
    record = Record(tuple(shifts), tuple(punches), tuple(makeups), tuple(leave))
    return judge(record, rules_on=rules, now=now)


def only(**what):
    (result,) = judged(**what).results
    return result


__all__ = ["AbsenceKind", "Half", "MakeUpState", "Side"]
