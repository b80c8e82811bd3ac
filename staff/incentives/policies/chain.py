"""Digests: of the ledger's lines, each over the one before, and of the facts of a month."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from hashlib import blake2b, sha256

from staff.incentives.policies.values import Facts, Key

START = "0" * 64
"""What stands before the first line."""


def digest(before: str, values: Sequence[str | int | None]) -> str:
    """Return the digest of a line from that of the line before and its raw values.

    Bytes that are no UTF-8 come in as `surrogateescape` reads them.
    """
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return sha256((before + said).encode("utf-8", "surrogateescape")).hexdigest()


def facts_digest(facts: Facts, waived: Collection[Key]) -> str:
    """Return a short digest of all that a person's month was settled from.

    The same in every database and whatever the order of the rows: no keys are in it.
    """
    record = facts.record
    rows = [
        *((row.day, row.starts_at, row.ends_at) for row in record.shifts),
        *((row.at, row.side or "") for row in record.punches),
        *((row.day, row.side, row.asked_at, row.state) for row in record.makeups),
        *((row.day, row.half, row.kind) for row in record.away),
        *((row.day, row.side, row.paid_at) for row in facts.paid),
        *((row.day, row.rule, row.amount) for row in facts.adjusted),
        *waived,
    ]
    said = sorted("|".join(map(_said, row)) for row in rows)
    head = f"{facts.base}|{facts.hired_on}|{facts.left_on}"
    return blake2b("\n".join([head, *said]).encode(), digest_size=12).hexdigest()


def _said(value: object) -> str:
    if isinstance(value, datetime):
        return f"{int(value.timestamp())}"
    return value.isoformat() if isinstance(value, date) else str(value)
