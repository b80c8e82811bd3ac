from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from portal.bulk import BulkCreate

if TYPE_CHECKING:
    from staff.people.access import Scope
    from staff.roster.models import Assignment


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
