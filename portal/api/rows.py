"""Rows that other systems send: through the same checks and services as a file of their kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel

from portal.api.problems import Problem
from portal.models import User
from portal.money import Fen, format_yuan
from portal.transfer import registry, texts
from portal.transfer.registry import REJECTED, Context, Finding, Notes, Row
from portal.transfer.values import CLEARS, LEAVE, Cell, Refused, quote, read_cell

MOST = 500


class Written(BaseModel):
    """What became of the rows."""

    added: int
    changed: int
    unchanged: int


def _cell(name: str, value: object) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, int) and name.endswith("_fen"):
        return format_yuan(Fen(value))
    return str(value)


def _row(
    kind: registry.Kind, number: int, given: Mapping[str, Any], context: Context
) -> Row | Finding:
    values: dict[str, Any] = {}
    cells: dict[str, Cell] = {}
    for name, value in given.items():
        column = kind.column(name.removesuffix("_fen"))
        cell = CLEARS if value is None else _cell(name, value)
        try:
            read = _value(column, cell, context)
        except Refused as refusal:
            return Finding(number, column.name, refusal.code, quote(cell), refusal.params)
        if read is not LEAVE:
            values[column.name], cells[column.name] = read, cell
    return Row(number, values, cells)


def _value(column: registry.Column, cell: Cell, context: Context) -> object:
    """Return what a cell of a file would mean. Raises Refused."""
    read = read_cell(column.type, cell, context.zone)
    if read is LEAVE and column.required:
        raise Refused("missing")
    if read is None and (column.required or column.keeps):
        raise Refused("must_stay")
    return read


def _once(kind: registry.Kind, rows: Sequence[Row | Finding]) -> list[Row | Finding]:
    """Refuse rows whose identity an earlier one of the call has."""
    seen: dict[Any, int] = {}
    found: list[Row | Finding] = []
    for row in rows:
        key = kind.identity(row) if kind.identity and isinstance(row, Row) else None
        if key is not None and seen.setdefault(key, _number(row)) != _number(row):
            found.append(Finding(_number(row), "", "same_row", "", {"first": seen[key]}))
        else:
            found.append(row)
    return found


def _number(row: Row | Finding) -> int:
    return row.number if isinstance(row, Row) else row.row


@transaction.atomic
def write(
    name: str, given: Sequence[Mapping[str, Any]], *, user: User, scope: object, now: datetime
) -> Written:
    """Write rows of a kind, all or none. Raises Problem 403, and 422 with a sentence for each.

    Rows are counted from 0 in the names of the errors, as in the list that was sent.
    """
    kind = registry.get(name)
    if kind.resource is None or not kind.may_import(user, scope):
        raise Problem(403)
    zone = timezone.get_default_timezone()
    context = Context(actor=user, scope=scope, now=now, zone=zone)
    read = [_row(kind, at, each, context) for at, each in enumerate(given)]
    read = _once(kind, read)
    rows = [row for row in read if isinstance(row, Row)]
    bad = [row for row in read if isinstance(row, Finding)]
    resource = kind.resource(context)
    notes = Notes()
    if rows:
        resource.check(rows, notes)
        resource.finish(notes, {finding.row for finding in (*bad, *notes.rejections)})
    _refuse(kind, [*bad, *notes.rejections])
    notes = Notes()
    for sweep in range(kind.sweeps):
        resource.write(rows, notes, sweep)
    _refuse(kind, notes.rejections)
    counted = list(notes.outcomes.values())
    return Written(
        added=counted.count(registry.ADDED),
        changed=counted.count(registry.CHANGED),
        unchanged=counted.count(registry.UNCHANGED),
    )


def _refuse(kind: registry.Kind, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    errors = [
        (
            f"items.{finding.row}" + (f".{finding.field}" if finding.field else ""),
            texts.sentence(
                finding.code, {"text": finding.text or "", **finding.params}, kind.sentences
            ),
        )
        for finding in sorted(findings, key=lambda one: one.row)[:100]
    ]
    raise Problem(422, _("Nothing was written: rows were refused."), code=REJECTED, errors=errors)
