"""Writes of follow-ups: assign, finish, reschedule, hand over, undo, and what is offered."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from complaints.enums import EntryKind, FollowUpState
from complaints.models import (
    Complaint,
    FollowUp,
    Order,
)
from complaints.policies import followups as policies
from complaints.policies.followups import Refusal
from complaints.services import numbering, reminders
from complaints.services.followups.changes import (
    ASSIGNED,
    HANDED_OVER,
    Change,
    ChangedMeanwhile,
    Refused,
    facts_of,
    locked_one,
    locked_rows,
    note_change,
    refuse,
    take_offers,
    tell_owners,
    user_of,
    withdraw_offers,
)
from portal import audit, bulk, submissions
from staff.people.models import Person
from staff.rulebook import queries as rulebook


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A follow-up to be made. Exactly one of complaint and order may be missing."""

    owner_id: int
    due_at: datetime
    purpose: str
    complaint: Complaint | None = None
    order: Order | None = None
    urgent: bool = False
    reference: str = ""
    assigned_by_id: int | None = None

    @property
    def order_id(self) -> int | None:
        """The order named, else that of the complaint."""
        if self.order is not None:
            return self.order.pk
        return self.complaint.order_id if self.complaint else None

    @property
    def store_id(self) -> int:
        about = self.complaint or self.order
        if about is None:
            raise ValueError("a follow-up is about a complaint or an order")
        return about.store_id


@transaction.atomic
def assign(
    promises: Sequence[Promise], *, actor: Person | None, now: datetime, past_allowed: bool = False
) -> list[FollowUp]:
    """Make follow-ups with their reminders and tell their owners, all or none.

    Raises Refused for a due time that is not ahead, unless `past_allowed` (imports).
    """
    for promise in promises:
        reason = None if past_allowed else policies.why_not_due(promise.due_at, now=now)
        if reason:
            raise Refused(reason)
    if not promises:
        return []
    numbers = numbering.take("F", day=rulebook.service_day(now), count=len(promises))
    blank = bulk.blanks(FollowUp)
    made = FollowUp.objects.bulk_create(
        [
            blank(
                number=number,
                complaint_id=promise.complaint.pk if promise.complaint else None,
                order_id=promise.order_id,
                store_id=promise.store_id,
                owner_id=promise.owner_id,
                assigned_by_id=promise.assigned_by_id or (actor.pk if actor else None),
                purpose=promise.purpose,
                due_at=promise.due_at,
                urgent=promise.urgent,
                reference=promise.reference,
                created_at=now,
            )
            for number, promise in zip(numbers, promises, strict=True)
        ],
        batch_size=500,
    )
    reminders.plan(made, now=now)
    note_change(made, Change(kind=EntryKind.ASSIGNED, actor=actor, now=now))
    tell_owners(made, kind=ASSIGNED, actor=actor, now=now)
    if len(made) == 1:
        audit.record(
            actor=user_of(actor),
            verb="followup.assigned",
            target=made[0],
            at=now,
            after={"owner": made[0].owner_id, "due_at": made[0].due_at.isoformat()},
        )
    else:
        audit.record(
            actor=user_of(actor),
            verb="followup.assigned_many",
            at=now,
            after={"count": len(made), "first": made[0].number, "last": made[-1].number},
        )
    return made


@transaction.atomic
def assign_once(
    promises: Sequence[Promise],
    *,
    form_key: uuid.UUID,
    actor: Person,
    now: datetime,
    result: str,
) -> list[FollowUp]:
    """Make follow-ups from a form, however often it is sent; `result` is the path it leads to.

    Raises AlreadySubmitted for a second send, Refused.
    """
    if actor.user is None:
        raise ValueError("whoever sends a form has a sign-in")
    submission = submissions.claim(key=form_key, user=actor.user, now=now)
    made = assign(promises, actor=actor, now=now)
    submissions.finish(submission, result=result)
    return made


@transaction.atomic
def finish(
    *, actor: Person, followup_id: int, outcome: str, now: datetime, version: int | None = None
) -> FollowUp:
    """End a follow-up with its outcome and silence its reminders at once.

    Raises Refused when it is not open, ChangedMeanwhile when `version` is not the present one.
    """
    followup = locked_one(followup_id, version=version)
    if followup.state != FollowUpState.OPEN:
        raise Refused(Refusal.NOT_OPEN)
    followup.state = FollowUpState.DONE
    followup.outcome = outcome
    followup.done_at = now
    followup.done_by = actor
    followup.version += 1
    followup.save(update_fields=["state", "outcome", "done_at", "done_by", "version"])
    reminders.silence([followup.pk], now=now)
    withdraw_offers([followup.pk], now=now)
    note_change([followup], Change(kind=EntryKind.DONE, actor=actor, now=now))
    audit.record(actor=actor.user, verb="followup.done", target=followup, at=now)
    return followup


@transaction.atomic
def undo_finish(*, actor: Person, followup_id: int, now: datetime) -> FollowUp:
    """Take a finished follow-up up again, with the reminders that are still to come."""
    followup = locked_one(followup_id, version=None)
    refuse(policies.why_not_undo(facts_of(followup), now=now))
    followup.state = FollowUpState.OPEN
    followup.outcome = ""
    followup.done_at = None
    followup.done_by = None
    followup.version += 1
    followup.save(update_fields=["state", "outcome", "done_at", "done_by", "version"])
    reminders.plan([followup], now=now)
    note_change([followup], Change(kind=EntryKind.REOPENED, actor=actor, now=now))
    audit.record(actor=actor.user, verb="followup.reopened", target=followup, at=now)
    return followup


@transaction.atomic
def reschedule(
    *,
    actor: Person,
    followup_id: int,
    due_at: datetime,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> FollowUp:
    """Move the due time (counted, FUP-1); the new reminders replace the old ones."""
    followup = locked_one(followup_id, version=version)
    refuse(policies.why_not_reschedule(facts_of(followup), due_at=due_at, now=now))
    before = followup.due_at
    followup.due_at = due_at
    followup.rescheduled += 1
    followup.version += 1
    followup.save(update_fields=["due_at", "rescheduled", "version"])
    reminders.silence([followup.pk], now=now)
    reminders.plan([followup], now=now)
    withdraw_offers([followup.pk], now=now)
    note_change(
        [followup],
        Change(
            kind=EntryKind.RESCHEDULED,
            actor=actor,
            now=now,
            reason=reason,
            from_due_at={followup.pk: before},
        ),
    )
    audit.record(
        actor=actor.user,
        verb="followup.rescheduled",
        target=followup,
        at=now,
        before={"due_at": before.isoformat()},
        after={"due_at": due_at.isoformat()},
    )
    return followup


@transaction.atomic
def hand_over(
    *,
    actor: Person | None,
    followup_ids: Collection[int],
    to: Person,
    reason: str,
    now: datetime,
    version: int | None = None,
) -> list[FollowUp]:
    """Give open follow-ups to somebody else, all or none; the old owner hears no more of them.

    `version` is checked where a single one is handed over. Raises Refused, ChangedMeanwhile.
    """
    rows = locked_rows(followup_ids)
    if version is not None and rows[0].version != version:
        raise ChangedMeanwhile(rows[0])
    before = {row.pk: row.owner_id for row in rows}
    for row in rows:
        refuse(policies.why_not_hand_over(facts_of(row), to=to.pk))
        row.owner = to
        row.version += 1
    FollowUp.objects.filter(pk__in=before).update(owner=to, version=F("version") + 1)
    reminders.silence(list(before), now=now)
    reminders.plan(rows, now=now)
    take_offers(rows, now=now)
    note_change(
        rows,
        Change(kind=EntryKind.HANDED_OVER, actor=actor, now=now, reason=reason, from_owner=before),
    )
    tell_owners(rows, kind=HANDED_OVER, actor=actor, now=now)
    for row in rows:
        audit.record(
            actor=user_of(actor),
            verb="followup.handed_over",
            target=row,
            at=now,
            before={"owner": before[row.pk]},
            after={"owner": to.pk},
        )
    return rows
