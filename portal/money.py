"""Amounts of money: whole fen (0.01 yuan), never a float.

Yuan with decimals exist at the edge only, in what people type and read. Rounding is half up as
merchants do it: half a fen goes away from zero, so that what one side pays is what the other gets.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import NewType

Fen = NewType("Fen", int)

LARGEST = Fen(10**13)
"""The largest amount that is believed, 100 thousand million yuan; more is a slip of the finger."""

_SHAPE = re.compile(
    r"(?P<minus>-?)[¥\uffe5]?(?P<yuan>[0-9]{1,20}|[0-9]{1,3}(?:,[0-9]{3}){1,6})(?:\.(?P<fen>[0-9]{1,2}))?"
)
_BLANKS = " \u00a0\u3000"


class NotAnAmount(ValueError):
    """The text is not an amount in yuan."""


def parse_yuan(text: str) -> Fen:
    """Read `6000`, `6,000.00`, `-20.5`, `¥6000` or `-¥6000`, blanks around it allowed.

    At most two decimals, ASCII digits only, commas only between groups of three, at most LARGEST
    either way. Raises NotAnAmount with the text.
    """
    shape = _SHAPE.fullmatch(text.strip(_BLANKS))
    if shape is None:
        raise NotAnAmount(text)
    amount = int(shape["yuan"].replace(",", "")) * 100 + int((shape["fen"] or "").ljust(2, "0"))
    if amount > LARGEST:
        raise NotAnAmount(text)
    return Fen(-amount if shape["minus"] else amount)


def format_yuan(amount: Fen) -> str:
    """Write an amount for files and contracts: `6000.00`, `-20.00`."""
    return _written(amount, grouping="")


def display_yuan(amount: Fen) -> str:
    """Write an amount for people: `6,000.00`, `-20.00`; the sign of the currency is not in it."""
    return _written(amount, grouping=",")


def divide(amount: Fen, by: int) -> Fen:
    """Divide by a number above zero, rounded half up to the fen; else ValueError.

    A daily wage is `divide(salary, days_of_the_month)` (house rules ATT-12).
    """
    if by <= 0:
        raise ValueError("an amount is divided by a number above zero")
    return multiply(amount, Fraction(1, by))


def multiply(amount: Fen, factor: Fraction | Decimal | int) -> Fen:
    """Multiply exactly and round once, half up to the fen.

    Raises TypeError for a float, which would already be rounded, and ValueError for a Decimal
    that is no number.
    """
    if isinstance(factor, float):
        raise TypeError("a float is not exact enough for money")
    if isinstance(factor, Decimal) and not factor.is_finite():
        raise ValueError("the factor is not a number")
    product = amount * Fraction(factor)
    size = (2 * abs(product.numerator) + product.denominator) // (2 * product.denominator)
    return Fen(size if product >= 0 else -size)


def _written(amount: Fen, *, grouping: str) -> str:
    yuan, fen = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{yuan:{grouping}}.{fen:02d}"
