"""What a lead hands over when the shift ends, and what the shift before handed over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from staff.daily.enums import SummaryState
from staff.daily.models import HandedOver, ShiftSummary
from staff.daily.queries import open_work
from staff.daily.queries.open_work import Item
from staff.daily.queries.shifts import led
from staff.people import queries as people
from staff.people.access import Scope
from staff.roster.models import Assignment

BEFORE_END = timedelta(hours=1)
HOLDS = timedelta(hours=36)


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """Open work of a shift: as it is now, or as it was when its summary was sent (`sent_at`)."""

    team_id: int
    day: date
    code: str
    work: Sequence[Item]
    sent_at: datetime | None = None

    @property
    def unowned(self) -> int:
        return sum(item.owner_id is None for item in self.work)


def ending(scope: Scope, *, now: datetime) -> HandOver | None:
    """Return the open work of a shift that ends within the hour or has ended, until it is sent.

    At most six queries.
    """
    sent = ShiftSummary.objects.filter(
        team=OuterRef("team"), day=OuterRef("day"), shift_type=OuterRef("shift_type"),
        state=SummaryState.SENT,
    )  # fmt: skip
    rows = led(scope).filter(
        ~Exists(sent), day__gte=scope.today - timedelta(days=1), day__lte=scope.today,
        ends_at__lte=now + BEFORE_END,
    )  # fmt: skip
    found: list[Assignment] = list(rows.select_related("shift_type").order_by("-ends_at", "pk"))
    if not found:
        return None
    first = found[0]
    key = (first.team_id, first.day, first.shift_type_id)
    asked = open_work.Asked(
        person_ids=[
            row.person_id for row in found if (row.team_id, row.day, row.shift_type_id) == key
        ],
        store_ids=[one.store_id for one in people.stores_of(first.team_id, day=first.day)],
    )
    return HandOver(
        team_id=first.team_id or 0, day=first.day, code=first.shift_type.code,
        work=open_work.items(asked),
    )  # fmt: skip


def received(scope: Scope, *, now: datetime) -> HandOver | None:
    """Return what the last shift of one's teams handed over, in two queries."""
    rows = ShiftSummary.objects.filter(
        team_id__in=scope.team_ids, state=SummaryState.SENT, sent_at__gte=now - HOLDS
    )
    last = rows.select_related("shift_type").order_by("-sent_at", "-pk").first()
    if last is None:
        return None
    work = HandedOver.objects.filter(summary=last).select_related("owner")
    return HandOver(
        team_id=last.team_id, day=last.day, code=last.shift_type.code,
        work=open_work.as_sent(work), sent_at=last.sent_at,
    )  # fmt: skip
