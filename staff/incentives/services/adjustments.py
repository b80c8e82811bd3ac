"""Amounts decided for people: written once for each decision, and withdrawn with a reason."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from portal import audit
from portal.money import Fen
from staff.incentives.models import Adjustment
from staff.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Amount:
    """An amount for a person; below zero it costs them. `source` names the decision, once."""

    source: str
    person_id: int
    rule: str
    day: date
    amount: Fen
    reason: str


@transaction.atomic
def decide(*, amounts: Collection[Amount], by: Person | None, now: datetime) -> list[Adjustment]:
    """Write decided amounts down and audit them; the settlement makes lines of them.

    A source that is there already is not written again, whatever it says. Amounts of zero are
    left out. `by` is None where a tick carries out what was decided before.
    """
    known = set(
        Adjustment.objects.filter(source__in=[each.source for each in amounts]).values_list(
            "source", flat=True
        )
    )
    made = []
    for each in amounts:
        if each.amount and each.source not in known:
            row = Adjustment.objects.create(
                source=each.source, person_id=each.person_id, rule=each.rule, day=each.day,
                amount_fen=each.amount, reason=each.reason, decided_by=by, decided_at=now,
            )  # fmt: skip
            audit.record(
                actor=by.user if by else None, verb="adjustment.decided", target=row, at=now,
                after={"person": row.person_id, "rule": row.rule, "fen": row.amount_fen},
            )  # fmt: skip
            made.append(row)
    return made


@transaction.atomic
def withdraw(
    *, sources: Collection[str], by: Person, because: str, now: datetime
) -> list[Adjustment]:
    """Withdraw the amounts that stand of these decisions; what was withdrawn before stays so.

    The settlement takes their lines back.
    """
    rows = Adjustment.objects.select_for_update().standing().filter(source__in=sources)
    gone = list(rows.order_by("pk"))
    for row in gone:
        row.withdrawn_by, row.withdrawn_at, row.withdrawn_because = by, now, because
        row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
        audit.record(
            actor=by.user, verb="adjustment.withdrawn", target=row, at=now,
            before={"person": row.person_id, "rule": row.rule, "fen": row.amount_fen},
        )  # fmt: skip
    return gone
