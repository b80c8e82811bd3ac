"""Telling people that their report is missing: by the clock, and by the lead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from portal import audit, notices
from staff.daily import policies
from staff.daily.enums import ReminderStage
from staff.daily.models import ReportReminder
from staff.daily.queries.shifts import Shift, owing
from staff.daily.services.reports import hold_shift, subject_of
from staff.people.models import Person
from staff.roster import queries as roster
from staff.roster.models import Assignment
from staff.rulebook.queries import habits

DUE, OVERDUE, ASKED = "daily.due", "daily.overdue", "daily.asked"
KINDS = {
    ReminderStage.BEFORE: DUE,
    ReminderStage.AFTER: OVERDUE,
    ReminderStage.LEAD: ASKED,
}
BATCH = 200


def _told(stage: ReminderStage) -> Exists:
    rows = ReportReminder.objects.filter(
        person_id=OuterRef("person_id"), day=OuterRef("day"), stage=stage
    )
    return Exists(rows)


def _waiting(now: datetime) -> list[tuple[ReminderStage, Assignment]]:
    """Return whom to tell now, and at which stage, oldest first; two queries.

    Shifts that ended long ago are left alone: after an outage nobody is told of yesterday.
    """
    numbers = habits.values()
    before = timedelta(minutes=numbers["daily.remind_before"])
    after = timedelta(minutes=numbers["daily.remind_after"])
    rows = owing(
        Assignment.objects.filter(
            ends_at__gt=now - policies.REMIND_WITHIN, ends_at__lte=now + before
        )
    )
    told = rows.annotate(before=_told(ReminderStage.BEFORE), after=_told(ReminderStage.AFTER))
    found: list[tuple[ReminderStage, Assignment]] = []
    for row in told.order_by("ends_at", "pk"):
        is_late = row.ends_at <= now - after
        if not (row.after if is_late else row.before):
            found.append((ReminderStage.AFTER if is_late else ReminderStage.BEFORE, row))
    return found


@transaction.atomic
def remind_due(now: datetime) -> int:
    """Tell those whose shift ends soon, and those whose report is late; a step of the tick.

    Safe side by side: a stage has one row for a person and day, and a notice has one key.
    """
    due = _waiting(now)[:BATCH]
    ReportReminder.objects.bulk_create(
        [
            ReportReminder(person_id=row.person_id, day=row.day, stage=stage, at=now)
            for stage, row in due
        ],
        ignore_conflicts=True,
    )
    for stage in (ReminderStage.BEFORE, ReminderStage.AFTER):
        ends = {row.person_id: row for at, row in due if at == stage}
        _tell(ends, stage=stage, key=stage.lower(), ends=ends, now=now)
    return len(due)


def oldest_due(now: datetime) -> datetime | None:
    """Return when the oldest reminder was due that nobody was sent."""
    waiting = _waiting(now)
    numbers = habits.values() if waiting else {}
    return min((_moment(stage, row, numbers) for stage, row in waiting), default=None)


def _moment(stage: ReminderStage, row: Assignment, numbers: Mapping[str, int]) -> datetime:
    if stage == ReminderStage.BEFORE:
        return row.ends_at - timedelta(minutes=numbers["daily.remind_before"])
    return row.ends_at + timedelta(minutes=numbers["daily.remind_after"])


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
    rows = ReportReminder.objects.by_lead_since(now - habits.span("daily.lead_again"))
    return list(rows.filter(person_id__in=person_ids, day=day).values_list("person_id", flat=True))
