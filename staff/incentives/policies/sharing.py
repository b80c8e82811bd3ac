"""Sharing a cost: the parts add up to it, to the fen."""

from collections.abc import Sequence

from portal.money import Fen


def shares(cost: Fen, weights: Sequence[int]) -> list[Fen]:
    """Return what each weight bears of a cost, in fen; the sum is the cost exactly.

    Each bears the whole fen of its part; what is left goes a fen each to the largest rests, of
    equal ones to the first. Raises ValueError for a cost or weight below zero, and where no
    weight is above it.
    """
    whole = sum(weights)
    if cost < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("a cost is shared by weights, of which one is above zero")
    parts = [divmod(cost * weight, whole) for weight in weights]
    left = cost - sum(part for part, _rest in parts)
    by_rest = sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))
    more = set(by_rest[:left])
    return [Fen(part + (place in more)) for place, (part, _rest) in enumerate(parts)]
