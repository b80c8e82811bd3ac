import pytest

from portal.transfer import headers
from portal.transfer.registry import Finding, Row
from portal.transfer.tables import Table, Unreadable
from tests.portal.transfer.kinds import NOW, ZONE, beats

GOOD = ["a", "2026-10-08 09:00"]


def table(*rows, shifts=True):
    return Table(iter(enumerate(rows, start=1)), shifts=shifts)


def read(*rows, shifts=True):
    opened = table(*rows, shifts=shifts)
    header, below = headers.split(beats(), opened)
    return header, [headers.read_row(header, opened, each, ZONE) for each in below]


def refusal(*rows):
    with pytest.raises(Unreadable) as refused:
        read(*rows)
    return refused.value.code, refused.value.params


@pytest.mark.parametrize(
    "header",
    [
        ["name", "beat_at"],
        ["名称", "时间"],
        [" NAME ", "Beat at"],
        ["\ufeffname", "beat-at*"],
        ["ｎａｍｅ", "ＢＥＡＴ＿ＡＴ"],
    ],
)
def test_header_is_found_by_english_or_chinese_names(header):
    _, rows = read(header, GOOD)
    assert rows == [Row(2, {"name": "a", "beat_at": NOW}, {"name": "a", "beat_at": GOOD[1]})]


def test_header_is_found_in_any_order_and_below_a_title():
    header, rows = read(["Name of the list"], [], ["时间", "x", "name", ""], [GOOD[1], "y", "a"])
    assert (header.row, header.unknown) == (3, ["x"])
    assert [(row.number, row.values) for row in rows] == [(4, {"name": "a", "beat_at": NOW})]


@pytest.mark.parametrize(
    ("rows", "code", "params"),
    [
        ([["name"], ["a"]], "missing_columns", {"names": "beat_at"}),
        ([["x", "y"], ["a", "b"]], "missing_columns", {"names": "name, beat_at"}),
        ([["name", "beat_at", "名称"]], "duplicate_column", {"name": "name"}),
        ([[], ["", " "]], "empty", {}),
    ],
)
def test_header_that_does_not_fit_is_refused(rows, code, params):
    assert refusal(*rows) == (code, params)


def test_blank_rows_are_skipped():
    _, rows = read(["name", "beat_at"], [], ["", "　"], GOOD)
    assert [row.number for row in rows] == [4]


def test_empty_cells_have_no_value_and_a_dash_clears():
    _, rows = read(["name", "beat_at", "detail", "after"], [*GOOD, "", "-"])
    assert rows[0].values == {"name": "a", "beat_at": NOW, "after": None}


@pytest.mark.parametrize(
    ("cells", "finding"),
    [
        ([*GOOD, "abc"], Finding(2, "price", "not_an_amount", "abc")),
        ([*GOOD, "6", "000.00"], Finding(2, "", "too_many_cells")),
        (["", GOOD[1]], Finding(2, "name", "missing")),
        (["a"], Finding(2, "beat_at", "missing")),
        (["-", GOOD[1]], Finding(2, "name", "must_stay", "-")),
    ],
)
def test_row_is_refused_by_its_first_bad_cell(cells, finding):
    _, rows = read(["name", "beat_at", "price"], cells)
    assert rows == [finding]


def test_cells_beyond_the_header_of_a_workbook_are_margin_notes():
    _, rows = read(["name", "beat_at"], [*GOOD, None, "note"], shifts=False)
    assert rows[0].number == 2
