from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.money import (
    LARGEST,
    Fen,
    NotAnAmount,
    display_yuan,
    divide,
    format_yuan,
    multiply,
    parse_yuan,
)

AMOUNTS = st.integers(-LARGEST, LARGEST).map(Fen)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("6000", 600_000),
        ("6,000.00", 600_000),
        ("¥6000", 600_000),
        ("\uffe56000", 600_000),
        ("\uffe56,000.5", 600_050),
        ("0.01", 1),
        ("0", 0),
        ("-0", 0),
        ("007", 700),
        ("-20.00", -2_000),
        ("-¥20", -2_000),
        ("1,234,567.89", 123_456_789),
        ("\u3000 6000\u00a0", 600_000),
        ("100000000000.00", LARGEST),
        ("-100,000,000,000", -LARGEST),
    ],
)
def test_parse_reads_amounts_as_people_write_them(text, fen):
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "abc", "-", "¥", ".", ".5", "6000.", "1.234", "1.2.3", "+5", "--5", "¥¥5"),
        *("1_000", "1e3", "1E3", "NaN", "nan", "Infinity", "-inf", "0x10", "1/2", "5元", "$5"),
        *("60,00", "6,0000", ",600", "600,", "6000,000", "6,000,", "1,000.0,0", "6 000", "¥ 6"),
        *(
            "٦٠٠٠",
            "६०००",
            "\uff16\uff10",
            "六千",
            "²",
            "6000\n",
            "\n6000",
            "6000\x00",
            "\x1f6000",
            "6\t",
        ),
        *("6000\u200b", "\u202e6000", "\ud800", "5-", "(5)", "¥-5", "=5"),
        *("100000000000.01", "-100000000000.01", "9" * 20, "9" * 21, "9" * 100_000),
        *("1" + ",000" * 7, "-" + "0" * 5000),
    ],
)
def test_parse_refuses_what_is_no_amount(text):
    with pytest.raises(NotAnAmount) as refusal:
        parse_yuan(text)
    assert refusal.value.args == (text,)


@given(st.text())
def test_parse_reads_or_refuses_any_text(text):
    try:
        amount = parse_yuan(text)
    except NotAnAmount:
        return
    assert abs(amount) <= LARGEST


@given(AMOUNTS)
def test_written_amounts_are_read_as_the_same(amount):
    assert parse_yuan(format_yuan(amount)) == amount
    assert parse_yuan(display_yuan(amount)) == amount
    assert Decimal(format_yuan(amount)) * 100 == amount


@pytest.mark.parametrize(
    ("amount", "contract", "display"),
    [
        (0, "0.00", "0.00"),
        (5, "0.05", "0.05"),
        (-5, "-0.05", "-0.05"),
        (600_000, "6000.00", "6,000.00"),
        (-123_456_789, "-1234567.89", "-1,234,567.89"),
    ],
)
def test_amounts_are_written_with_two_decimals(amount, contract, display):
    assert format_yuan(Fen(amount)) == contract
    assert display_yuan(Fen(amount)) == display


@pytest.mark.parametrize(
    ("amount", "by", "result"),
    [
        (600_000, 31, 19_355),
        (600_000, 30, 20_000),
        (600_000, 28, 21_429),
        (1, 2, 1),
        (-1, 2, -1),
        (1, 3, 0),
        (5, 10, 1),
        (0, 7, 0),
    ],
)
def test_divide_rounds_half_up(amount, by, result):
    assert divide(Fen(amount), by) == result


@pytest.mark.parametrize("by", [0, -1])
def test_divide_refuses_what_is_not_above_zero(by):
    with pytest.raises(ValueError, match="above zero"):
        divide(Fen(100), by)


@pytest.mark.parametrize(
    ("amount", "factor", "result"),
    [
        (19_355, Fraction(1, 2), 9_678),
        (19_355, Decimal("0.5"), 9_678),
        (-19_355, Decimal("0.5"), -9_678),
        (19_355, 3, 58_065),
        (19_355, Fraction(-1, 2), -9_678),
        (10**13, Fraction(1, 3), 3_333_333_333_333),
    ],
)
def test_multiply_rounds_once_and_half_up(amount, factor, result):
    assert multiply(Fen(amount), factor) == result


def test_multiply_refuses_what_is_not_exact():
    with pytest.raises(TypeError):
        multiply(Fen(100), 0.5)
    with pytest.raises(ValueError, match="not a number"):
        multiply(Fen(100), Decimal("NaN"))


@given(AMOUNTS, st.integers(1, 10_000))
def test_divide_agrees_with_decimal_arithmetic(amount, by):
    with localcontext(prec=60):
        expected = (Decimal(amount) / by).quantize(Decimal(1), ROUND_HALF_UP)
    assert divide(amount, by) == expected
    assert divide(Fen(-amount), by) == -expected
