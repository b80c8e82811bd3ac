from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from staff.attendance.enums import MakeUpState

if TYPE_CHECKING:
    from staff.attendance.models import MakeUp, Punch, RedPacketPayment, WeekPublication
    from staff.people.access import Scope


class PunchQuerySet(models.QuerySet["Punch"]):
    def visible_to(self, scope: Scope) -> Self:
        """Own punches, and those of the people below (§10)."""
        return self.filter(Q(person_id=scope.person_id) | Q(person_id__in=scope.below_ids))


class MakeUpQuerySet(models.QuerySet["MakeUp"]):
    def visible_to(self, scope: Scope) -> Self:
        """Own requests, and those of the people below (§10)."""
        return self.filter(Q(person_id=scope.person_id) | Q(person_id__in=scope.below_ids))

    def undecided(self) -> Self:
        return self.filter(state=MakeUpState.OPEN)


class RedPacketPaymentQuerySet(models.QuerySet["RedPacketPayment"]):
    def standing(self) -> Self:
        """Payments that were not withdrawn as a mistake."""
        return self.filter(withdrawn_at=None)


class WeekPublicationQuerySet(models.QuerySet["WeekPublication"]):
    def visible_to(self, scope: Scope) -> Self:
        """The published weeks of one's own team and those of the people below (INC-8)."""
        return self.filter(team_id__in=scope.team_ids)
