import io
import zipfile
from datetime import datetime, time

import pytest
from openpyxl import Workbook

from portal.transfer.files import open_table
from portal.transfer.tables import Limits, Unreadable
from portal.transfer.values import BrokenCell

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = f'<Types xmlns="{PACKAGE}/content-types"/>'


def relations(*targets):
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets)
        )
        + "</Relationships>"
    )


def parts(rows, strings="", styles=""):
    """Return the parts of a small workbook written by hand."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="One" sheetId="1" r:id="r0"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "/xl/styles.xml"),
        ),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>',
    }


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "table.xlsx"

    def write(content):
        if isinstance(content, Workbook):
            content.save(path)
        else:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, text in content.items():
                    archive.writestr(name, text)
        return path

    return write


def read(path, sheet=None, **limits):
    with open_table(path, sheet=sheet, limits=Limits(**limits)) as table:
        return [(number, list(row)) for number, row in table.rows]


def refusal(path, sheet=None, **limits):
    with pytest.raises(Unreadable) as refused:
        read(path, sheet, **limits)
    return refused.value.code


def test_xlsx_reads_what_a_spreadsheet_program_wrote(file):
    book = Workbook()
    book.active.append(["编号", "金额", "时间", "是"])
    book.active.append(["E001", 6000.5, datetime(2026, 10, 8, 8, 31), True])  # noqa: DTZ001 -- a spreadsheet's
    book.active["B5"] = 12
    book.active["B6"].number_format = "0.00"
    assert read(file(book)) == [
        (1, ["编号", "金额", "时间", "是"]),
        (2, ["E001", 6000.5, datetime(2026, 10, 8, 8, 31), True]),  # noqa: DTZ001 -- a spreadsheet's
        (5, [None, 12]),
    ]


def test_xlsx_takes_the_first_visible_sheet_or_the_one_named(file):
    book = Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("Two").append(["two"])
    book.create_sheet("Three").append(["three"])
    path = file(book)
    assert read(path) == [(1, ["two"])]
    assert read(path, "Three") == [(1, ["three"])]
    assert refusal(path, "Four") == "no_sheet"


def test_xlsx_reads_texts_as_they_are_meant(file):
    strings = (
        "<si><t>a</t></si>"
        "<si><r><t>客</t></r><r><t>服</t></r><rPh sb='0' eb='1'><t>kefu</t></rPh></si>"
        "<si><t>a_x000D_\nb_x005F_x000D_</t></si>"
        "<si><t>_xD83D__xDE00_</t></si>"
    )
    rows = (
        '<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>2</v></c>'
        '<c r="E1" t="s"><v>3</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve"> x </t></is></c>'
        '<c t="str"><f>A1</f><v>result</v></c><c t="str"><f>A1</f><v></v></c></row>'
    )
    assert read(file(parts(rows, strings))) == [
        (1, ["a", "客服", "a\r\nb_x000D_", None, "😀"]),
        (3, [" x ", "result"]),
    ]


def test_xlsx_reads_formulas_as_their_results_or_names_the_cell(file):
    rows = (
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>1+1</f></c>'
        '<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    assert read(file(parts(rows))) == [
        (
            2,
            [
                2,
                BrokenCell("formula_without_value", "", "B2"),
                BrokenCell("cell_error", "#DIV/0!", "C2"),
            ],
        )
    ]


def test_xlsx_reads_dates_in_chinese_formats_and_to_the_second(file):
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="yyyy/m/d h:mm"/>'
        '<numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf numFmtId="164"/><xf numFmtId="165"/>'
        '<xf numFmtId="20"/></cellXfs>'
    )
    rows = (
        '<row r="1"><c s="1"><v>46303</v></c><c s="2"><v>46303.35486</v></c><c s="3"><v>1.5</v></c>'
        '<c s="4"><v>0.3548611111</v></c><c s="1"><v>-4</v></c><c><v>46303</v></c></row>'
    )
    assert read(file(parts(rows, styles=styles))) == [
        (
            1,
            [
                datetime(2026, 10, 8),  # noqa: DTZ001 -- a spreadsheet's
                datetime(2026, 10, 8, 8, 31),  # noqa: DTZ001 -- a spreadsheet's
                1.5,
                time(8, 31),
                BrokenCell("cell_error", "-4", "E1"),
                46303,
            ],
        )
    ]


def test_xlsx_of_the_other_epoch_is_read_by_it(file):
    content = parts('<row r="1"><c s="1"><v>44841</v></c></row>')
    content["xl/styles.xml"] = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>'
    )
    content["xl/workbook.xml"] = content["xl/workbook.xml"].replace(
        "<sheets>", '<workbookPr date1904="1"/><sheets>'
    )
    assert read(file(content)) == [(1, [datetime(2026, 10, 8)])]  # noqa: DTZ001 -- a spreadsheet's


def test_xlsx_in_the_strict_form_is_read(file):
    content = parts('<row r="1"><c r="A1"><v>7</v></c></row>')
    strict = {
        name: text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, text in content.items()
    }
    assert read(file(strict)) == [(1, [7])]


def test_xlsx_with_prefixed_names_is_read(file):
    content = parts("")
    content["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c>'
        "</x:row></x:sheetData></x:worksheet>"
    )
    assert read(file(content)) == [(1, [7])]


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels", "xl/styles.xml"]
)
def test_xlsx_with_a_document_type_is_refused(file, part):
    content = parts('<row r="1"><c r="A1" s="1"><v>1</v></c></row>')
    content[part] = BOMB + content[part]
    assert refusal(file(content)) == "document_type"


def test_xlsx_with_a_document_type_in_its_texts_is_refused(file):
    content = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', "<si><t>a</t></si>")
    content["xl/sharedStrings.xml"] = BOMB + content["xl/sharedStrings.xml"]
    assert refusal(file(content)) == "document_type"


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("xl/vbaProject.bin", "macro", "macros"),
        (
            "[Content_Types].xml",
            TYPES.replace("/>", '><Default ContentType="a.macroEnabled"/></Types>'),
            "macros",
        ),
        ("xl/externalLinks/externalLink1.xml", "<x/>", "external_links"),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row", "broken_xlsx"),
        ("xl/worksheets/sheet1.xml", "x", "broken_xlsx"),
        ("xl/workbook.xml", "<document/>", "not_csv_or_xlsx"),
        ("_rels/.rels", relations(("officeDocument", "word/none.xml")), "broken_xlsx"),
        ("_rels/.rels", relations(("image", "a.png")), "not_csv_or_xlsx"),
    ],
)
def test_xlsx_with_a_bad_part_is_refused(file, part, text, code):
    assert refusal(file(parts(ONE) | {part: text})) == code


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>nan</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>5</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
    ],
)
def test_xlsx_with_impossible_cells_is_refused(file, rows):
    assert refusal(file(parts(rows))) == "broken_xlsx"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"members": 3}, "too_many_members"),
        ({"unpacked_bytes": 100}, "too_large_inside"),
        ({"parts_bytes": 100}, "too_large_inside"),
        ({"strings_bytes": 2}, "too_large_inside"),
        ({"rows": 2}, "too_many_rows"),
        ({"columns": 2}, "too_many_columns"),
        ({"row_characters": 5}, "line_too_long"),
    ],
)
def test_xlsx_over_a_limit_is_refused(file, limits, code):
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>123456789</v></c></row>'
        '<row r="4"><c r="A4"><v>1</v></c></row>'
    )
    if code == "too_many_rows":
        rows = rows.replace("C1", "B1")
    assert refusal(file(parts(rows, "<si><t>abc</t></si>")), **limits) == code


def test_xlsx_that_unpacks_to_far_more_is_refused_unread(file):
    bomb = parts("") | {"xl/media/image.bin": "0" * 3_000_000}
    assert refusal(file(bomb)) == "compressed_too_much"


def test_xlsx_with_an_encrypted_part_is_refused(file):
    path = file(parts(ONE))
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refusal(path) == "password"


def test_other_archives_are_refused(file):
    assert refusal(file({"letter.txt": "x"})) == "not_csv_or_xlsx"


def test_cut_xlsx_is_refused(file):
    path = file(parts(ONE))
    path.write_bytes(path.read_bytes()[:-30])
    assert refusal(path) == "broken_xlsx"


def test_damaged_xlsx_is_refused(file):
    path = file(parts(ONE * 1))
    content = bytearray(path.read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[at] ^= 0xFF
    path.write_bytes(content)
    assert refusal(path) == "broken_xlsx"


def test_margin_notes_are_not_rows_out_of_step(file):
    with open_table(file(parts(ONE)), limits=Limits()) as table:
        assert not table.shifts


def test_empty_sheet_has_no_rows(file):
    buffer = io.BytesIO()
    Workbook().save(buffer)
    path = file(Workbook())
    assert read(path) == []
