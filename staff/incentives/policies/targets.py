"""What a measure comes to, whether that reaches the goal, and what may be set (INC-2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from portal.period import DaySpan
from staff.incentives.enums import Aim, Bound, Measure

ONE_UNIT = 100
"""Values are hundredths of the measure's unit."""
HUNDRED_PERCENT = 100 * ONE_UNIT
LONGEST_PERIOD = 366
LARGEST_GOAL = 10**9 * ONE_UNIT


class Unit(Enum):
    """What a value counts."""

    MINUTES = "minutes"
    PERCENT = "percent"
    POINTS = "points"
    NUMBER = "number"


class Reckoning(Enum):
    """How the rows make a figure: their weighted mean, or their sum."""

    MEAN = "mean"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Scale:
    """How a measure counts; `most` is the largest value that makes sense, in hundredths."""

    unit: Unit
    reckoning: Reckoning = Reckoning.MEAN
    most: int = LARGEST_GOAL


_SHARE = Scale(Unit.PERCENT, most=HUNDRED_PERCENT)
_MINUTES = Scale(Unit.MINUTES)
SCALES = {
    Measure.FIRST_RESPONSE_MINUTES: _MINUTES,
    Measure.HANDLING_MINUTES: _MINUTES,
    Measure.CLOSED_IN_TIME: _SHARE,
    Measure.SATISFACTION: Scale(Unit.POINTS, most=5 * ONE_UNIT),
    Measure.CONVERSION: _SHARE,
    Measure.INQUIRIES: Scale(Unit.NUMBER, Reckoning.SUM),
    Measure.REVIEWS_SAME_DAY: _SHARE,
    Measure.FOLLOWUPS_IN_TIME: _SHARE,
    Measure.AUDIT_SCORE: Scale(Unit.POINTS, most=100 * ONE_UNIT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredValue:
    """One row behind a figure: `value` in hundredths of the unit, counting `weight` times."""

    key: str
    at: datetime
    value: int
    weight: int = 1
    person_id: int | None = None
    store_id: int | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a measure comes to, in hundredths of its unit, and from how many rows."""

    value: int
    rows: int


def figure_of(rows: Sequence[MeasuredValue], scale: Scale) -> Figure | None:
    """Return the figure, a mean rounded half up to the hundredth; None without a row, never 0."""
    if not rows:
        return None
    total = sum(row.value * row.weight for row in rows)
    if scale.reckoning == Reckoning.SUM:
        return Figure(total, len(rows))
    weight = sum(row.weight for row in rows)
    return Figure((2 * total + weight) // (2 * weight), len(rows))


def is_reached(value: int, *, bound: Bound, goal: int) -> bool:
    """Whether a figure is on the right side of the goal, or on it."""
    return value >= goal if bound == Bound.AT_LEAST else value <= goal


def share_done(value: int, *, bound: Bound, goal: int) -> int:
    """Return how full the bar is, 0 to 100: full is the goal.

    For a goal from above it says how much of what is allowed was used.
    """
    if goal == 0:
        return 100 if value or bound == Bound.AT_LEAST else 0
    return max(0, min(100, value * 100 // goal))


def time_passed(period: DaySpan, today: date) -> int:
    """Return how much of a period is over when the day begins, 0 to 100."""
    done = (min(today, period.last_day) - period.first_day).days + (today > period.last_day)
    return max(0, min(100, done * 100 // period.days))


class Refusal(Enum):
    """Why a target cannot be set so."""

    NO_POST_MEASURE = "presale_only"
    ABOVE_SCALE = "above_scale"
    OVER = "over"
    TOO_LONG = "too_long"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A target as somebody wants to set it. `is_presale`: None where no one post is meant."""

    measure: Measure
    aim: Aim
    goal: int
    period: DaySpan
    is_presale: bool | None = None


def why_not_set(wish: Wish, *, today: date) -> Refusal | None:
    """Return what speaks against a target.

    Only pre-sale has a conversion target (INC-2, ORG-6); a period that is over is not set any
    more; it lasts a year at most and begins within the next.
    """
    if wish.measure == Measure.CONVERSION and wish.is_presale is False:
        return Refusal.NO_POST_MEASURE
    if not 0 <= wish.goal <= SCALES[wish.measure].most:
        return Refusal.ABOVE_SCALE
    if wish.period.last_day < today:
        return Refusal.OVER
    if wish.period.days > LONGEST_PERIOD:
        return Refusal.TOO_LONG
    return Refusal.TOO_FAR if (wish.period.first_day - today).days > LONGEST_PERIOD else None


def by_person(rows: Iterable[MeasuredValue]) -> dict[int, list[MeasuredValue]]:
    """Return the rows of each person; those of nobody are left out."""
    found: dict[int, list[MeasuredValue]] = {}
    for row in rows:
        if row.person_id is not None:
            found.setdefault(row.person_id, []).append(row)
    return found
