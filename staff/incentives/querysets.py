from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from portal.bulk import BulkCreate
from staff.incentives.enums import DisputeState, MonthState, TargetState
from staff.people.enums import Post

if TYPE_CHECKING:
    from staff.incentives.models import (
        Adjustment,
        Calibration,
        Coaching,
        Confirmation,
        Demerit,
        Dispute,
        DraftLine,
        LedgerLine,
        Measurement,
        Praise,
        QualityAudit,
        Sample,
        Settlement,
        Target,
        TargetResult,
        TargetRow,
    )
    from staff.people.access import Scope


def seen_by(scope: Scope) -> Q:
    """Own wages, and for deputy and supervisor those of the people below; nobody else's (INC-8).

    A lead is not part of this chain, nor is the administrator.
    """
    own = Q(person_id=scope.person_id or 0)
    return own | Q(person_id__in=scope.below_ids) if scope.rank >= Post.DEPUTY.rank else own


class SettlementQuerySet(models.QuerySet["Settlement"]):
    def closed(self) -> Self:
        return self.filter(state=MonthState.CLOSED)


class DraftLineQuerySet(BulkCreate, models.QuerySet["DraftLine"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(seen_by(scope))


class LedgerLineQuerySet(models.QuerySet["LedgerLine"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(seen_by(scope))

    def live(self, *, about: Collection[date]) -> Self:
        """What stands of these months: neither a reversal nor reversed."""
        return self.filter(about__in=about, reverses=None, reversed_by=None)


class DisputeQuerySet(models.QuerySet["Dispute"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(seen_by(scope))

    def open(self) -> Self:
        return self.filter(state=DisputeState.OPEN)

    def named(self, text: str) -> Self:
        """Those of people whose number or name holds the text."""
        return self.filter(Q(person__number__icontains=text) | Q(person__name__icontains=text))


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(seen_by(scope))


class AdjustmentQuerySet(models.QuerySet["Adjustment"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(seen_by(scope))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those that concern oneself or the people below; the administrator knows of all (§10).

        What a person's figure is, `access` decides.
        """
        if scope.is_admin:
            return self
        if scope.person_id is None:
            return self.none()
        return self.filter(
            Q(person_id__in=scope.below_ids | {scope.person_id})
            | Q(team_id__in=scope.team_ids)
            | Q(store_id__in=scope.store_ids)
            | (~Q(post="") if scope.leads else Q(post=scope.post or "-"))
        )

    def due(self, today: date) -> Self:
        """Those that run and whose period is over, oldest first."""
        return self.filter(state=TargetState.RUNNING, last_day__lt=today).order_by("last_day", "pk")


class TargetResultQuerySet(models.QuerySet["TargetResult"]):
    """Results are seen with their target; those of a person as `access` says."""


class TargetRowQuerySet(models.QuerySet["TargetRow"]):
    """Rows are seen with their result."""


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    """Facts are seen through the target that they are measured for."""


def on_record_of(scope: Scope) -> Q:
    """One's own, and that of the people below: leads belong to this chain (INC-8)."""
    return Q(person_id=scope.person_id or 0) | Q(person_id__in=scope.below_ids)


class PraiseQuerySet(models.QuerySet["Praise"]):
    def visible_to(self, scope: Scope) -> Self:
        """The wall is visible to the whole department (INC-3)."""
        return self if scope.person_id else self.none()

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def of(self, person_id: int) -> Self:
        return self.filter(receivers__person_id=person_id)


class DemeritQuerySet(models.QuerySet["Demerit"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(on_record_of(scope))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class CoachingQuerySet(models.QuerySet["Coaching"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(on_record_of(scope))

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def to_remind(self, today: date) -> Self:
        return self.open().filter(reminded_at=None, due_on__lte=today)


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, scope: Scope) -> Self:
        """Whoever drew it while the person is below, and those above both."""
        mine = Q(auditor_id=scope.person_id or 0) | Q(auditor_id__in=scope.below_ids)
        return self.filter(mine, person_id__in=scope.below_ids)


class CalibrationQuerySet(models.QuerySet["Calibration"]):
    def visible_to(self, scope: Scope) -> Self:
        """The two auditors, who asked for it, and those above these; never the person."""
        if scope.person_id is None:
            return self.none()
        chain = scope.below_ids | {scope.person_id}
        return self.filter(
            Q(first_id=scope.person_id)
            | Q(second_id=scope.person_id)
            | Q(asked_by_id__in=chain, person_id__in=scope.below_ids)
        ).exclude(person_id=scope.person_id)


class AuditQuerySet(models.QuerySet["QualityAudit"]):
    def visible_to(self, scope: Scope) -> Self:
        """Own ones, and those of the people below; of a calibration only its own page tells."""
        return self.counted().filter(on_record_of(scope))

    def counted(self) -> Self:
        """Audits that make up a person's score."""
        return self.filter(calibration=None)
