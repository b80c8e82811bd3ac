from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from staff.roster.models import Assignment

if TYPE_CHECKING:
    from staff.daily.models import DailyReport, ReportQuestion, ShiftSummary, UnfinishedOrder
    from staff.daily.queries.shifts import Key
    from staff.people.access import Scope

FILED = "FILED"


def led_by(person_id: int) -> models.QuerySet[Assignment]:
    """Shifts like the outer row (team, day, shift_type) of which somebody is the lead (ORG-7)."""
    return Assignment.objects.filter(
        person_id=person_id,
        is_lead=True,
        day=OuterRef("day"),
        team_id=OuterRef("team_id"),
        shift_type_id=OuterRef("shift_type_id"),
    )


class DailyReportQuerySet(models.QuerySet["DailyReport"]):
    def visible_to(self, scope: Scope) -> Self:
        """One's own; filed ones of the people below, of one's teams, of shifts one leads (§10).

        The teams are for leads and above. What is still being written only its author sees. The
        shifts are looked up by themselves, so that the database does not ask for each report.
        """
        if scope.person_id is None:
            return self.none()
        led = self.model._default_manager.filter(Exists(led_by(scope.person_id)))  # noqa: SLF001 -- Django's name
        wider = Q(person_id__in=scope.below_ids) | Q(pk__in=led.values("pk"))
        if scope.leads:
            wider |= Q(team_id__in=scope.team_ids)
        return self.filter(Q(person_id=scope.person_id) | Q(wider, state=FILED))

    def filed(self) -> Self:
        return self.filter(state=FILED)


class QuestionQuerySet(models.QuerySet["ReportQuestion"]):
    def visible_to(self, scope: Scope) -> Self:
        """Questions are seen with their report."""
        reports = apps.get_model("staff", "DailyReport").objects.visible_to(scope)
        return self.filter(report__in=reports)

    def of_shift(self, key: Key) -> Self:
        """Questions of the filed reports of one shift."""
        return self.filter(
            report__state=FILED,
            report__team_id=key.team_id,
            report__day=key.day,
            report__shift_type_id=key.shift_type_id,
        )


class UnfinishedOrderQuerySet(models.QuerySet["UnfinishedOrder"]):
    def waiting(self) -> Self:
        """Orders of filed reports of which nobody has made a follow-up yet."""
        return self.filter(adopted_at=None, report__state=FILED)


class ShiftSummaryQuerySet(models.QuerySet["ShiftSummary"]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of the shifts one leads; for leads and above those of their teams."""
        if scope.person_id is None:
            return self.none()
        led = self.model._default_manager.filter(Exists(led_by(scope.person_id)))  # noqa: SLF001 -- Django's name
        mine = Q(pk__in=led.values("pk")) | Q(sent_by_id=scope.person_id)
        return self.filter(mine | Q(team_id__in=scope.team_ids) if scope.leads else mine)


class ReportReminderQuerySet(models.QuerySet["models.Model"]):
    def by_lead_since(self, moment: datetime) -> Self:
        return self.filter(stage="LEAD", at__gt=moment)
