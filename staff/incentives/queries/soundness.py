"""Whether the ledger is what was written: its hash from the first line to the last (INC-1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection

from portal.models import AuditEntry
from staff.incentives.enums import MonthState
from staff.incentives.models import LedgerLine, Settlement
from staff.incentives.policies import chain

FIELDS = (
    "number", "settlement_id", "about", "person_id", "rule", "policy", "day", "event", "side",
    "halves", "amount_fen", "settling", "evidence", "reverses_id", "confirmed_by_id",
    "confirmed_at",
)  # fmt: skip
"""All that a digest covers, by their columns, in this order."""
WHOLE = {"number", "settlement_id", "person_id", "halves", "amount_fen", "reverses_id"} | {
    "confirmed_by_id"
}
MARK_VERBS = ("settlement.published", "settlement.corrected")
CHUNK = 2000
Values = list[str | int | None]


def plain(value: object) -> str | int | None:
    """Return a value as SQLite stores it; so both databases have one digest."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


class Trouble(StrEnum):
    """What is wrong with the ledger."""

    CHANGED = "changed"  # a line, or the digest of it
    MISSING = "missing"  # a number is left out
    CUT = "cut"  # the last lines are gone
    ADDED = "added"  # lines that no publication wrote
    REWRITTEN = "rewritten"  # the hash fits, but is not the one of the audit log
    MONTH = "month"  # a month is not in the state that it was brought into


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing that is wrong; `line` is the number of the first bad line."""

    trouble: Trouble
    line: int
    month: str = ""


@dataclass(frozen=True, slots=True)
class Soundness:
    """The ledger as far as it was read; sound where nothing was found."""

    lines: int
    digest: str
    finding: Finding | None = None


def check() -> Soundness:
    """Read the whole ledger and return the first thing that is wrong with it.

    Removed, inserted and changed rows break the chain; its end is compared with what the audit
    log noted at each publication and correction.
    """
    marks = _marks()
    number, digest = 0, chain.START
    for values, stored in raw_lines():
        if values[0] != number + 1:
            trouble = Trouble.MISSING if _is_later(values[0], number + 1) else Trouble.CHANGED
            return Soundness(number, digest, Finding(trouble, number + 1))
        number += 1
        digest = chain.digest(digest, values)
        if digest != stored:
            return Soundness(number, digest, Finding(Trouble.CHANGED, number))
        mark = marks.get(number)
        if mark and mark.digest != digest:
            return Soundness(number, digest, Finding(Trouble.REWRITTEN, number, mark.month))
    return Soundness(number, digest, _end(number, marks) or _months())


def _is_later(found: object, expected: int) -> bool:
    return isinstance(found, int) and found > expected


@dataclass(frozen=True, slots=True)
class _Mark:
    number: int
    digest: str
    month: str


def _marks() -> dict[int, _Mark]:
    """The ends of the ledger that the audit log noted, by the number of the line."""
    rows = AuditEntry.objects.filter(verb__in=MARK_VERBS).order_by("id")
    found = {}
    for after in rows.values_list("after", flat=True):
        if {"number", "digest", "month"} <= set(after):
            mark = _Mark(after["number"], after["digest"], after["month"])
            found[mark.number] = mark
    return found


def _end(number: int, marks: dict[int, _Mark]) -> Finding | None:
    last = max(marks, default=0)
    if number < last:
        return Finding(Trouble.CUT, number + 1, marks[last].month)
    return Finding(Trouble.ADDED, last + 1) if number > last else None


def _months() -> Finding | None:
    """Compare the states of months with what the audit log says of publishing and closing."""
    states = {
        f"{day:%Y-%m}": state for day, state in Settlement.objects.values_list("month", "state")
    }
    wanted = AuditEntry.objects.filter(verb__in=("settlement.published", "settlement.closed"))
    for verb, label in wanted.order_by("id").values_list("verb", "target_label"):
        allowed = {MonthState.CLOSED}
        if verb == "settlement.published":
            allowed.add(MonthState.PUBLISHED)
        if states.get(label) not in allowed:
            return Finding(Trouble.MONTH, 0, label)
    return None


def raw_lines() -> Iterator[tuple[Values, str | int | None]]:
    """Give what really stands in each row, by number: its values and its digest.

    SQLite keeps dates as texts of which several are read as one date, and texts as bytes that may
    be no UTF-8: there the bytes themselves are read.
    """
    is_sqlite = connection.vendor == "sqlite"
    quote = connection.ops.quote_name
    columns = [
        f"CAST({quote(name)} AS BLOB)" if is_sqlite and name not in WHOLE else quote(name)
        for name in (*FIELDS, "digest")
    ]
    table = quote(LedgerLine._meta.db_table)
    sql = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {quote('number')}"  # noqa: S608 -- names of our own table and columns
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql)
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                values = [_read(value) for value in row]
                yield values[:-1], values[-1]


def _read(value: Any) -> str | int | None:  # noqa: ANN401 -- whatever the database holds
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return plain(value)
