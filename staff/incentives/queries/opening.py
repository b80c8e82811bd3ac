"""A statement as its page opens it: with the month before, the disputes and the time for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from portal.period import Month
from staff.incentives.enums import DisputeState, MonthState
from staff.incentives.models import Confirmation, Dispute, DraftLine, LedgerLine, Settlement
from staff.incentives.policies import deadlines
from staff.incentives.policies.values import Key
from staff.incentives.queries.facts import pay_rules
from staff.incentives.queries.statements import (
    Around,
    Row,
    Statement,
    StatementLine,
    names_of,
    paid_events,
    statement_from,
)
from staff.rulebook import queries as rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A person's statement as its page shows it, with the month before beside it.

    `months` are those that were settled, the newest first; `disputes` are those of the month.
    """

    month: Month
    settlement: Settlement | None
    statement: Statement | None
    before: Statement | None
    disputes: tuple[Dispute, ...]
    confirmed_at: datetime | None
    months: tuple[Month, ...]
    disputable_until: datetime | None

    def dispute_of(self, row: StatementLine) -> Dispute | None:
        """Return the latest dispute of a line; of one taken back, that which took it back."""
        place = (row.about, row.line.rule, row.line.day, row.line.event, row.line.side)
        found = [
            each
            for each in self.disputes
            if (each.about, each.rule, each.day, each.event, each.side) == place
            and (each.nth == row.nth or (row.taken_back and each.state == DisputeState.REVERSED))
        ]
        return found[-1] if found else None


def opened(person_id: int, month: Month | None) -> Opened:
    """Return a statement and the one before it in six queries; of the newest month without one."""
    confirmed = Confirmation.objects.filter(settlement=OuterRef("pk"), person_id=person_id)
    settled = list(
        Settlement.objects.annotate(
            confirmed_at=Subquery(confirmed.values("confirmed_at")[:1])
        ).order_by("-month")
    )
    by_month = {Month.of(row.month): row for row in settled}
    chosen = month or (Month.of(settled[0].month) if settled else None)
    if chosen is None or chosen not in by_month:
        return Opened(
            month=chosen or Month.of(date.min), settlement=None, statement=None, before=None,
            disputes=(), confirmed_at=None, months=tuple(by_month), disputable_until=None,
        )  # fmt: skip
    settlement, earlier = by_month[chosen], by_month.get(chosen.previous())
    shown = [row for row in (settlement, earlier) if row is not None]
    disputes = list(
        Dispute.objects.filter(person_id=person_id, about__lte=settlement.month)
        .select_related("answered_by")
        .order_by("raised_at", "pk")
    )
    rows = _rows_of(shown, person_id)
    versions = rulebook.versions()
    paid = paid_events(settlement, rows[settlement.pk])
    found = {
        row.pk: statement_from(
            row,
            person_id,
            rows[row.pk],
            Around(
                paid=paid,
                waived=_waived_by(row, disputes),
                rules=pay_rules(versions.on(Month.of(row.month).last_day)),
                names=names_of({person_id}, rows[row.pk]),
            ),
        )
        for row in shown
        if rows[row.pk]
    }
    return Opened(
        month=chosen,
        settlement=settlement,
        statement=found.get(settlement.pk),
        before=found.get(earlier.pk) if earlier else None,
        disputes=tuple(each for each in disputes if each.settlement_id == settlement.pk),
        confirmed_at=vars(settlement)["confirmed_at"],
        months=tuple(by_month),
        disputable_until=_until(settlement, versions),
    )


def _until(settlement: Settlement, versions: rulebook.Versions) -> datetime | None:
    if settlement.published_at is None:
        return None
    published_on = timezone.localdate(settlement.published_at)
    return deadlines.disputable_until(
        settlement.published_at,
        days=versions.on(published_on).dispute_days,
        zone=timezone.get_default_timezone(),
    )


def _rows_of(shown: Sequence[Settlement], person_id: int) -> dict[int, list[Row]]:
    """A person's rows of some months: drafts in one query, and the ledger in one."""
    found: dict[int, list[Row]] = {row.pk: [] for row in shown}
    drafts = [row for row in shown if row.state == MonthState.DRAFT]
    others = [row for row in shown if row.state != MonthState.DRAFT]
    wanted: list[Row] = []
    if drafts:
        wanted += DraftLine.objects.filter(settlement__in=drafts, person_id=person_id).order_by(
            "pk"
        )
    if others:
        wanted += LedgerLine.objects.filter(settlement__in=others, person_id=person_id).order_by(
            "number"
        )
    for row in wanted:
        found[row.settlement_id].append(row)
    return found


def _waived_by(settlement: Settlement, disputes: Iterable[Dispute]) -> set[tuple[date, Key]]:
    return {
        (each.about, (each.rule, each.day, each.side, each.event, each.nth))
        for each in disputes
        if each.state == DisputeState.REVERSED and each.about <= settlement.month
    }
