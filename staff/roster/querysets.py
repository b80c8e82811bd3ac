from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from portal.bulk import BulkCreate

if TYPE_CHECKING:
    from staff.people.access import Scope
    from staff.roster.models import Assignment, OpenShift, Swap


class AssignmentQuerySet(BulkCreate, models.QuerySet["Assignment"]):
    def visible_to(self, scope: Scope) -> Self:
        """Own shifts, the team's (names and times), and those of the people below (§10)."""
        return self.filter(
            Q(person_id=scope.person_id)
            | Q(team_id__in=scope.team_ids)
            | Q(person_id__in=scope.below_ids)
        )

    def running(self, at: datetime) -> Self:
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class SwapQuerySet(models.QuerySet["Swap"]):
    def visible_to(self, scope: Scope) -> Self:
        """One's own on either side; for leads and above also those of their teams."""
        mine = Q(asker_id=scope.person_id) | Q(colleague_id=scope.person_id)
        return self.filter(mine | Q(team_id__in=scope.team_ids) if scope.leads else mine)


class OpenShiftQuerySet(models.QuerySet["OpenShift"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of one's teams; one that is offered to somebody only to them and the leads."""
        found = self.filter(team_id__in=scope.team_ids)
        if scope.leads:
            return found
        return found.filter(Q(offered_to=None) | Q(offered_to_id=scope.person_id))
