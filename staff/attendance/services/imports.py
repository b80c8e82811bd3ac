"""Punches, make-ups and payments as files bring them, already checked row by row.

Each function is called in the import's transaction, for one batch.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from staff.people.models import Person

AT_ONCE = 500
PUNCH_FIELDS = (
    "punched_at", "kind", "source", "reference", "remark",
    "file_name", "file_sha256", "sheet", "row", "column", "recorded_at", "recorded_by",
)  # fmt: skip
MAKEUP_FIELDS = (
    "asked_at", "state", "certified_by", "decided_at", "decided_by", "version",
)  # fmt: skip


def lock_people(ids: Collection[int]) -> None:
    """Let one import at a time look at the punches of these people, until the transaction ends.

    The same minute from two files at once would else be kept twice. Rows that refer to the
    people can still be written.
    """
    people = Person.objects.select_for_update(no_key=True).filter(pk__in=ids)
    list(people.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def import_punches(
    *, actor: User | None, added: Sequence[Punch], changed: Sequence[Punch], now: datetime
) -> None:
    """Write punches; one that a web punch brought in the meantime, to the second, stays."""
    Punch.objects.bulk_create(added, batch_size=AT_ONCE, ignore_conflicts=True)
    Punch.objects.bulk_update(changed, PUNCH_FIELDS, batch_size=AT_ONCE)
    _note(actor, "punches.imported", len(added), len(changed), now)


@transaction.atomic
def import_makeups(
    *, actor: User | None, added: Sequence[MakeUp], changed: Sequence[MakeUp], now: datetime
) -> None:
    """Write requests to make up a punch, with their decisions."""
    MakeUp.objects.bulk_create(added, batch_size=AT_ONCE)
    MakeUp.objects.bulk_update(changed, MAKEUP_FIELDS, batch_size=AT_ONCE)
    _note(actor, "makeups.imported", len(added), len(changed), now)


@transaction.atomic
def import_payments(
    *,
    actor: User | None,
    added: Sequence[RedPacketPayment],
    changed: Sequence[RedPacketPayment],
    now: datetime,
) -> None:
    """Write payments of red packets; for those that stand, another time of payment."""
    RedPacketPayment.objects.bulk_create(added, batch_size=AT_ONCE)
    RedPacketPayment.objects.bulk_update(changed, ["paid_at"], batch_size=AT_ONCE)
    _note(actor, "red_packets.imported", len(added), len(changed), now)


def _note(actor: User | None, verb: str, added: int, changed: int, now: datetime) -> None:
    if added or changed:
        audit.record(actor=actor, verb=verb, at=now, after={"added": added, "changed": changed})
