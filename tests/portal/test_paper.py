"""Papers: drawn by the library, read back by another one."""

import hashlib
import io
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation
from pypdf import PdfReader

from portal import paper

FONTS = Path(paper.__file__).parent / "fonts"
MADE_AT = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)


def a_paper(rows=2, **change):
    table = paper.Table(
        headings=("日期", "规则", "金额"),
        rows=[(f"2026-09-{n % 30 + 1:02d}", f"ATT-1 迟到 {n} 分钟", "-10.00") for n in range(rows)],
        widths=(2, 5, 2),
        numbers=frozenset({2}),
        total=("", "合计", "5,980.00"),
    )
    parts = (paper.Heading("工资"), table, paper.Paragraph("如有异议，请在月内提出。", small=True))
    whole = {"title": "工资单 2026-09", "subtitle": "A001 孙俊杰 · 龘𠮷", "parts": parts}
    return paper.Paper(**(whole | {"made_at": MADE_AT} | change))


def pages(document):
    return [page.extract_text() for page in PdfReader(io.BytesIO(paper.draw(document))).pages]


def test_a_paper_holds_its_chinese_texts():
    (text,) = pages(a_paper())
    for part in ("工资单 2026-09", "孙俊杰", "迟到 1 分钟", "-10.00", "5,980.00", "如有异议"):
        assert part in text, part
    assert "2026-10-05 17:30" in text


def test_a_long_table_goes_on_with_its_headings_and_pages_are_counted():
    with translation.override("en"):
        texts = pages(a_paper(rows=80))
    assert len(texts) == 3
    assert all("规则" in text for text in texts)
    assert "Page 2 of 3" in texts[1]


def test_only_the_characters_in_use_go_into_the_file():
    assert len(paper.draw(a_paper())) < 40_000


def test_a_paper_may_lie_on_its_side():
    page = PdfReader(io.BytesIO(paper.draw(a_paper(landscape=True)))).pages[0]
    assert page.mediabox.width > page.mediabox.height


def test_the_same_paper_has_the_same_bytes():
    assert paper.draw(a_paper()) == paper.draw(a_paper())


@pytest.mark.parametrize("text", ["\x00", "<b>x</b>", "**x**", "\u202e1", "😀", "x" * 3000])
def test_any_text_can_be_drawn(text):
    assert paper.draw(a_paper(title=text, subtitle=text, parts=[paper.Paragraph(text)]))


def test_fonts_have_the_listed_checksums_and_a_licence():
    (font,) = tomllib.loads((FONTS / "fonts.toml").read_text(encoding="utf-8"))["font"]
    folder = FONTS / font["folder"]
    assert {path.name for path in folder.iterdir()} == set(font["sha256"])
    found = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in font["sha256"]}
    assert found == font["sha256"]
    assert font["licence"] == "Apache-2.0"
