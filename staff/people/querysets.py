from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from portal.bulk import BulkCreate

if TYPE_CHECKING:
    from staff.people.access import Scope
    from staff.people.models import Absence, Person, Posting, Salary, Store, StoreService, Team


class PersonQuerySet(BulkCreate, models.QuerySet["Person"]):
    def visible_to(self, scope: Scope) -> Self:
        """Names and posts are known to the whole department and to the administrator (§10).

        What else is shown of a person, `access` decides.
        """
        return self if scope.person_id or scope.is_admin else self.none()

    def manageable_by(self, scope: Scope) -> Self:
        """The people below, and everybody for the administrator: those whom the admin shows."""
        return self if scope.is_admin else self.filter(pk__in=scope.below_ids)

    def employed(self, on: date) -> Self:
        return self.filter(Q(left_on=None) | Q(left_on__gte=on), hired_on__lte=on)


class PostingQuerySet(BulkCreate, models.QuerySet["Posting"]):
    def on(self, day: date) -> Self:
        """The rows that hold on a day."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, scope: Scope) -> Self:
        return self if scope.is_admin else self.filter(pk__in=scope.team_ids)


class StoreQuerySet(BulkCreate, models.QuerySet["Store"]):
    def visible_to(self, scope: Scope) -> Self:
        """Names of stores are known to the whole department: anybody may take a complaint."""
        return self if scope.person_id or scope.is_admin else self.none()


class SalaryQuerySet(BulkCreate, models.QuerySet["Salary"]):
    """Who may see a salary, `access` decides."""


class StoreServiceQuerySet(BulkCreate, models.QuerySet["StoreService"]):
    """Services are seen with their store."""


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(Q(person_id=scope.person_id) | Q(person_id__in=scope.below_ids))
