"""Papers: what is handed out or filed away as a PDF, Chinese included.

The library that draws them comes with the `server` extra; without it `available()` is false, and
pages offer printing only. The font lies beside (portal/fonts), and only the characters that a
paper uses go into its file.
"""

import importlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

FONT = Path(__file__).resolve().parent / "fonts" / "wqy-microhei" / "wqy-microhei.ttc"
FAMILY = "paper"
MARGIN = 16  # mm, on each side
LINE = 6  # mm from line to line of text
TEXT, SMALL, LARGE, HUGE = 9.5, 8, 12, 16  # points
INK, FAINT, SHADE = (33, 37, 41), (95, 99, 104), (241, 243, 245)


@dataclass(frozen=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A running text; small print where `small`."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under their headings; `widths` are shares, `numbers` the columns set to the right.

    `total` is a last row that stands out; its cells are as many as the headings.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    numbers: frozenset[int] = frozenset()
    total: Sequence[str] | None = None


@dataclass(frozen=True)
class Paper:
    """One document; `made_at` stands in its foot beside the page number, and in its metadata."""

    title: str
    subtitle: str
    parts: Sequence[Heading | Paragraph | Table]
    made_at: datetime
    landscape: bool = False


def available() -> bool:
    """Tell whether the library that draws is installed."""
    return importlib.util.find_spec("fpdf") is not None


def draw(paper: Paper) -> bytes:
    """Return the paper as a PDF of A4 pages. Raises ModuleNotFoundError without the library."""
    sheet = _sheet(paper)
    sheet.set_font(FAMILY, size=HUGE)
    sheet.multi_cell(0, LINE * 1.4, paper.title, new_x="LMARGIN", new_y="NEXT")
    _write(sheet, paper.subtitle, size=TEXT, ink=FAINT)
    sheet.ln(LINE / 2)
    for part in paper.parts:
        match part:
            case Heading():
                sheet.ln(LINE / 2)
                _write(sheet, part.text, size=LARGE)
            case Paragraph():
                _write(sheet, part.text, size=SMALL if part.small else TEXT)
            case Table():
                _draw_table(sheet, part)
    return bytes(sheet.output())


def _sheet(paper: Paper) -> Any:  # noqa: ANN401 -- the library is not there in every install
    fpdf = importlib.import_module("fpdf")
    local = f"{timezone.localtime(paper.made_at):%Y-%m-%d %H:%M}"

    class Sheet(fpdf.FPDF):  # type: ignore[misc, name-defined]  # a class of an optional library
        def footer(self) -> None:
            self.set_y(-MARGIN)
            self.set_font(FAMILY, size=SMALL)
            self.set_text_color(*FAINT)
            page = _("Page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
            self.cell(0, LINE, f"{paper.title} · {local} · {page}", align="C")
            self.set_text_color(*INK)

    sheet = Sheet(orientation="landscape" if paper.landscape else "portrait", format="A4")
    sheet.add_font(FAMILY, "", FONT, collection_font_number=0)
    sheet.set_margin(MARGIN)
    sheet.set_auto_page_break(auto=True, margin=MARGIN + LINE)
    sheet.set_title(paper.title)
    sheet.set_creation_date(paper.made_at)
    sheet.set_text_color(*INK)
    sheet.set_draw_color(*FAINT)
    sheet.add_page()
    return sheet


def _write(sheet: Any, text: str, *, size: float, ink: tuple[int, int, int] = INK) -> None:  # noqa: ANN401 -- as above
    sheet.set_font(FAMILY, size=size)
    sheet.set_text_color(*ink)
    sheet.multi_cell(0, LINE * size / TEXT, text, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.set_text_color(*INK)


def _draw_table(sheet: Any, table: Table) -> None:  # noqa: ANN401 -- as above
    face = importlib.import_module("fpdf.fonts").FontFace
    aligns = ["R" if column in table.numbers else "L" for column in range(len(table.headings))]
    sheet.set_font(FAMILY, size=TEXT)
    with sheet.table(
        col_widths=tuple(table.widths),
        text_align=tuple(aligns),
        line_height=LINE * 0.85,
        padding=1,
        borders_layout="HORIZONTAL_LINES",
        headings_style=face(emphasis=None, color=FAINT, fill_color=SHADE),
    ) as grid:
        for cells in (table.headings, *table.rows):
            grid.row(list(cells))
        if table.total is not None:
            grid.row(list(table.total), style=face(emphasis=None, fill_color=SHADE))
    sheet.ln(LINE / 2)
