"""New lines of the ledger, numbered without gaps and chained by their digests."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal import locks
from portal.models import User
from staff.incentives.models import DraftLine, LedgerLine, Settlement
from staff.incentives.policies import chain
from staff.incentives.policies.corrections import Entry
from staff.incentives.queries.soundness import FIELDS, plain

LOCK = "staff.incentives.ledger"
AT_ONCE = 500


def hold() -> None:
    """Wait until nobody else computes, publishes or closes; to the end of the transaction."""
    locks.hold(LOCK)


@dataclass(frozen=True, slots=True)
class Tail:
    """Number and digest of the last line; 0 before the first. The audit log keeps it."""

    number: int
    digest: str


def tail() -> Tail:
    """Return the end of the ledger."""
    last = LedgerLine.objects.order_by("-number").values_list("number", "digest").first()
    return Tail(*last) if last else Tail(0, chain.START)


def append(
    settlement: Settlement,
    entries: Iterable[tuple[int, Entry]],
    *,
    actor: User | None,
    now: datetime,
) -> Tail:
    """Write entries of people to the ledger of a published month, and return its new end.

    The caller holds the lock.
    """
    end = tail()
    rows = []
    for person_id, entry in entries:
        row = LedgerLine(
            number=end.number + 1,
            settlement=settlement,
            reverses_id=entry.reverses,
            confirmed_by=actor,
            confirmed_at=now,
            **columns(person_id, entry),
        )
        row.digest = chain.digest(end.digest, [plain(getattr(row, name)) for name in FIELDS])
        end = Tail(row.number, row.digest)
        rows.append(row)
    LedgerLine.objects.bulk_create(rows, batch_size=AT_ONCE)
    return end


def replace_draft(
    settlement: Settlement, entries: Iterable[tuple[int, Entry]], *, only: int | None = None
) -> int:
    """Write a draft in place of what stood there, for all or one person; returns how many lines."""
    rows = [
        DraftLine(settlement=settlement, reverses_id=entry.reverses, **columns(person_id, entry))
        for person_id, entry in entries
    ]
    old = DraftLine.objects.filter(settlement=settlement)
    (old if only is None else old.filter(person_id=only)).delete()
    DraftLine.objects.bulk_create(rows, batch_size=AT_ONCE)
    return len(rows)


def columns(person_id: int, entry: Entry) -> Mapping[str, object]:
    """Return what a line says, as it is stored."""
    line = entry.line
    return {
        "about": entry.about,
        "person_id": person_id,
        "rule": line.rule,
        "policy": line.policy,
        "day": line.day,
        "event": line.event,
        "side": str(line.side),
        "halves": line.halves,
        "amount_fen": int(line.amount),
        "settling": str(line.settling),
        "evidence": json.dumps(dict(line.evidence), ensure_ascii=False, sort_keys=True),
    }
