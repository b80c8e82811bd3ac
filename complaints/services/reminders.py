"""Reminders: rows that are planned with a follow-up, claimed by a tick, told exactly once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from complaints.enums import Stage
from complaints.models import FollowUp, Reminder
from complaints.policies import reminders as policies
from complaints.services.ladders import DIGEST
from complaints.services.telling import REMINDER, Telling, subject_of
from portal import bulk, notices
from portal.servicetime import Timetable
from staff.roster import queries as roster
from staff.roster.queries import Duty
from staff.rulebook import queries as rulebook
from staff.rulebook.policies import Ladder

BATCH = 1000


@dataclass(frozen=True)
class Planner:
    """What planning needs, looked up once for many follow-ups."""

    ladder: Ladder
    desk: Timetable
    duty: Duty


def planner(*, now: datetime) -> Planner:
    """Look up the ladder, the desk's hours and the posts that hold now."""
    return Planner(
        ladder=rulebook.ladder_of(rulebook.policy_on(timezone.localdate(now))),
        desk=rulebook.timetable(),
        duty=roster.duty_at(now),
    )


@transaction.atomic
def plan(followups: Sequence[FollowUp], *, now: datetime, using: Planner | None = None) -> int:
    """Write the rungs of open follow-ups for their present due time and owner.

    Rungs of another due time are silenced; a rung that was told already is not told again; one
    that was silenced comes back. Returns the number of rungs written or revived.
    """
    using = using or planner(now=now)
    wanted = {
        (followup.pk, rung.stage): rung
        for followup in followups
        for rung in policies.rungs(
            due_at=followup.due_at,
            made_at=now,
            ladder=using.ladder,
            desk=using.desk,
            owner_rank=_rank(using.duty, followup.owner_id),
        )
    }
    due_of = {followup.pk: followup.due_at for followup in followups}
    silenced: list[int] = []
    revived: list[int] = []
    rows = Reminder.objects.filter(followup_id__in=due_of).select_for_update()
    for row in rows:
        if row.followup_due_at == due_of[row.followup_id]:
            known = wanted.pop((row.followup_id, Stage(row.stage)), None)
            if row.delivered_at is None:
                (silenced if known is None else revived).append(row.pk)
        elif row.delivered_at is None:
            silenced.append(row.pk)
    Reminder.objects.filter(pk__in=silenced, silenced_at=None).update(silenced_at=now)
    Reminder.objects.filter(pk__in=revived).update(silenced_at=None)
    blank = bulk.blanks(Reminder)
    Reminder.objects.bulk_create(
        [
            blank(
                followup_id=pk,
                stage=stage,
                followup_due_at=due_of[pk],
                due_at=rung.due_at,
            )
            for (pk, stage), rung in wanted.items()
        ],
        batch_size=1000,
    )
    return len(wanted) + len(revived)


def _rank(duty: Duty, person_id: int) -> int:
    holder = duty.holders.get(person_id)
    return holder.post.rank if holder else 0


@transaction.atomic
def silence(followup_ids: Collection[int], *, now: datetime) -> None:
    """Silence what was planned and told about follow-ups: at once and for everybody (FUP-1)."""
    Reminder.objects.waiting().filter(followup_id__in=followup_ids).update(silenced_at=now)
    notices.settle_all([subject_of(followup_id) for followup_id in followup_ids], now=now)


@transaction.atomic
def deliver_due(now: datetime) -> int:
    """Tell one batch of due rungs: claim, receiver, notice and outbox in one transaction.

    Any number of callers may do this at once; a rung is told once (FUP-2). Returns the number of
    rungs that were looked at; 0 when nothing is due.
    """
    due = Reminder.objects.due(now)
    due = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    if ids:
        Telling(now, ids).write()
    return len(ids)


def oldest_due(now: datetime) -> datetime | None:
    """Return the moment of the oldest rung that is due and not told."""
    return Reminder.objects.due(now).values_list("due_at", flat=True).first()


__all__ = [
    "BATCH",
    "DIGEST",
    "REMINDER",
    "Planner",
    "deliver_due",
    "oldest_due",
    "plan",
    "planner",
    "silence",
    "subject_of",
]
