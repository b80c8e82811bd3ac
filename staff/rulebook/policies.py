"""Values of the policy as the rules use them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from itertools import pairwise

import holidays
from chinese_calendar import constants

from portal.money import Fen

FIRST_YEAR, LAST_YEAR = 2004, 2100
FESTIVALS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Numbers of which none may lie below the one before; `strict`: nor be equal to it."""

    names: tuple[str, ...]
    strict: bool = False


CHAINS = {
    "ladder": Chain(
        names=("lead_after_minutes", "deputy_after_minutes", "supervisor_after_minutes")
    ),
    "lateness": Chain(names=("late_1_minutes", "late_2_minutes", "late_3_minutes")),
    "absence": Chain(
        names=tuple(f"absence_{step}_half_days" for step in (1, 2, 3, 4)), strict=True
    ),
    "waiting": Chain(names=("wait_days", "waits_days")),
    "approval": Chain(names=("lead_approves_fen", "deputy_approves_fen")),
}


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """The rungs of a reminder (FUP-2, CMP-10).

    `before` counts by the clock before the due time; the others in service time of the desk
    after it.
    """

    before: timedelta
    lead: timedelta
    deputy: timedelta
    supervisor: timedelta


@dataclass(frozen=True, kw_only=True)
class LatenessStep:
    """Up to so many minutes, included, a red packet of so many fen is owed (ATT-1 to ATT-3)."""

    rule: str
    up_to_minutes: int
    fen: Fen


@dataclass(frozen=True, kw_only=True)
class AbsenceStep:
    """From so many half days of absence in a month on, wages of so many days are deducted.

    `wage_days` is None where the whole month is forfeited (ATT-6 to ATT-9).
    """

    rule: str
    from_half_days: int
    wage_days: int | None


@dataclass(frozen=True, kw_only=True)
class AttendanceRules:
    """The numbers of house rules §3 in one version; absences count in half days."""

    valid_from: date
    lateness: tuple[LatenessStep, ...]
    too_late_half_days: int
    no_punch_half_days: int
    absence: tuple[AbsenceStep, ...]
    full_attendance: Fen
    publish_weekday: int
    publish_at: time
    doubling_factor: int
    red_packet_parts: int
    free_makeups: int
    makeup_out: Fen
    missing_in_half_days: int
    missing_out_half_days: int
    punch_before: timedelta
    punch_after: timedelta


@dataclass(frozen=True, kw_only=True)
class LeaveRules:
    """The numbers of house rules §4 in one version; `year_half_days` of personal leave a year."""

    valid_from: date
    rest_days: int
    rest_notice_days: int
    leave_notice_days: int
    rest_lost_half_days: int
    year_half_days: int


def version_on(starts: Sequence[date], day: date) -> int | None:
    """Return the index of the version that holds on a day, None before the first.

    `starts` are the first days of the versions, in order.
    """
    index = bisect_right(starts, day) - 1
    return index if index >= 0 else None


def descending(values: Mapping[str, int]) -> dict[str, str]:
    """Return the numbers that break the order of their steps, with the name of the chain.

    Numbers that are missing are not judged.
    """
    found = {}
    for code, chain in CHAINS.items():
        known = [(name, values[name]) for name in chain.names if name in values]
        for (_name, lower), (name, upper) in pairwise(known):
            if upper < lower or (chain.strict and upper == lower):
                found[name] = code
    return found


@dataclass(frozen=True, kw_only=True)
class NationalDay:
    """A public holiday, or a weekend day on which work is made up for it (调休上班)."""

    day: date
    works: bool
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class NationalYear:
    """The plan of a year. `complete`: the official plan with its make-up working days is known."""

    year: int
    days: tuple[NationalDay, ...]
    complete: bool


@lru_cache(maxsize=16)
def national_year(year: int) -> NationalYear:
    """Return the public holidays of a year in order; without any for a year nobody knows.

    The official plan where it is known, else the days by law and by the lunar calendar, which
    have no make-up working days yet. Never raises.
    """
    official = _official(year)
    if official:
        return NationalYear(year=year, days=official, complete=True)
    return NationalYear(year=year, days=_by_law(year), complete=False)


def _official(year: int) -> tuple[NationalDay, ...]:
    plans = ((False, constants.holidays), (True, constants.workdays))
    found = [
        NationalDay(day=day, works=works, name_zh=FESTIVALS.get(name, name), name_en=name)
        for works, plan in plans
        for day, name in plan.items()
        if day.year == year
    ]
    return tuple(sorted(found, key=lambda each: each.day))


def _by_law(year: int) -> tuple[NationalDay, ...]:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    chinese, english = (
        holidays.country_holidays("CN", years=year, language=language)
        for language in ("zh_CN", "en_US")
    )
    return tuple(
        NationalDay(day=day, works=False, name_zh=chinese[day], name_en=english[day])
        for day in sorted(chinese)
        if day.year == year
    )
