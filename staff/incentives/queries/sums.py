"""Sums over several people: hidden where they would tell the wages of one or two (INC-8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.money import Fen
from staff.incentives.queries.statements import Statement

FEWEST = 3


@dataclass(frozen=True, slots=True)
class Sums:
    """What a month comes to over some people."""

    people: int
    base: Fen
    payroll: Fen
    owed: Fen
    paid: Fen


def sums_of(statements: Sequence[Statement]) -> Sums | None:
    """Return the sums, None over fewer than three people."""
    if len(statements) < FEWEST:
        return None
    return Sums(
        people=len(statements),
        base=Fen(sum(one.base for one in statements)),
        payroll=Fen(sum(one.total for one in statements)),
        owed=Fen(sum(one.owed for one in statements)),
        paid=Fen(sum(one.paid for one in statements)),
    )
