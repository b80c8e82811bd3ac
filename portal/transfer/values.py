"""What a cell may hold: from what a file says to Python values, and back.

A value type reads one cell and raises Refused with a code; `portal.transfer.texts` has the
sentence for each code. It also writes a value in the form that it reads, so that a file
exported and imported again changes nothing. Only ASCII digits count as digits.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from django.db.models import Choices
from django.utils import translation

from portal.money import Fen, NotAnAmount, parse_yuan

QUOTE_LENGTH = 40
LONGEST_TEXT = 10_000
EXACT_DIGITS = 15  # a spreadsheet keeps no more digits of a number
FIRST_YEAR, LAST_YEAR = 1900, 2999
CLEARS = "-"
FORMULA_STARTS = "=+-@\t\r＝＋－＠"


class Refused(ValueError):
    """A cell does not hold what its column is for. `params` hold no text of the cell."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell without a usable value; `code` says why, `text` is what the file shows."""

    code: str
    text: str
    place: str = ""

    def __str__(self) -> str:
        return self.text


# What the reading of a file gives; datetimes are the spreadsheet's, without a zone.
Cell = str | int | float | bool | date | datetime | time | BrokenCell | None
# What the writing of a file takes; datetimes are local time, without a zone.
Plain = str | int | Decimal | date | datetime | None


class ValueType(Protocol):
    """One kind of value, for one or more columns."""

    def read(self, cell: Any, zone: tzinfo) -> object:  # noqa: ANN401 -- each type takes the cells that suit it
        """Return the value of a cell that is neither empty nor `-`. Raises Refused."""

    def write(self, value: Any, zone: tzinfo) -> Plain:  # noqa: ANN401 -- what `read` returns
        """Return the value as `read` takes it."""


class Leave:
    """The type of LEAVE: the cell is empty and says nothing about the value."""


LEAVE = Leave()
NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SURROGATE = re.compile("[\ud800-\udfff]")
ODD = re.compile(f"{NEVER.pattern}|{SURROGATE.pattern}")
NOT_PLAIN = frozenset({"", " ", "-", "'"})
LINE_CONTROL = re.compile("[\t\n\r]")


def read_cell(value_type: ValueType, cell: Cell, zone: tzinfo) -> object:
    """Return the cell's value, LEAVE where it is empty, None where `-` clears. Raises Refused."""
    if cell is None:
        return LEAVE
    if isinstance(cell, BrokenCell):
        raise Refused(cell.code, cell=cell.place) if cell.place else Refused(cell.code)
    if isinstance(cell, str):
        found = _text_in(cell)
        if not isinstance(found, str):
            return found
        cell = found
    return value_type.read(cell, zone)


def _text_in(cell: str) -> str | Leave | None:
    if not cell.isprintable() and ODD.search(cell):
        raise Refused("control_character" if NEVER.search(cell) else "broken_character")
    text = cell.strip()
    if text[:1] in {"-", "'"}:
        return None if text == CLEARS else restored(text)
    return text or LEAVE


def is_plain(cell: Cell, most: int) -> bool:
    """Whether a cell is a text of at most so many characters that `Text` reads as it stands."""
    return (
        type(cell) is str
        and len(cell) <= most
        and cell.isprintable()  # of the white space only the blank is
        and cell[:1] not in NOT_PLAIN
        and cell[-1] != " "
    )


def neutralised(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula; `restored` undoes it."""
    if text[:1] and (text[0] in FORMULA_STARTS or _looks_neutralised(text)):
        return f"'{text}"
    return text


def restored(text: str) -> str:
    """Return the text that `neutralised` was given."""
    return text[1:] if _looks_neutralised(text) else text


def _looks_neutralised(text: str) -> bool:
    return len(text) > 1 and text[0] == "'" and (text[1] in FORMULA_STARTS or text[1] == "'")


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip() and not NEVER.search(cell))


def as_text(cell: Cell) -> str:
    """Return what a person sees in the cell, on one line."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, datetime):
        whole = cell.hour == cell.minute == cell.second == cell.microsecond == 0
        return cell.date().isoformat() if whole else cell.isoformat(" ")
    return str(cell)


def quote(cell: Cell) -> str:
    """Return the cell's text for a message: at most 40 characters, nothing that steers a screen."""
    text = as_text(cell).strip()[:QUOTE_LENGTH]
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Co" else "\ufffd"
        for char in text
    )


def number_text(number: float) -> str:
    """Return a spreadsheet's number with the digits that it shows, without an exponent."""
    text = format(Decimal(format(number, f".{EXACT_DIGITS}g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def fold(text: str) -> str:
    """Return the text for comparing names: widths, case and outer spaces do not matter."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@dataclass(frozen=True)
class Text:
    """Text, trimmed. A number in the cell is taken as its digits, unless they were rounded."""

    max_length: int = LONGEST_TEXT
    lines: bool = False
    """Whether line breaks and tabs may stand in it."""

    def read(self, cell: Cell, zone: tzinfo) -> str:  # noqa: ARG002 -- one protocol for all types
        if (
            isinstance(cell, int | float)
            and not isinstance(cell, bool)
            and abs(cell) >= 10**EXACT_DIGITS
        ):
            raise Refused("rounded_number")
        text = cell if isinstance(cell, str) else as_text(cell)
        if not self.lines and not text.isprintable() and LINE_CONTROL.search(text):
            raise Refused("line_break")
        if len(text) > self.max_length:
            raise Refused("too_long", limit=self.max_length)
        return text

    def write(self, value: str, zone: tzinfo) -> str:  # noqa: ARG002 -- one protocol for all types
        return str(value)


@dataclass(frozen=True)
class Whole:
    """A whole number between two limits, both included."""

    minimum: int = -(10**12)
    maximum: int = 10**12

    def read(self, cell: Cell, zone: tzinfo) -> int:  # noqa: ARG002 -- one protocol for all types
        text = cell if isinstance(cell, str) else as_text(cell)
        if isinstance(cell, bool | date | time) or not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise Refused("not_whole")
        number = int(text)
        if not self.minimum <= number <= self.maximum:
            raise Refused("out_of_range", minimum=self.minimum, maximum=self.maximum)
        return number

    def write(self, value: int, zone: tzinfo) -> int:  # noqa: ARG002 -- one protocol for all types
        return int(value)


@dataclass(frozen=True)
class Amount:
    """Yuan with at most two decimals in the file, fen in Python."""

    negative: bool = False
    maximum: int = 10**11

    def read(self, cell: Cell, zone: tzinfo) -> Fen:  # noqa: ARG002 -- one protocol for all types
        if isinstance(cell, bool | date | time):
            raise Refused("not_an_amount")
        try:
            amount = parse_yuan(cell if isinstance(cell, str) else as_text(cell))
        except NotAnAmount:
            raise Refused("not_an_amount") from None
        if amount < 0 and not self.negative:
            raise Refused("negative_amount")
        if abs(amount) > self.maximum:
            raise Refused("amount_too_large")
        return amount

    def write(self, value: int, zone: tzinfo) -> Decimal:  # noqa: ARG002 -- one protocol for all types
        return Decimal(int(value)).scaleb(-2)


DAY = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
MOMENT = re.compile(
    DAY.pattern + r"(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,6}))?)?"
    r" ?(Z|[+-][0-9]{2}:[0-9]{2})?)?",
)


def _moment_in(text: str) -> tuple[datetime, str] | None:
    """Return the wall-clock time and the offset that the text says, None where it says none."""
    match = MOMENT.fullmatch(text)
    if match is None:
        return None
    year, _, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        moment = datetime(  # noqa: DTZ001 -- the offset or the zone is added by the caller
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "").ljust(6, "0")),
        )  # fmt: skip
    except ValueError:
        return None
    return (moment, offset or "") if FIRST_YEAR <= moment.year <= LAST_YEAR else None


@dataclass(frozen=True)
class Day:
    """A date: `2026-10-08`, `2026/10/8`, or a spreadsheet's."""

    def read(self, cell: Cell, zone: tzinfo) -> date:  # noqa: ARG002 -- one protocol for all types
        if isinstance(cell, datetime):
            found: tuple[datetime, str] | None = (cell, "")
        else:
            found = _moment_in(as_text(cell))
        if found is None or found[1] or found[0].time() != time(0):
            raise Refused("not_a_date")
        return found[0].date()

    def write(self, value: date, zone: tzinfo) -> date:  # noqa: ARG002 -- one protocol for all types
        return value


@dataclass(frozen=True)
class Moment:
    """A time on the department's clock, an aware datetime in UTC in Python.

    An hour that summer time skips is refused, and one that it repeats needs its offset
    (`1991-09-15 00:30+08:00`).
    """

    def read(self, cell: Cell, zone: tzinfo) -> datetime:
        if isinstance(cell, datetime):
            return _local(cell, zone)
        text = as_text(cell)
        found = None if DAY.fullmatch(text) else _moment_in(text)
        if found is None:
            raise Refused("not_a_moment")
        moment, offset = found
        if not offset:
            return _local(moment, zone)
        try:
            return datetime.fromisoformat(f"{moment.isoformat()}{offset}").astimezone(UTC)
        except ValueError:
            raise Refused("not_a_moment") from None

    def write(self, value: datetime, zone: tzinfo) -> datetime | str:
        local = value.astimezone(zone)
        naive = local.replace(tzinfo=None, fold=0)
        if _instants(naive, zone) == [value]:
            return naive
        return value.astimezone(UTC).isoformat(" ")  # an hour that summer time repeats


def _instants(naive: datetime, zone: tzinfo) -> list[datetime]:
    """Return the instants that the wall clock of the zone shows so: none, one or two."""
    candidates = {naive.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(
        instant for instant in candidates if instant.astimezone(zone).replace(tzinfo=None) == naive
    )


def _local(naive: datetime, zone: tzinfo) -> datetime:
    instants = _instants(naive, zone)
    if not instants:
        raise Refused("skipped_hour")
    if len(instants) > 1:
        raise Refused("repeated_hour")
    return instants[0]


YES = frozenset(("yes", "y", "true", "1", "是"))
NO = frozenset(("no", "n", "false", "0", "否"))


@dataclass(frozen=True)
class YesNo:
    """`yes`/`no`, 是/否."""

    def read(self, cell: Cell, zone: tzinfo) -> bool:  # noqa: ARG002 -- one protocol for all types
        word = fold(as_text(cell))
        if word not in YES | NO:
            raise Refused("not_yes_or_no")
        return word in YES

    def write(self, value: object, zone: tzinfo) -> str:  # noqa: ARG002 -- one protocol for all types
        return "yes" if value else "no"


@dataclass(frozen=True)
class Choice:
    """One of a Choices class: by the file's word for it, by its value, or by either label.

    `words` gives the file's word for a member where it is not the value in small letters;
    `also` gives further texts that mean a member, for instance the Chinese ones.
    """

    choices: type[Choices]
    words: Mapping[Any, str] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def _members(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for language in ("en", "zh-hans"):
            with translation.override(language):
                found |= {fold(str(member.label)): member for member in self.choices}
        found |= {fold(text): member for text, member in self.also.items()}
        found |= {fold(str(member.value)): member for member in self.choices}
        return found | {fold(self._word(member)): member for member in self.choices}

    def _word(self, member: Any) -> str:  # noqa: ANN401 -- a member of any Choices class
        return self.words.get(member, str(member.value).lower())

    def read(self, cell: Cell, zone: tzinfo) -> Any:  # noqa: ANN401, ARG002 -- a member of any Choices class; one protocol for all types
        try:
            return self._members[fold(as_text(cell))]
        except KeyError:
            words = ", ".join(self._word(member) for member in self.choices)
            raise Refused("not_a_choice", choices=words) from None

    def write(self, value: Any, zone: tzinfo) -> str:  # noqa: ANN401, ARG002 -- a member of any Choices class; one protocol for all types
        return self._word(self.choices(value))
