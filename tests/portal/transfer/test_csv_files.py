import pytest

from portal.transfer.csv_files import encoding_of
from portal.transfer.files import open_table
from portal.transfer.tables import Limits, Unreadable

HEADER = "编号,内容\n"
TEXTS = [
    "手感很不错，面料摸着舒服。性价比挺高的。",
    "房间有点异味！是从卫生间传出来的。其余都不错。",
    "没想到物流那么快。裤子质量很好，摸着很舒服，没有任何异味。和店面卖的一样价格却便宜好多。",
    "现在孩子还小，不能读，我自己却读得津津有味。极富想象力的图画，鲜明的色彩。",
]
CHINESE = HEADER + "".join(f"{number},{text}\n" for number, text in enumerate(TEXTS))


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def read(path, **limits):
    with open_table(path, limits=Limits(**limits)) as table:
        return [(number, list(row)) for number, row in table.rows]


def refusal(path, **limits):
    with pytest.raises(Unreadable) as refused:
        read(path, **limits)
    return refused.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_reads_chinese_in_every_encoding(file, encoding):
    rows = read(file(CHINESE.encode(encoding)))
    assert rows[0] == (1, ["编号", "内容"])
    assert [row[1] for _, row in rows[1:]] == TEXTS


@pytest.mark.parametrize("text", ["编号\n𠮷😀\n", "编号,店铺\n1,联通手机\n", "number\n张三\n"])
def test_csv_reads_short_gb18030(file, text):
    assert read(file(text.encode("gb18030")))[0][0] == 1
    assert encoding_of(file(text.encode("gb18030"))) == "gb18030"


@pytest.mark.parametrize("text", [*TEXTS, "中", "a中", "中文", "𠮷"])
@pytest.mark.parametrize("header", ["number,text\n1,", HEADER + "1,"])
def test_csv_cut_inside_a_character_is_never_taken_for_gb18030(file, text, header):
    whole = (header + text).encode()
    start = len(header.encode())
    for end in range(start, len(whole)):
        piece = whole[:end]
        try:
            piece.decode()
        except UnicodeDecodeError:
            assert refusal(file(piece)) == "damaged_utf8"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_csv_with_a_byte_lost_in_the_middle_is_never_taken_for_gb18030(file, mark):
    whole = mark + CHINESE.encode()
    for at in range(len(mark), len(whole)):
        piece = whole[:at] + whole[at + 1 :]
        try:
            piece.decode()
        except UnicodeDecodeError:
            assert refusal(file(piece)) == "damaged_utf8"


def test_csv_of_mixed_encodings_is_refused(file):
    mixed = CHINESE.encode() + "9,坏的".encode("gb18030")
    assert refusal(file(mixed)) == "damaged_utf8"


def test_csv_of_no_encoding_is_refused_with_its_line(file):
    with pytest.raises(Unreadable) as refused:
        read(file(HEADER.encode("gb18030") + "1,品质\n2,".encode("gb18030") + b"\xff\xff\n"))
    assert (refused.value.code, refused.value.params) == ("unknown_encoding", {"line": 3})


def test_csv_numbers_rows_as_a_spreadsheet_does(file):
    rows = read(file('a,b\r\n1,"two\r\nlines"\r\n\r\n2,x\r\n'))
    assert rows == [(1, ["a", "b"]), (2, ["1", "two\r\nlines"]), (3, []), (4, ["2", "x"])]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_finds_its_delimiter(file, delimiter):
    text = f"a{delimiter}b{delimiter}c\n1{delimiter}x.y{delimiter}3\n"
    assert read(file(text)) == [(1, ["a", "b", "c"]), (2, ["1", "x.y", "3"])]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "b,c;c;c\n,,,,\n"])
def test_csv_keeps_the_comma_where_it_is_as_wide(file, text):
    assert read(file(text))[0][1] == text.split("\n")[0].split(",")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        ('a,b\n1,"cut', "broken_csv"),
        ('a,b\n"x"y,1\n', "broken_csv"),
        ("a,b\n".encode("utf-16"), "utf16"),
        (b"%PDF-1.7 ...", "not_csv_or_xlsx"),
        (b"\x89PNG\r\n\x1a\n", "not_csv_or_xlsx"),
        (b"<html><table></table></html>", "not_csv_or_xlsx"),
        (b"\x01\x02\x03\x04\x05\x06", "not_csv_or_xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
    ],
)
def test_files_that_are_no_csv_are_refused(file, content, code):
    assert refusal(file(content)) == code


def test_missing_files_and_folders_are_refused(tmp_path):
    assert refusal(tmp_path / "none.csv") == "missing_file"
    assert refusal(tmp_path) == "missing_file"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"file_bytes": 10}, "too_large"),
        ({"rows": 2}, "too_many_rows"),
        ({"columns": 2}, "too_many_columns"),
        ({"row_characters": 20}, "line_too_long"),
    ],
)
def test_csv_over_a_limit_is_refused(file, limits, code):
    assert refusal(file("a,b,c\n" + "1,2,3\n" * 3 + "x" * 30 + ",,\n"), **limits) == code
