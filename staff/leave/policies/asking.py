"""Whether a request may be made, approved or withdrawn, and which rule says no."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from portal.period import Month
from staff.leave.enums import LeaveKind
from staff.leave.policies.balances import Entitlement
from staff.leave.policies.days import Part, clash, rest_half_days
from staff.people.enums import Half
from staff.rulebook.policies import LeaveRules

MOST_DAYS = 366


@dataclass(frozen=True)
class Refusal:
    """Why not: a code for `texts`, the rule, and what fills the sentence."""

    code: str
    rule: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What is asked for, by itself. Both days are included."""

    kind: LeaveKind
    first_day: date
    last_day: date
    half: Half
    names_call: bool = False
    own_call: bool = False

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1


def why_malformed(shape: Shape, *, hired_on: date, left_on: date | None) -> Refusal | None:
    """Say what is wrong with a request whatever else stands.

    A half day is one date; an emergency names who took the call, which is not oneself (LEAVE-3).
    """
    outside = shape.first_day < hired_on or (left_on is not None and shape.last_day > left_on)
    found = (
        (shape.last_day < shape.first_day, Refusal("out_of_order", "")),
        (shape.half != Half.WHOLE and shape.days != 1, Refusal("half_of_several", "")),
        (shape.days > MOST_DAYS, Refusal("too_long", "", {"days": MOST_DAYS})),
        (outside, Refusal("not_employed", "LEAVE-8")),
        (
            (shape.kind == LeaveKind.EMERGENCY) != shape.names_call,
            Refusal("no_call" if not shape.names_call else "call_without_emergency", "LEAVE-3"),
        ),
        (shape.own_call, Refusal("own_call", "LEAVE-3")),
    )
    return next((refusal for holds, refusal in found if holds), None)


def earliest_day(kind: LeaveKind, *, asked_on: date, rules: LeaveRules) -> date | None:
    """Return the first day that can be asked for on a day, None where any can.

    `rules` are those of the day of asking. Source: LEAVE-1, LEAVE-3.
    """
    if kind == LeaveKind.EMERGENCY:
        return None
    days = rules.rest_notice_days if kind == LeaveKind.REST else rules.leave_notice_days
    return asked_on + timedelta(days=days)


def why_too_late(
    kind: LeaveKind, *, first_day: date, asked_on: date, rules: LeaveRules
) -> Refusal | None:
    """Say whether a request comes too late; days ahead are calendar days."""
    earliest = earliest_day(kind, asked_on=asked_on, rules=rules)
    if earliest is None or first_day >= earliest:
        return None
    days = (earliest - asked_on).days
    params: dict[str, str | int] = {"days": days, "earliest": earliest.isoformat()}
    if kind == LeaveKind.REST:
        return Refusal("late_rest", "LEAVE-1", params)
    return Refusal("late_leave", "LEAVE-3", params)


def why_clash(asked: Sequence[Part], standing: Sequence[Part]) -> Refusal | None:
    """Say whether something stands in the way on one of the dates."""
    other = clash(asked, standing)
    if other is None:
        return None
    params = {"day": other.day.isoformat(), "kind": str(other.kind)}
    if other.is_rest != asked[0].is_rest:
        return Refusal("rest_and_leave", "LEAVE-1", params)
    return Refusal("same_day", "LEAVE-1", params)


def why_no_rest_left(
    asked: Sequence[Part],
    standing: Sequence[Part],
    *,
    entitled: Callable[[Month], Entitlement],
) -> Refusal | None:
    """Say whether a month has too few rest days left. Open requests do not count as taken."""
    taken = [part for part in standing if not part.is_open]
    for month in sorted({Month.of(part.day) for part in asked if part.is_rest}):
        of_month = entitled(month)
        left = of_month.half_days - rest_half_days(taken, month)
        if rest_half_days(asked, month) > left:
            params: dict[str, str | int] = {
                "month": str(month),
                "half_days": of_month.half_days,
                "left": max(0, left),
            }
            return Refusal(_quota_code(of_month), _quota_rule(of_month), params)
    return None


def _quota_code(of_month: Entitlement) -> str:
    if of_month.is_lost:
        return "rest_lost"
    return "rest_share" if of_month.granted < of_month.full else "rest_quota"


def _quota_rule(of_month: Entitlement) -> str:
    return {"rest_lost": "LEAVE-5", "rest_share": "LEAVE-8", "rest_quota": "LEAVE-1"}[
        _quota_code(of_month)
    ]


def can_withdraw(*, begins_at: datetime, now: datetime) -> bool:
    """Whether the first day has not begun; `begins_at` is its first moment (LEAVE-7)."""
    return now < begins_at
