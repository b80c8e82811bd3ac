"""Files that are broken, hostile, or not what they say."""

import zipfile
from datetime import date

import pytest
from django.test import override_settings
from openpyxl import load_workbook

from tests.factories.staff import PersonFactory
from tests.staff.attendance import dingtalk_files as files
from tests.staff.attendance.bringing import bring_file, local
from tests.staff.attendance.dingtalk_files import daily, of_day, person, save
from tests.staff.people.test_resources import _in_english

__all__ = ["_in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.both]
ROW = of_day(person("E1"), date(2026, 10, 8), "16:58", "次日 00:03")


@pytest.fixture(autouse=True)
def _people():
    PersonFactory(number="E1")


@pytest.fixture
def path(tmp_path):
    return save(tmp_path / "d.xlsx", daily([ROW]))


def changed(path, cell, value):
    book = load_workbook(path)
    book["每日统计"][cell] = value
    book.save(path)
    return path


def test_a_formula_without_its_result_is_named(path):
    assert bring_file("dingtalk", changed(path, "J5", '="17:"&"02"')) == (
        (1, 0, 0, 1),
        [
            (
                "每日统计, row 5, column J: cell J5 holds a formula without its result; open the file "  # noqa: E501 -- a row of a table
                "in a spreadsheet program and save it"
            )
        ],
    )


def test_a_cell_with_an_error_is_named(path):
    counts, lines = bring_file("dingtalk", changed(path, "F5", "#REF!"))
    assert counts == (0, 0, 0, 1)
    assert lines == ["每日统计, row 5, column F: cell F5 holds the error #REF!"]


def test_a_formula_in_a_column_that_is_not_read_does_no_harm(path):
    assert bring_file("dingtalk", changed(path, "Z5", "=1+1")) == ((2, 0, 0, 0), [])


@pytest.mark.parametrize("value", ["=cmd|' /C calc'!A0", "+86", "@x", "'=1"])
def test_a_verdict_that_looks_like_a_formula_is_kept_as_text(tmp_path, value):
    row = {**ROW, "上班1打卡结果": "x"}
    path = tmp_path / "d.csv"
    text = files.csv_of(daily([row])[1]).replace("16:58,x", f"16:58,{value}")
    path.write_text(text, encoding="utf-8")
    assert bring_file("dingtalk", path) == ((2, 0, 0, 0), [])
    assert bring_file("dingtalk", path)[0] == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("text", "letter"), [("16:\x0058", "J"), ("16:58\x07", "J"), ("\x1b[2J", "F")]
)
def test_control_characters_in_csv_are_refused_by_their_cell(tmp_path, text, letter):
    row = {**ROW, {"J": "上班1打卡时间", "F": "UserId"}[letter]: text}
    path = tmp_path / "d.csv"
    path.write_text(files.csv_of(daily([row])[1]), encoding="utf-8")
    _, lines = bring_file("dingtalk", path)
    assert [line.split('"')[0] for line in lines] == [f"row 5, column {letter}: "]
    assert lines[0].endswith("holds a control character")
    assert local() == []


def test_half_a_character_is_refused(path):
    # written by hand: no spreadsheet program would
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"16:58", b"16:_xD800_58")
    with zipfile.ZipFile(path, "w") as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    counts, lines = bring_file("dingtalk", path)
    assert counts[3] == 1
    assert lines[0].endswith("holds half a character")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n", "The file is empty."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "The file is an old XLS workbook. Save it as XLSX."),  # noqa: E501 -- a row of a table
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "The file is password-protected. Save it without a password."),  # noqa: E501 -- a row of a table
        (b"PK\x03\x04broken", "The file is not a whole XLSX workbook."),
        (b"<html><table>", "The file is neither CSV nor XLSX."),
        (b"\xff\xfea\x00", "The file is UTF-16 text. Save it as CSV in UTF-8."),
        ("工号,打卡时间\nE1,08:30\n".encode(), "The file holds none of DingTalk's reports 原始记录, 打卡时间, 每日统计."),  # noqa: E501 -- a row of a table
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "d.xls"
    path.write_bytes(content)
    assert bring_file("dingtalk", path) == (reason, [])


def test_macros_and_document_types_are_refused(path, tmp_path):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for add, reason in (
        ({"xl/vbaProject.bin": b"x"}, "The workbook holds macros. Save it as XLSX without macros."),
        (
            {"xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'},
            "The file holds XML declarations that a workbook never has.",
        ),
        (
            {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"},
            "The file is not a whole XLSX workbook.",
        ),
    ):
        bad = tmp_path / "bad.xlsx"
        with zipfile.ZipFile(bad, "w") as archive:
            for name, content in {**parts, **add}.items():
                archive.writestr(name, content)
        assert bring_file("dingtalk", bad) == (reason, [])


@override_settings(IMPORT_MAX_BYTES=1024)
def test_the_limit_of_size_holds_here_too(path):
    assert bring_file("dingtalk", path)[0].startswith("The file is larger than")


def test_huge_numbers_and_dates_beyond_the_calendar_are_refused(tmp_path):
    rows = [
        {**ROW, "日期": "", "workDate": "9" * 13},
        {**ROW, "日期": "26-02-30", "workDate": ""},
        {**ROW, "日期": "0000-10-08", "workDate": ""},
        {**ROW, "UserId": "9" * 400},
        {**ROW, "工号": 1e20},
        {**ROW, "上班1打卡时间": "1_6:58"},
        {**ROW, "上班1打卡时间": "9" * 300},
    ]
    counts, lines = bring_file("dingtalk", save(tmp_path / "d.xlsx", daily(rows)))
    assert (counts[3], len(lines)) == (7, 7)
    assert [line.split(":")[0].removeprefix("每日统计, ") for line in lines] == [
        "row 5, column H", "row 6, column G", "row 7, column G", "row 8, column F",
        "row 9, column D", "row 10, column J", "row 11, column J",
    ]  # fmt: skip
    assert max(map(len, lines)) < 200


def test_a_row_that_is_short_or_long_is_no_reason_to_guess(tmp_path):
    name, lines = daily([ROW])
    lines.append(["", "", "", "E1"])
    lines.append([*lines[4], "margin"])
    counts, said = bring_file("dingtalk", save(tmp_path / "d.xlsx", (name, lines)))
    assert counts == (2, 0, 2, 1)
    assert said == ["每日统计, row 6, column G: has neither 日期 nor workDate"]
