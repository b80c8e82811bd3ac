"""The months as settlements: their states, and until when their lines can be disputed."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from portal.period import Month
from staff.incentives.enums import RunState
from staff.incentives.models import Dispute, Settlement, SettlementRun
from staff.incentives.policies import deadlines
from staff.rulebook import queries as rulebook


def disputable_until(settlement: Settlement) -> datetime:
    """Return the first moment at which a published month cannot be disputed any more.

    The number of days is that of the policy on the day of publication.
    """
    if settlement.published_at is None:
        raise ValueError("a draft has no time for disputes")
    policy = rulebook.policy_on(timezone.localdate(settlement.published_at))
    return deadlines.disputable_until(
        settlement.published_at,
        days=policy.dispute_days,
        zone=timezone.get_default_timezone(),
    )


def settlement_of(month: Month) -> Settlement | None:
    """Return the settlement of a month, None while nobody has settled it."""
    return Settlement.objects.filter(month=month.first_day).first()


@dataclass(frozen=True, slots=True)
class ListedMonth:
    """A month in the list of settlements, with its open disputes."""

    settlement: Settlement
    open_disputes: int

    @property
    def month(self) -> Month:
        return Month.of(self.settlement.month)


def listed() -> list[ListedMonth]:
    """Return all months, the newest first, in two queries."""
    waiting = dict(
        Dispute.objects.open().order_by().values_list("settlement_id").annotate(Count("pk"))
    )
    rows = Settlement.objects.select_related("first_closer", "second_closer").order_by("-month")
    return [ListedMonth(row, waiting.get(row.pk, 0)) for row in rows]


def running() -> list[SettlementRun]:
    """Return what is being computed, or waits for a worker, the first asked for first."""
    return list(SettlementRun.objects.filter(state=RunState.WAITING).order_by("asked_at"))
