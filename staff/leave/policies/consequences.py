"""What a request will cost and what it does to next month, before it is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from portal.money import Fen, divide, multiply
from portal.period import DaySpan, Month
from staff.leave.policies.balances import Entitlement
from staff.leave.policies.days import (
    HALF_DAY,
    Part,
    excess,
    leave_half_days,
    rest_half_days,
)
from staff.rulebook.policies import LeaveRules


@dataclass(frozen=True, kw_only=True)
class Pay:
    """What a month pays: the base salary, None where it is not known, and the bonus (ATT-10)."""

    base: Fen | None
    bonus: Fen
    is_whole_month: bool


@dataclass(frozen=True, kw_only=True)
class RestLost:
    """The leave of `month` reaches `half_days`: no rest days in the month after (LEAVE-5).

    `approved` are half days of rest approved there already.
    """

    month: Month
    half_days: int
    approved: int


@dataclass(frozen=True, kw_only=True)
class RestUse:
    """Rest days of a month: asked for, left afterwards, and asked for elsewhere, in half days."""

    month: Month
    left: int
    also_open: int
    payout: Fen | None
    """What a rest day not taken would pay (LEAVE-2)."""


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """What follows if a request is approved as it stands. Half days count 1."""

    half_days: int
    cost: Fen | None
    """What LEAVE-4 deducts; None where a base salary is not known."""
    absence: int
    """Half days past the year's limit, which count as absence (LEAVE-6)."""
    bonuses: Sequence[tuple[Month, Fen]]
    rest_lost: Sequence[RestLost]
    rest_used: Sequence[RestUse]


def daily_wage(base: Fen, month: Month) -> Fen:
    """Return the base salary through the days of the month, rounded half up (ATT-12)."""
    return divide(base, month.days)


def deduction(part_half_days: int, *, base: Fen, month: Month) -> Fen:
    """Return what one day of leave deducts: a wage, or half of it rounded half up (LEAVE-4)."""
    wage = daily_wage(base, month)
    return multiply(wage, Fraction(1, 2)) if part_half_days == HALF_DAY else wage


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The numbers by date: `leave_on` a day, `pay` and `entitled` of a month."""

    leave_on: Callable[[date], LeaveRules]
    pay: Callable[[Month], Pay]
    entitled: Callable[[Month], Entitlement]


def consequence(asked: Sequence[Part], standing: Sequence[Part], *, rules: Rules) -> Consequence:
    """Return what follows from approving the asked days beside the standing ones.

    Standing are all days approved or asked for, without the asked ones.
    """
    months = sorted({Month.of(part.day) for part in asked})
    if asked[0].is_rest:
        return Consequence(
            half_days=sum(part.half_days for part in asked), cost=Fen(0), absence=0, bonuses=(),
            rest_lost=(), rest_used=[_used(month, asked, standing, rules) for month in months],
        )  # fmt: skip
    beyond = _newly_beyond(asked, standing, rules)
    return Consequence(
        half_days=sum(part.half_days for part in asked),
        cost=_cost(asked, standing, rules),
        absence=beyond,
        bonuses=[
            (month, pay.bonus)
            for month in months
            if (pay := rules.pay(month)).is_whole_month
            and pay.bonus
            and not leave_half_days(standing, month)
        ],
        rest_lost=[found for month in months if (found := _lost(month, asked, standing, rules))],
        rest_used=(),
    )


def _limits(rules: Rules) -> Callable[[date], int]:
    return lambda day: rules.leave_on(day).year_half_days


def _newly_beyond(asked: Sequence[Part], standing: Sequence[Part], rules: Rules) -> int:
    limit = _limits(rules)
    before = sum(excess(standing, year_half_days=limit).values())
    return sum(excess([*standing, *asked], year_half_days=limit).values()) - before


def _cost(asked: Sequence[Part], standing: Sequence[Part], rules: Rules) -> Fen | None:
    """What LEAVE-4 deducts with the asked days less what it does without them."""
    both = _deducted([*standing, *asked], rules)
    without = _deducted(standing, rules)
    return None if both is None or without is None else Fen(both - without)


def _deducted(parts: Sequence[Part], rules: Rules) -> int | None:
    beyond: Mapping[Part, int] = excess(parts, year_half_days=_limits(rules))
    total = 0
    for part in parts:
        count = 0 if part.is_rest else part.half_days - beyond.get(part, 0)
        if not count:
            continue
        base = rules.pay(Month.of(part.day)).base
        if base is None:
            return None
        total += deduction(count, base=base, month=Month.of(part.day))
    return total


def _lost(
    month: Month, asked: Sequence[Part], standing: Sequence[Part], rules: Rules
) -> RestLost | None:
    following = month.next()
    limit = rules.leave_on(following.last_day).rest_lost_half_days
    before = leave_half_days(standing, month)
    after = before + leave_half_days(asked, month)
    if before > limit or after <= limit:
        return None
    approved = [part for part in standing if not part.is_open]
    return RestLost(month=month, half_days=after, approved=rest_half_days(approved, following))


def _used(month: Month, asked: Sequence[Part], standing: Sequence[Part], rules: Rules) -> RestUse:
    taken = [part for part in standing if not part.is_open]
    waiting = [part for part in standing if part.is_open]
    base = rules.pay(month).base
    left = rules.entitled(month).half_days - rest_half_days(taken, month)
    return RestUse(
        month=month,
        left=left - rest_half_days(asked, month),
        also_open=rest_half_days(waiting, month),
        payout=None if base is None else daily_wage(base, month),
    )


def span_of(months: Sequence[Month]) -> DaySpan:
    """Return the days that bear on requests in these months.

    They are the calendar years (LEAVE-6) with a month before and one after (LEAVE-5).
    """
    first, last = min(months), max(months)
    return DaySpan(Month(first.year, 1).previous().first_day, Month(last.year, 12).next().last_day)
