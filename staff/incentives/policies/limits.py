"""What deductions may take of a month's pay (INC-9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from portal.money import Fen, multiply
from staff.incentives.policies.values import PayRules

HUNDRED = 100
LIMITED = "INC-9"


@dataclass(frozen=True, slots=True)
class Taken:
    """The pay of a month before deductions, and what they take of it; both at least zero."""

    pay: Fen
    deductions: Fen


def taken(base: Fen, amounts: Iterable[Fen]) -> Taken:
    """Tell pay and deductions apart: the pay is the base and every line above zero."""
    found = list(amounts)
    return Taken(
        Fen(base + sum(amount for amount in found if amount > 0)),
        Fen(-sum(amount for amount in found if amount < 0)),
    )


def given_back(sums: Taken, rules: PayRules) -> Fen:
    """Return what is cut off the deductions and given back, 0 where no limit acts (INC-9).

    They take at most their share of the month's pay, leave at least the minimum, and never more
    than the pay. Nothing is given that was not deducted before.
    """
    share = multiply(sums.pay, Fraction(rules.cap_percent, HUNDRED))
    allowed = min(share, max(0, sums.pay - rules.least))
    return Fen(max(0, sums.deductions - allowed))


def is_much(sums: Taken, back: Fen, rules: PayRules) -> bool:
    """Whether the supervisor is warned: deductions exceed the share that wage law may forbid.

    `back` is what INC-9 has given back already.
    """
    return (sums.deductions - back) * HUNDRED > sums.pay * rules.warning_percent
