"""Follow-ups as an import says they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from complaints.enums import EntryKind
from complaints.models import (
    FollowUp,
)
from complaints.services import reminders
from complaints.services.followups.changes import (
    HANDED_OVER,
    Change,
    note_change,
    tell_owners,
    user_of,
    withdraw_offers,
)
from portal import audit
from staff.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A follow-up with new values set, and what its owner and due time were before."""

    followup: FollowUp
    from_owner_id: int
    from_due_at: datetime


REVISED = (
    "complaint", "order", "store", "owner", "assigned_by", "purpose", "due_at", "urgent",
    "rescheduled", "reference", "version",
)  # fmt: skip


@transaction.atomic
def revise(revisions: Sequence[Revision], *, actor: Person | None, now: datetime) -> None:
    """Store follow-ups that an import changed, in a few statements.

    Another due time counts as rescheduled, another owner as handed over: new reminders replace
    the old ones, offers are settled, and the history says so.
    """
    rows = [revision.followup for revision in revisions]
    if not rows:
        return
    list(
        FollowUp.objects.select_for_update(no_key=True)
        .filter(pk__in=[row.pk for row in rows])
        .values("pk")
    )
    moved = [r for r in revisions if r.followup.due_at != r.from_due_at]
    handed = [r for r in revisions if r.followup.owner_id != r.from_owner_id]
    for row in rows:
        row.version += 1
    for revision in moved:
        revision.followup.rescheduled += 1
    FollowUp.objects.bulk_update(rows, REVISED, batch_size=200)
    _begin_anew({r.followup.pk: r.followup for r in (*moved, *handed)}, now=now)
    note_change(
        [r.followup for r in moved],
        Change(
            kind=EntryKind.RESCHEDULED,
            actor=actor,
            now=now,
            from_due_at={r.followup.pk: r.from_due_at for r in moved},
        ),
    )
    given = [r.followup for r in handed]
    note_change(
        given,
        Change(
            kind=EntryKind.HANDED_OVER,
            actor=actor,
            now=now,
            from_owner={r.followup.pk: r.from_owner_id for r in handed},
        ),
    )
    tell_owners(given, kind=HANDED_OVER, actor=actor, now=now)
    audit.record(
        actor=user_of(actor),
        verb="followup.revised",
        at=now,
        after={"count": len(rows), "rescheduled": len(moved), "handed_over": len(handed)},
    )


def _begin_anew(rows: Mapping[int, FollowUp], *, now: datetime) -> None:
    """Replace the reminders of follow-ups that were moved or handed over together."""
    if rows:
        reminders.silence(list(rows), now=now)
        reminders.plan(list(rows.values()), now=now)
        withdraw_offers(list(rows), now=now)
