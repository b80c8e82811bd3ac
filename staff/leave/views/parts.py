"""What several pages of leave show: tabs, balances, the consequence, what a decider looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
from staff.leave.queries.standing import Standing, standing_of, standing_without
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


def consequences(person: Person, wish: Wish, *, scope: Scope) -> list[tuple[str, str]]:
    """Return what a request will cost, in sentences with their tones."""
    amounts = access.may_see_amounts(scope, person.pk)
    standing = standing_of(person, first=wish.first_day, last=wish.last_day, with_pay=amounts)
    return foreseen(wish, standing, with_amounts=amounts)


def consequences_of(leave: LeaveRequest, *, scope: Scope) -> list[tuple[str, str]]:
    """Return what a request will cost that stands already."""
    amounts = access.may_see_amounts(scope, leave.person_id)
    standing = standing_without([leave], with_pay=[leave.person_id] if amounts else [])[leave.pk]
    return foreseen(wish_of(leave), standing, with_amounts=amounts)


def foreseen(wish: Wish, standing: Standing, *, with_amounts: bool) -> list[tuple[str, str]]:
    """Return what follows from a wish beside what stands; nothing before the first policy."""
    asked = parts_of(wish.first_day, wish.last_day, half=wish.half, kind=wish.kind)
    try:
        found = consequence(asked, standing.parts, rules=standing.rules)
    except NoPolicy:
        return []
    return texts.consequences(found, with_amounts=with_amounts)


@dataclass(frozen=True)
class Case:
    """A request as somebody who decides looks at it."""

    leave: LeaveRequest
    badge: dict[str, str]
    span: str
    consequences: list[tuple[str, str]]
    gaps: list[dict[str, Any]]
    around: list[tuple[date, tuple[str, ...]]]
    balance: dict[str, Any] | None

    @property
    def is_open(self) -> bool:
        return self.leave.state == LeaveState.REQUESTED


def cases_of(leaves: Sequence[LeaveRequest], *, scope: Scope) -> list[Case]:
    """Return requests with rule, balance, calendar around them and the gaps that they leave.

    The requests come with their people. The number of queries does not depend on theirs.
    """
    paid = {row.person_id for row in leaves if access.may_see_amounts(scope, row.person_id)}
    standing = standing_without(leaves, with_pay=paid)
    gaps = roster.gaps_without_each(
        [(row.person_id, list(DaySpan(row.first_day, row.last_day))) for row in leaves]
    )
    around = calendars.around(
        {row.pk: (row.person_id, _days_around(row)) for row in leaves}, day=scope.today
    )
    return [
        Case(
            leave=leave,
            badge=texts.state_badge(leave.state),
            span=texts.span(leave.first_day, leave.last_day, leave.half),
            consequences=foreseen(
                wish_of(leave), standing[leave.pk], with_amounts=leave.person_id in paid
            ),
            gaps=[_gap(gap) for gap in lacking],
            around=around[leave.pk],
            balance=balance_of(standing[leave.pk], month=Month.of(leave.first_day)),
        )
        for leave, lacking in zip(leaves, gaps, strict=True)
    ]


def _gap(gap: roster.Gap) -> dict[str, Any]:
    """Return a shift that would have too few people without this one."""
    chinese = (get_language() or "").startswith("zh")
    return {
        "day": gap.day,
        "shift": gap.shift_name_zh if chinese else gap.shift_name_en,
        "planned": gap.planned,
        "minimum": gap.minimum,
        "wanted": gap.wanted,
        "is_below": gap.is_below_minimum,
    }


def _days_around(leave: LeaveRequest) -> DaySpan:
    last = min(leave.last_day, leave.first_day + timedelta(days=LONGEST_CALENDAR))
    return DaySpan(leave.first_day - AROUND, last + AROUND)
