import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.transfer import headers, output, registry, values
from portal.transfer.files import open_table
from portal.transfer.tables import Limits
from tests.portal.transfer.kinds import ZONE

KIND = registry.Kind(
    name="things",
    label="Things",
    columns=(
        registry.Column("text", "文本", values.Text(40_000, lines=True)),
        registry.Column("amount", "金额", values.Amount(negative=True)),
        registry.Column("day", "日期", values.Day()),
        registry.Column("at", "时间", values.Moment()),
        registry.Column("open", "开", values.YesNo()),
        registry.Column("number", "数", values.Whole()),
    ),
)
ODD = [
    "-", "-5", "+86 138", "=1+1", "@me", "'abc", "''x", "'-", "'", "'=", "＝1", "＠1", "a\r\nb",
    "a\nb", "\tx", "_x000D_", "_x0041_", "#N/A", "#REF!", "0012", "1e5", "TRUE", "2026-10-08",
    "12345678901234567890", "😀\ue000", "a\ufeffb", '"quoted", with a comma', "x" * 30_000,
]  # fmt: skip
ROW = {
    "text": "客服",
    "amount": -2000,
    "day": date(2026, 10, 8),
    "at": datetime(2026, 10, 8, 0, 31, 5, tzinfo=UTC),
    "open": False,
    "number": 7,
}


def written(fmt, rows, *, chinese=False):
    buffer = io.BytesIO()
    count = output.WRITERS[fmt](KIND, iter(rows), buffer, ZONE, chinese=chinese)
    return count, buffer.getvalue()


def read_back(path, content):
    path.write_bytes(content)
    with open_table(path, limits=Limits()) as table:
        header, rows = headers.split(KIND, table)
        found = [headers.read_row(header, table, row, ZONE) for row in rows]
    return [dict(row.values) if isinstance(row, registry.Row) else row for row in found]


@pytest.mark.parametrize("chinese", [False, True])
@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_every_value_reads_as_it_was_written(tmp_path, fmt, chinese):
    rows = [ROW | {"text": text} for text in ODD]
    rows += [ROW | {"at": ROW["at"].replace(microsecond=123456)}, {"text": "rest is empty"}]
    count, content = written(fmt, rows, chinese=chinese)
    assert count == len(rows)
    assert read_back(tmp_path / "file", content) == rows


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\t\r\n"),
        min_size=1,
    ).filter(lambda text: text == text.strip())
)
@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_any_text_reads_as_it_was_written(tmp_path_factory, fmt, text):
    path = tmp_path_factory.getbasetemp() / f"any.{fmt}"
    assert read_back(path, written(fmt, [{"text": text}])[1]) == [{"text": text}]


def test_csv_opens_properly_in_a_spreadsheet_program():
    _, content = written("csv", [ROW, ROW | {"text": "=1+1"}])
    assert content.decode("utf-8-sig") == (
        "text,amount,day,at,open,number\r\n"
        "客服,-20.00,2026-10-08,2026-10-08 08:31:05,no,7\r\n"
        "'=1+1,-20.00,2026-10-08,2026-10-08 08:31:05,no,7\r\n"
    )
    assert content.startswith(b"\xef\xbb\xbf")


def test_xlsx_holds_no_formula_and_real_numbers_and_dates():
    _, content = written("xlsx", [ROW | {"text": "=1+1"}], chinese=True)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet.title == "things"
    assert [[cell.value for cell in row] for row in sheet.rows] == [
        ["文本", "金额", "日期", "时间", "开", "数"],
        ["'=1+1", -20, datetime(2026, 10, 8), datetime(2026, 10, 8, 8, 31, 5), "no", 7],  # noqa: DTZ001 -- a spreadsheet's
    ]
    assert {cell.data_type for cell in sheet[2]} == {"s", "n", "d"}


def test_xlsx_writes_dates_before_its_calendar_as_text():
    _, content = written("xlsx", [{"day": date(1900, 1, 2)}])
    assert openpyxl.load_workbook(io.BytesIO(content)).active["C2"].value == "1900-01-02"


def test_xlsx_never_cuts_a_text():
    with pytest.raises(output.CellTooLong):
        written("xlsx", [{"text": "x" * 32_768}])


def test_json_holds_texts_and_a_list_even_of_nothing():
    count, content = written("json", [ROW, {"text": "=1+1"}])
    assert count == 2
    assert json.loads(content) == [
        {
            "text": "客服",
            "amount": "-20.00",
            "day": "2026-10-08",
            "at": "2026-10-08 08:31:05",
            "open": "no",
            "number": "7",
        },
        {"text": "=1+1", "amount": "", "day": "", "at": "", "open": "", "number": ""},
    ]
    assert json.loads(written("json", [])[1]) == []


def test_plain_rows_leave_out_what_is_not_there():
    cells = list(output.plain_rows(KIND.columns, [{"amount": 100, "text": ""}], ZONE))
    assert cells == [[None, Decimal("1.00"), None, None, None, None]]


def test_xlsx_that_fails_half_way_raises_what_went_wrong():
    def rows():
        yield ROW
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        output.write_xlsx(KIND, rows(), io.BytesIO(), ZONE, chinese=False)
