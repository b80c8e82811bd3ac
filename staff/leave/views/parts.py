"""What several pages of leave show: tabs, balances, the consequence, what a decider looks at."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from portal.period import DaySpan, Month
from staff.leave import access, texts
from staff.leave.enums import LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies import balances
from staff.leave.policies.consequences import consequence
from staff.leave.policies.days import parts_of
from staff.leave.queries import calendar as calendars
from staff.leave.queries.calendar import CalendarDay
from staff.leave.queries.standing import Standing, standing_of
from staff.leave.services import Wish
from staff.leave.services.requests import wish_of
from staff.people.access import Scope
from staff.people.models import Person
from staff.roster import queries as roster
from staff.rulebook.queries import NoPolicy

AROUND = timedelta(days=2)
LONGEST_CALENDAR = 14


def tabs(scope: Scope, here: str, *, waiting: int | None = None) -> list[dict[str, Any]]:
    """Return the pages of leave for whoever looks."""
    pages: list[tuple[str, str, str]] = [
        ("leave", gettext("My leave"), "person"),
        ("leave_calendar", gettext("Team calendar"), "calendar3"),
    ]
    if scope.leads:
        pages.append(("leave_list", gettext("Requests"), "list-ul"))
    if scope.rank >= access.DECIDERS:
        pages.append(("leave_waiting", gettext("To decide"), "check2-square"))
    return [
        {
            "label": label,
            "url": reverse(f"staff:{code}"),
            "active": code == here,
            "icon": icon,
            "count": waiting if code == "leave_waiting" else None,
        }
        for code, label, icon in pages
    ]


def balance_of(standing: Standing, *, month: Month) -> dict[str, Any] | None:
    """Return the rest days of a month and the leave of its year, with their ledgers."""
    person = standing.person
    try:
        of_month = standing.entitled(month)
        rest = balances.rest_ledger(
            of_month,
            standing.parts,
            employed=balances.employed_in(month, hired_on=person.hired_on, left_on=person.left_on),
        )
        year = balances.year_ledger(
            month.year, standing.parts, year_half_days=standing.year_half_days
        )
    except NoPolicy:
        return None
    return {
        "month": texts.month_name(month),
        "month_code": str(month),
        "year": month.year,
        "rest_left": texts.days(balances.balance(rest)),
        "leave_left": texts.days(balances.balance(year)),
        "leave_below": balances.balance(year) < 0,
        "rest": _lines(rest),
        "leave": _lines(year),
    }


def _lines(lines: list[balances.Line]) -> list[dict[str, Any]]:
    total, shown = 0, []
    for line in lines:
        total += line.half_days
        sign = "+" if line.half_days > 0 else ""
        shown.append(
            {
                "day": line.day,
                "rule": line.rule,
                "text": texts.ledger_line(line),
                "days": sign + texts.days(line.half_days),
                "balance": texts.days(total),
            }
        )
    return shown


def consequences(
    person: Person, wish: Wish, *, scope: Scope, without: tuple[int, ...] = ()
) -> list[tuple[str, str]]:
    """Return what a request will cost, in sentences with their tones."""
    amounts = access.may_see_amounts(scope, person.pk)
    standing = standing_of(
        person, first=wish.first_day, last=wish.last_day, without=without, with_pay=amounts
    )
    asked = parts_of(wish.first_day, wish.last_day, half=wish.half, kind=wish.kind)
    try:
        found = consequence(asked, standing.parts, rules=standing.rules)
    except NoPolicy:
        return []
    return texts.consequences(found, with_amounts=amounts)


@dataclass(frozen=True)
class Case:
    """A request as somebody who decides looks at it."""

    leave: LeaveRequest
    badge: dict[str, str]
    span: str
    consequences: list[tuple[str, str]]
    gaps: list[dict[str, Any]]
    around: list[CalendarDay]
    balance: dict[str, Any] | None

    @property
    def is_open(self) -> bool:
        return self.leave.state == LeaveState.REQUESTED


def case_of(leave: LeaveRequest, *, scope: Scope) -> Case:
    """Return a request with rule, balance, calendar around it and the gap that it leaves."""
    wish = wish_of(leave)
    return Case(
        leave=leave,
        badge=texts.state_badge(leave.state),
        span=texts.span(leave.first_day, leave.last_day, leave.half),
        consequences=consequences(leave.person, wish, scope=scope, without=(leave.pk,)),
        gaps=gaps_of(leave),
        around=around(leave, scope=scope),
        balance=balance_of(
            standing_of(
                leave.person, first=leave.first_day, last=leave.last_day, without=(leave.pk,)
            ),
            month=Month.of(leave.first_day),
        ),
    )


def gaps_of(leave: LeaveRequest) -> list[dict[str, Any]]:
    """Return the shifts that would have too few people without this one."""
    days = list(DaySpan(leave.first_day, leave.last_day))
    chinese = (get_language() or "").startswith("zh")
    return [
        {
            "day": gap.day,
            "shift": gap.shift_name_zh if chinese else gap.shift_name_en,
            "planned": gap.planned,
            "minimum": gap.minimum,
            "wanted": gap.wanted,
            "is_below": gap.planned < gap.minimum,
        }
        for gap in roster.gaps_without(leave.person_id, days)
    ]


def around(leave: LeaveRequest, *, scope: Scope) -> list[CalendarDay]:
    """Return who else of the team is away around a request."""
    team = leave.person.postings.filter(valid_from__lte=scope.today).order_by("-valid_from")
    team_id = team.values_list("team_id", flat=True).first()
    if not team_id:
        return []
    last = min(leave.last_day, leave.first_day + timedelta(days=LONGEST_CALENDAR))
    span = DaySpan(leave.first_day - AROUND, last + AROUND)
    return [
        day
        for day in calendars.days_of([team_id], span, scope=scope, day=scope.today)
        if any(away.number != leave.person.number for away in day.away)
    ]
