from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from staff.leave.enums import LeaveState
from staff.roster.models import Assignment

if TYPE_CHECKING:
    from staff.leave.models import LeaveRequest
    from staff.people.access import Scope

LIVE = (LeaveState.REQUESTED, LeaveState.APPROVED)


class LeaveRequestQuerySet(models.QuerySet["LeaveRequest"]):
    def visible_to(self, scope: Scope, *, also: Collection[int] = ()) -> Self:
        """Own requests, those of the people below, and of the shifts that one leads (§10).

        `also` are people whose requests one decides without being above them.
        """
        if scope.person_id is None:
            return self.none()
        wider = (
            Q(person_id=scope.person_id) | Q(person_id__in=scope.below_ids) | Q(person_id__in=also)
        )
        if scope.leads:
            wider |= Q(Exists(_shifts_led_by(scope.person_id)))
        return self.filter(wider)

    def live(self) -> Self:
        """Requests that are neither refused nor withdrawn: they stand in each other's way."""
        return self.filter(state__in=LIVE)

    def touching(self, first: date, last: date) -> Self:
        """Requests with a day in the span. Both days are included."""
        return self.filter(first_day__lte=last, last_day__gte=first)


def _shifts_led_by(lead_id: int) -> models.QuerySet[Assignment]:
    """Shifts of the request's person on its days that a lead leads."""
    led = Assignment.objects.filter(
        person_id=lead_id,
        is_lead=True,
        day=OuterRef("day"),
        team_id=OuterRef("team_id"),
        shift_type_id=OuterRef("shift_type_id"),
    )
    return Assignment.objects.filter(
        Exists(led),
        person_id=OuterRef("person_id"),
        day__gte=OuterRef("first_day"),
        day__lte=OuterRef("last_day"),
    )
