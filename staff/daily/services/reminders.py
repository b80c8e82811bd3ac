"""Telling people that their report is missing: by the clock, and by the lead."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from portal import audit, notices
from staff.daily import policies
from staff.daily.enums import ReminderStage
from staff.daily.models import ReportReminder
from staff.daily.queries.shifts import Shift, owing
from staff.daily.services.reports import hold_shift, subject_of
from staff.people.models import Person
from staff.roster import queries as roster
from staff.roster.models import Assignment

DUE, OVERDUE, ASKED = "daily.due", "daily.overdue", "daily.asked"
KINDS = {
    ReminderStage.BEFORE: DUE,
    ReminderStage.AFTER: OVERDUE,
    ReminderStage.LEAD: ASKED,
}
BATCH = 200


def _due(now: datetime, stage: ReminderStage) -> list[Assignment]:
    """Return the shifts whose people are to be told at a stage and were not, oldest first.

    Shifts that ended long ago are left alone: after an outage nobody is told of yesterday.
    """
    if stage == ReminderStage.BEFORE:
        first, last = now - policies.REMIND_AFTER, now + policies.REMIND_BEFORE
    else:
        first, last = now - policies.REMIND_WITHIN, now - policies.REMIND_AFTER
    rows = owing(Assignment.objects.filter(ends_at__gt=first, ends_at__lte=last))
    told = set(
        ReportReminder.objects.filter(
            stage=stage, day__gte=first.date() - policies.ONE_DAY
        ).values_list("person_id", "day")
    )
    found = rows.order_by("ends_at", "pk")
    return [row for row in found if (row.person_id, row.day) not in told][:BATCH]


def remind_due(now: datetime) -> int:
    """Tell those whose shift ends soon, and those whose report is late; a step of the tick.

    Safe side by side: a stage has one row for a person and day, and a notice has one key.
    """
    return _remind(now, ReminderStage.BEFORE) + _remind(now, ReminderStage.AFTER)


@transaction.atomic
def _remind(now: datetime, stage: ReminderStage) -> int:
    due = _due(now, stage)
    ReportReminder.objects.bulk_create(
        [ReportReminder(person_id=row.person_id, day=row.day, stage=stage, at=now) for row in due],
        ignore_conflicts=True,
    )
    ends = {row.person_id: row for row in due}
    _tell({row.person_id for row in due}, stage=stage, key=stage.lower(), ends=ends, now=now)
    return len(due)


def oldest_due(now: datetime) -> datetime | None:
    """Return when the oldest reminder was due that nobody was sent."""
    before, after = (_due(now, stage) for stage in (ReminderStage.BEFORE, ReminderStage.AFTER))
    found = [before[0].ends_at - policies.REMIND_BEFORE] if before else []
    return min(found + ([after[0].ends_at + policies.REMIND_AFTER] if after else []), default=None)


def _tell(
    person_ids: Collection[int],
    *,
    stage: ReminderStage,
    key: str,
    ends: dict[int, Assignment],
    now: datetime,
    by: str = "",
) -> None:
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"{subject_of(person, ends[person].day)}:{key}",
                kind=KINDS[stage],
                params={
                    "day": ends[person].day.isoformat(),
                    "ends_at": ends[person].ends_at.isoformat(),
                    "by": by,
                },
                subject=subject_of(person, ends[person].day),
            )
            for person, user in roster.user_ids(person_ids).items()
        ],
        now=now,
    )


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """How many were told, and how many not again because a lead told them a moment ago."""

    told: int
    lately: int


@transaction.atomic
def remind_missing(*, actor: Person, shift: Shift, now: datetime) -> Reminded:
    """Tell everybody of a shift whose report is missing, each at most once in 15 minutes."""
    first = shift.first
    hold_shift(shift.key)
    missing = {one.person_id for one in shift.missing}
    lately = set(_reminded_lately(missing, first.day, now=now))
    told = missing - lately
    ReportReminder.objects.bulk_create(
        ReportReminder(person_id=person, day=first.day, stage=ReminderStage.LEAD, at=now, by=actor)
        for person in sorted(told)
    )
    _tell(
        told,
        stage=ReminderStage.LEAD,
        key=f"lead:{now.isoformat()}",
        ends=dict.fromkeys(told, first),
        now=now,
        by=actor.name,
    )
    if told:
        audit.record(
            actor=actor.user,
            verb="daily.reminded",
            at=now,
            after={"team": first.team_id, "day": first.day.isoformat(), "people": sorted(told)},
        )
    return Reminded(told=len(told), lately=len(lately))


def _reminded_lately(person_ids: Collection[int], day: date, *, now: datetime) -> list[int]:
    rows = ReportReminder.objects.by_lead_since(now - policies.LEAD_REMINDS_AGAIN)
    return list(rows.filter(person_id__in=person_ids, day=day).values_list("person_id", flat=True))
