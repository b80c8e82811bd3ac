"""Scores of quality audits, exact: weights and results are whole basis points (10,000 = 100 %)."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

FULL = 10_000
MOST_POINTS = 100
MOST_CRITERIA = 20
HALF = Fraction(1, 2)


@dataclass(frozen=True, kw_only=True)
class Part:
    """The points given in one criterion, at most `most`; None where it did not apply."""

    weight_bp: int
    most: int
    points: int | None
    knocks_out: bool = False


def half_up(value: Fraction) -> int:
    """Round a non-negative fraction to the nearest whole, halves up."""
    return (value + HALF).__floor__()


def why_not_weights(weights: Collection[int]) -> str | None:
    """Return why weights in basis points make no scorecard, None where they do."""
    if not weights:
        return "no_criteria"
    if len(weights) > MOST_CRITERIA:
        return "too_many"
    if any(weight < 1 for weight in weights):
        return "no_weight"
    return None if sum(weights) == FULL else "not_whole"


def total_bp(parts: Sequence[Part]) -> int:
    """Return the weighted score in basis points, rounded half up once.

    Criteria that did not apply leave their weight to the others; 0 points in one that knocks out
    make 0. Raises ValueError where none applied, or points lie outside their scale.
    """
    given = [(part, part.points) for part in parts if part.points is not None]
    if not given:
        raise ValueError("no criterion applied")
    if any(not 0 <= points <= part.most for part, points in given):
        raise ValueError("points lie outside their scale")
    if any(part.knocks_out and points == 0 for part, points in given):
        return 0
    reached = sum(
        (Fraction(part.weight_bp * points, part.most) for part, points in given), Fraction(0)
    )
    return half_up(FULL * reached / sum(part.weight_bp for part, _points in given))


def mean_bp(totals: Collection[int]) -> int | None:
    """Return the mean of scores, rounded half up; None without any."""
    return half_up(Fraction(sum(totals), len(totals))) if totals else None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How far two auditors lie apart in one criterion, in basis points of its scale.

    None where the criterion applied for one of them only.
    """

    bp: int | None

    @property
    def agrees(self) -> bool:
        return self.bp == 0


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """How far two audits of one item lie apart; `first` less `second` is not told, only how far."""

    total_bp: int
    gaps: tuple[Gap, ...]

    @property
    def agreed(self) -> int:
        """In how many criteria both gave the same."""
        return sum(gap.agrees for gap in self.gaps)


def gap(first: Part, second: Part) -> Gap:
    """Compare the points of two auditors in the same criterion."""
    if first.points is None or second.points is None:
        return Gap(bp=0 if first.points == second.points else None)
    return Gap(bp=half_up(Fraction(FULL * abs(first.points - second.points), first.most)))


def deviation(first: Sequence[Part], second: Sequence[Part]) -> Deviation:
    """Compare two audits criterion by criterion. Raises ValueError for different scorecards."""
    scales = [[(part.weight_bp, part.most) for part in parts] for parts in (first, second)]
    if scales[0] != scales[1]:
        raise ValueError("two different scorecards are not compared")
    return Deviation(
        total_bp=abs(total_bp(first) - total_bp(second)),
        gaps=tuple(gap(one, other) for one, other in zip(first, second, strict=True)),
    )


def draw(keys: Collection[str], *, seed: int, size: int) -> list[str]:
    """Return `size` of the keys at random; the same seed always draws the same from the same.

    The order in which the keys come does not matter: each is ranked by the SHA-256 of
    "seed:key", so that anybody can do the draw again.
    """

    def rank(key: str) -> tuple[str, str]:
        return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest(), key

    return sorted(set(keys), key=rank)[:size]
