"""What every change of a follow-up shares: locks, refusals, the note and the word to owners."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from complaints.enums import EntryKind, FollowUpState, OfferState
from complaints.models import (
    FollowUp,
    FollowUpMove,
    HandoverOffer,
    TimelineEntry,
)
from complaints.policies.followups import Facts, Refusal
from complaints.services import events, reminders
from portal import bulk, notices
from portal.models import User
from staff.people.models import Person
from staff.roster import queries as roster

ASSIGNED = "followup.assigned"


HANDED_OVER = "followup.handed_over"


class Refused(Exception):
    """The rules do not allow the change; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class ChangedMeanwhile(Exception):
    """Somebody else changed the follow-up since it was read; `current` is what it is now."""

    def __init__(self, current: FollowUp) -> None:
        super().__init__(current.pk)
        self.current = current


def user_of(person: Person | None) -> User | None:
    return person.user if person else None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What `note_change` writes down about follow-ups that were changed together."""

    kind: EntryKind
    actor: Person | None
    now: datetime
    reason: str = ""
    from_owner: Mapping[int, int] = field(default_factory=dict)
    from_due_at: Mapping[int, datetime] = field(default_factory=dict)


def note_change(followups: Sequence[FollowUp], change: Change) -> None:
    """Write the change into the follow-ups' own history and, without words, the timeline."""
    actor_id = change.actor.pk if change.actor else None
    move, entry = bulk.blanks(FollowUpMove), bulk.blanks(TimelineEntry)
    FollowUpMove.objects.bulk_create(
        [
            move(
                followup_id=followup.pk,
                at=change.now,
                actor_id=actor_id,
                kind=change.kind,
                reason=change.reason,
                from_owner_id=change.from_owner.get(followup.pk),
                to_owner_id=followup.owner_id,
                from_due_at=change.from_due_at.get(followup.pk),
                to_due_at=followup.due_at,
            )
            for followup in followups
        ],
        batch_size=500,
    )
    TimelineEntry.objects.bulk_create(
        [
            entry(
                complaint_id=followup.complaint_id,
                at=change.now,
                actor_id=actor_id,
                kind=change.kind,
                params={
                    "followup": followup.number,
                    "owner": followup.owner_id,
                    "due_at": followup.due_at.isoformat(),
                },
            )
            for followup in followups
            if followup.complaint_id
        ],
        batch_size=500,
    )
    events.tell_of_followups(followups, kind=change.kind, now=change.now)


def tell_owners(
    followups: Sequence[FollowUp], *, kind: str, actor: Person | None, now: datetime
) -> None:
    """Tell each owner, once, of what somebody else gave them."""
    given: dict[int, list[FollowUp]] = defaultdict(list)
    for followup in followups:
        if actor is None or followup.owner_id != actor.pk:
            given[followup.owner_id].append(followup)
    user_of = roster.user_ids(given)
    drafts = []
    for owner, rows in given.items():
        if owner not in user_of:
            continue
        first = rows[0]
        drafts.append(
            notices.Draft(
                receiver_id=user_of[owner],
                key=f"{kind}:{first.pk}:{first.version}",
                kind=kind,
                params={
                    "followup": first.number,
                    "due_at": first.due_at.isoformat(),
                    "count": len(rows),
                    "by": actor.number if actor else "",
                },
                subject=reminders.subject_of(first.pk) if len(rows) == 1 else "",
                urgent=any(row.urgent for row in rows),
            )
        )
    notices.send(drafts, now=now)


def locked_rows(ids: Collection[int]) -> list[FollowUp]:
    rows = FollowUp.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids)
    return list(rows.select_related("complaint", "order", "owner").order_by("pk"))


def locked_one(followup_id: int, *, version: int | None) -> FollowUp:
    followup = locked_rows([followup_id])[0]
    if version is not None and followup.version != version:
        raise ChangedMeanwhile(followup)
    return followup


def facts_of(followup: FollowUp) -> Facts:
    return Facts(
        is_open=followup.state == FollowUpState.OPEN,
        due_at=followup.due_at,
        owner_id=followup.owner_id,
        done_at=followup.done_at,
    )


def refuse(reason: Refusal | None) -> None:
    if reason:
        raise Refused(reason)


def take_offers(followups: Sequence[FollowUp], *, now: datetime) -> None:
    for followup in followups:
        HandoverOffer.objects.filter(followup=followup, state=OfferState.OPEN).update(
            state=OfferState.TAKEN, settled_at=now, taken_version=followup.version
        )


def withdraw_offers(followup_ids: Collection[int], *, now: datetime) -> None:
    HandoverOffer.objects.filter(followup_id__in=followup_ids, state=OfferState.OPEN).update(
        state=OfferState.WITHDRAWN, settled_at=now
    )
