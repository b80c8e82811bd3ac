"""Satisfaction in numbers (FBK-5), with the interval that few answers leave open."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import sqrt

Z = 1.96
"""For intervals that hold the true value in 95 of 100 cases."""

PROMOTER_FROM, PASSIVE_FROM = 9, 7


@dataclass(frozen=True)
class Share:
    """A share in per cent of `of` answers, with its 95 % interval."""

    value: float
    low: float
    high: float
    of: int


def wilson(hits: int, of: int) -> Share | None:
    """Return the share of hits with Wilson's interval; None without answers.

    Raises ValueError for more hits than answers, or fewer than none.
    """
    if not 0 <= hits <= of:
        raise ValueError("there are between none and all hits")
    if not of:
        return None
    p, z2 = hits / of, Z * Z
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    half = Z / (1 + z2 / of) * sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return Share(100 * p, 100 * max(0.0, middle - half), 100 * min(1.0, middle + half), of)


def mean(total: int, squares: int, of: int) -> Share | None:
    """Return the mean of so many scores with its normal interval; None without answers.

    `squares` is the sum of their squares; a single score leaves the interval as wide as itself.
    """
    if not of:
        return None
    middle = total / of
    if of == 1:
        return Share(middle, middle, middle, of)
    variance = max(0.0, (squares - of * middle * middle) / (of - 1))
    half = Z * sqrt(variance / of)
    return Share(middle, middle - half, middle + half, of)


def mean_of(counts: Mapping[int, int]) -> Share | None:
    """Return the mean of scores with its normal interval: of effort (CES), of satisfaction.

    `counts` says how often each score was given.
    """
    total = sum(score * n for score, n in counts.items())
    squares = sum(score * score * n for score, n in counts.items())
    return mean(total, squares, sum(counts.values()))


def nps(scores: Collection[int]) -> Share | None:
    """Return the NPS of these scores; see `nps_of`."""
    return nps_of(Counter(scores))


def nps_of(counts: Mapping[int, int]) -> Share | None:
    """Return promoters (9 and 10) minus detractors (0 to 6), from -100 to 100.

    `counts` says how often each score was given. The interval is the normal one of the difference
    of two shares, cut at the ends of the scale. Raises ValueError for a score off the scale of 0
    to 10.
    """
    if any(not 0 <= score <= 10 for score in counts):  # noqa: PLR2004 -- the scale of the question
        raise ValueError("a score lies between 0 and 10")
    of = sum(counts.values())
    if not of:
        return None
    up = sum(n for score, n in counts.items() if score >= PROMOTER_FROM) / of
    down = sum(n for score, n in counts.items() if score < PASSIVE_FROM) / of
    value = up - down
    half = Z * sqrt(max(0.0, up + down - value * value) / of)
    return Share(100 * value, 100 * max(-1.0, value - half), 100 * min(1.0, value + half), of)
