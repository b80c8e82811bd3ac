from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.enums import Channel
from portal.transfer import values
from portal.transfer.values import LEAVE, Refused, read_cell

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
TEXT = values.Text(20)


def code_of(value_type, cell, zone=SHANGHAI):
    with pytest.raises(Refused) as refused:
        read_cell(value_type, cell, zone)
    return refused.value.code


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (None, LEAVE),
        ("", LEAVE),
        (" 　\u00a0\n", LEAVE),
        ("-", None),
        (" - ", None),
        ("'-", "-"),
        ("'-5", "-5"),
        ("'=1+1", "=1+1"),
        ("'twas", "'twas"),
        ("''a", "'a"),
        ("  你好 ", "你好"),
        ("😀\ue000", "😀\ue000"),
        ("a\ufeffb", "a\ufeffb"),
        (12, "12"),
        (1.0, "1"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (datetime(2026, 10, 8), "2026-10-08"),  # noqa: DTZ001 -- a spreadsheet's
    ],
)
def test_text_reads(cell, value):
    assert read_cell(TEXT, cell, SHANGHAI) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("a\x00b", "control_character"),
        ("\x1c", "control_character"),
        ("a\x85b", "control_character"),
        ("a\ud83db", "broken_character"),
        ("a\nb", "line_break"),
        ("a\tb", "line_break"),
        ("x" * 21, "too_long"),
        (1234567890123456789, "rounded_number"),
        (1.23456789012346e17, "rounded_number"),
        (values.BrokenCell("cell_error", "#N/A", "C7"), "cell_error"),
    ],
)
def test_text_refuses(cell, code):
    assert code_of(TEXT, cell) == code


def test_long_text_keeps_its_lines():
    assert read_cell(values.Text(20, lines=True), "a\r\n\tb", SHANGHAI) == "a\r\n\tb"


@pytest.mark.parametrize(("cell", "number"), [("7", 7), ("-7", -7), (7, 7), (7.0, 7), ("+7", 7)])
def test_whole_reads(cell, number):
    assert read_cell(values.Whole(), cell, SHANGHAI) == number


@pytest.mark.parametrize(
    "cell", ["1_000", "١٢", "７", "7.0", "7.5", 7.5, "1e3", "", "abc", True, "9" * 30]
)
def test_whole_refuses_what_is_no_whole_number(cell):
    if cell == "":
        assert read_cell(values.Whole(), cell, SHANGHAI) is LEAVE
    else:
        assert code_of(values.Whole(), cell) == "not_whole"


def test_whole_refuses_beyond_its_limits():
    assert code_of(values.Whole(1, 5), "6") == "out_of_range"


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("6000", 600000),
        ("6,000.00", 600000),
        ("¥6000", 600000),
        (6000, 600000),
        (193.55, 19355),
        (0.1 + 0.2, 30),
        ("0.1", 10),
    ],
)
def test_amount_reads(cell, fen):
    assert read_cell(values.Amount(), cell, SHANGHAI) == fen


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("abc", "not_an_amount"),
        ("1_000", "not_an_amount"),
        ("١٢", "not_an_amount"),
        ("1.005", "not_an_amount"),
        (1.005, "not_an_amount"),
        (True, "not_an_amount"),
        (date(2026, 1, 1), "not_an_amount"),
        ("-5.00", "negative_amount"),
        ("99999999999", "amount_too_large"),
    ],
)
def test_amount_refuses(cell, code):
    assert code_of(values.Amount(), cell) == code


@pytest.mark.parametrize(
    "cell",
    [
        "2026-10-08",
        "2026/10/8",
        "2026-10-08 00:00:00",
        "2026/10/8 0:00",
        datetime(2026, 10, 8),  # noqa: DTZ001 -- a spreadsheet's
        date(2026, 10, 8),
    ],
)
def test_day_reads(cell):
    assert read_cell(values.Day(), cell, SHANGHAI) == date(2026, 10, 8)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-13-01", "2026-02-30", "8.10.2026", "2026-10/08", "20261008", "٢٠٢٦-10-08",
        "2026-10-08 08:30", 46303, "0001-01-01", "1899-12-31", time(8, 30), True,
    ],
)  # fmt: skip
def test_day_refuses(cell):
    assert code_of(values.Day(), cell) == "not_a_date"


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026-10-08 08:31", datetime(2026, 10, 8, 0, 31, tzinfo=UTC)),
        ("2026/10/8 8:31", datetime(2026, 10, 8, 0, 31, tzinfo=UTC)),
        ("2026-10-08 08:31:05", datetime(2026, 10, 8, 0, 31, 5, tzinfo=UTC)),
        ("2026-10-08T08:31:05.25", datetime(2026, 10, 8, 0, 31, 5, 250000, tzinfo=UTC)),
        ("2026-10-08 08:31+09:00", datetime(2026, 10, 7, 23, 31, tzinfo=UTC)),
        ("2026-10-08 08:31Z", datetime(2026, 10, 8, 8, 31, tzinfo=UTC)),
        (datetime(2026, 10, 8, 8, 31), datetime(2026, 10, 8, 0, 31, tzinfo=UTC)),  # noqa: DTZ001 -- a spreadsheet's
        ("1990-07-01 08:00", datetime(1990, 6, 30, 23, 0, tzinfo=UTC)),
    ],
)
def test_moment_reads(cell, moment):
    assert read_cell(values.Moment(), cell, SHANGHAI) == moment


@pytest.mark.parametrize(
    ("cell", "zone", "code"),
    [
        ("2026-10-08", SHANGHAI, "not_a_moment"),
        ("2026-10-08 24:00", SHANGHAI, "not_a_moment"),
        ("2026-10-08 08:61", SHANGHAI, "not_a_moment"),
        ("2026-10-08 08:31+99:00", SHANGHAI, "not_a_moment"),
        ("08:31", SHANGHAI, "not_a_moment"),
        (46303.35, SHANGHAI, "not_a_moment"),
        ("2026-03-29 02:30", BERLIN, "skipped_hour"),
        ("2026-10-25 02:30", BERLIN, "repeated_hour"),
    ],
)
def test_moment_refuses(cell, zone, code):
    assert code_of(values.Moment(), cell, zone) == code


@pytest.mark.parametrize("hour", [0, 1])
def test_moment_of_a_repeated_hour_is_written_so_that_it_reads_the_same(hour):
    moment = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    text = str(values.Moment().write(moment, BERLIN))
    assert read_cell(values.Moment(), text, BERLIN) == moment


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- hypothesis wants them so
def test_moment_reads_what_it_writes(moment):
    for zone in (SHANGHAI, BERLIN):
        text = str(values.Moment().write(moment, zone))
        assert read_cell(values.Moment(), text, zone) == moment


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("yes", True),
        ("是", True),
        ("Y", True),
        (True, True),
        (1, True),
        ("否", False),
        ("No", False),
    ],
)
def test_yes_no_reads(cell, value):
    assert read_cell(values.YesNo(), cell, SHANGHAI) is value


def test_yes_no_refuses_the_rest():
    assert code_of(values.YesNo(), "maybe") == "not_yes_or_no"


@pytest.mark.parametrize("cell", ["mail", "MAIL", " Mail ", "E-mail", "邮件", "ｍａｉｌ"])
def test_choice_reads_value_label_and_other_words(cell):
    choice = values.Choice(Channel, also={"邮件": Channel.MAIL})
    assert read_cell(choice, cell, SHANGHAI) is Channel.MAIL


def test_choice_refuses_and_names_the_words():
    with pytest.raises(Refused) as refused:
        read_cell(values.Choice(Channel, {Channel.ROBOT: "group"}), "fax", SHANGHAI)
    assert (refused.value.code, refused.value.params) == (
        "not_a_choice",
        {"choices": "mail, group, letter, webhook"},
    )


def test_values_are_written_in_the_forms_that_are_read():
    assert values.Amount().write(-2000, SHANGHAI) == Decimal("-20.00")
    assert values.YesNo().write(False, SHANGHAI) == "no"
    assert values.Choice(Channel, {Channel.ROBOT: "group"}).write("ROBOT", SHANGHAI) == "group"


@given(st.text())
def test_neutralised_text_is_restored_and_no_formula(text):
    safe = values.neutralised(text)
    assert values.restored(safe) == text
    assert not safe or safe[0] not in values.FORMULA_STARTS


def test_quote_is_cut_at_forty_characters_and_stays_on_its_line():
    assert values.quote("a" * 50) == "a" * 40
    assert values.quote("a\nb\x1b[2J\u202e") == "a\ufffdb\ufffd[2J\ufffd"


@given(st.text(max_size=12) | st.text(" -'=\u3000\xa0\t\nab中", max_size=6), st.integers(1, 8))
def test_what_is_read_quickly_is_read_the_same(cell, most):
    if values.is_plain(cell, most):
        for lines in (False, True):
            text = values.Text(most, lines=lines)
            assert read_cell(text, cell, ZoneInfo("Asia/Shanghai")) == cell


@pytest.mark.parametrize("cell", ["", " a", "a ", "-", "-a", "'=a", "a\tb", "a\x00", "\ud800", 7])
def test_what_needs_looking_over_is_not_read_quickly(cell):
    assert not values.is_plain(cell, 5)
    assert values.is_plain("中文 a", 5)
    assert not values.is_plain("中文 ab", 4)
