"""Writes of follow-ups: assign, finish, reschedule, hand over, undo, and what is offered."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from complaints.enums import EntryKind, FollowUpState, OfferReason, OfferState
from complaints.models import (
    Complaint,
    FollowUp,
    FollowUpMove,
    HandoverOffer,
    Order,
    TimelineEntry,
)
from complaints.policies import followups as policies
from complaints.policies.followups import Facts, Refusal
from complaints.services import numbering, reminders
from portal import audit, notices, submissions
from portal.models import Heartbeat, User
from staff.people.enums import AbsenceState, Half
from staff.people.models import Absence, Person
from staff.roster import queries as roster
from staff.rulebook import queries as rulebook

ASSIGNED = "followup.assigned"
HANDED_OVER = "followup.handed_over"
OFFERED = "followup.offered"
SWEEP = "followup-offers"
SWEEP_OVERLAP = timedelta(minutes=1)


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
    def store_id(self) -> int:
        about = self.complaint or self.order
        if about is None:
            raise ValueError("a follow-up is about a complaint or an order")
        return about.store_id


def _user(person: Person | None) -> User | None:
    return person.user if person else None


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
    made = FollowUp.objects.bulk_create(
        [
            FollowUp(
                number=number,
                complaint=promise.complaint,
                order=promise.order or (promise.complaint.order if promise.complaint else None),
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
    _note(made, _Change(kind=EntryKind.ASSIGNED, actor=actor, now=now))
    _tell_owners(made, kind=ASSIGNED, actor=actor, now=now)
    if len(made) == 1:
        audit.record(
            actor=_user(actor),
            verb="followup.assigned",
            target=made[0],
            at=now,
            after={"owner": made[0].owner_id, "due_at": made[0].due_at.isoformat()},
        )
    else:
        audit.record(
            actor=_user(actor),
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


@dataclass(frozen=True, kw_only=True)
class _Change:
    """What `_note` writes down about follow-ups that were changed together."""

    kind: EntryKind
    actor: Person | None
    now: datetime
    reason: str = ""
    from_owner: Mapping[int, int] = field(default_factory=dict)
    from_due_at: Mapping[int, datetime] = field(default_factory=dict)


def _note(followups: Sequence[FollowUp], change: _Change) -> None:
    """Write the change into the follow-ups' own history and, without words, the timeline."""
    FollowUpMove.objects.bulk_create(
        [
            FollowUpMove(
                followup=followup,
                at=change.now,
                actor=change.actor,
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
            TimelineEntry(
                complaint_id=followup.complaint_id,
                at=change.now,
                actor=change.actor,
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


def _tell_owners(
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


def _locked(ids: Collection[int]) -> list[FollowUp]:
    rows = FollowUp.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    return list(rows.select_related("complaint", "order", "owner").order_by("pk"))


def _one(followup_id: int, *, version: int | None) -> FollowUp:
    followup = _locked([followup_id])[0]
    if version is not None and followup.version != version:
        raise ChangedMeanwhile(followup)
    return followup


def _facts(followup: FollowUp) -> Facts:
    return Facts(
        is_open=followup.state == FollowUpState.OPEN,
        due_at=followup.due_at,
        owner_id=followup.owner_id,
        done_at=followup.done_at,
    )


def _check(reason: Refusal | None) -> None:
    if reason:
        raise Refused(reason)


@transaction.atomic
def finish(
    *, actor: Person, followup_id: int, outcome: str, now: datetime, version: int | None = None
) -> FollowUp:
    """End a follow-up with its outcome and silence its reminders at once.

    Raises Refused when it is not open, ChangedMeanwhile when `version` is not the present one.
    """
    followup = _one(followup_id, version=version)
    if followup.state != FollowUpState.OPEN:
        raise Refused(Refusal.NOT_OPEN)
    followup.state = FollowUpState.DONE
    followup.outcome = outcome
    followup.done_at = now
    followup.done_by = actor
    followup.version += 1
    followup.save(update_fields=["state", "outcome", "done_at", "done_by", "version"])
    reminders.silence([followup.pk], now=now)
    _withdraw_offers([followup.pk], now=now)
    _note([followup], _Change(kind=EntryKind.DONE, actor=actor, now=now))
    audit.record(actor=actor.user, verb="followup.done", target=followup, at=now)
    return followup


@transaction.atomic
def undo_finish(*, actor: Person, followup_id: int, now: datetime) -> FollowUp:
    """Take a finished follow-up up again, with the reminders that are still to come."""
    followup = _one(followup_id, version=None)
    _check(policies.why_not_undo(_facts(followup), now=now))
    followup.state = FollowUpState.OPEN
    followup.outcome = ""
    followup.done_at = None
    followup.done_by = None
    followup.version += 1
    followup.save(update_fields=["state", "outcome", "done_at", "done_by", "version"])
    reminders.plan([followup], now=now)
    _note([followup], _Change(kind=EntryKind.REOPENED, actor=actor, now=now))
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
    followup = _one(followup_id, version=version)
    _check(policies.why_not_reschedule(_facts(followup), due_at=due_at, now=now))
    before = followup.due_at
    followup.due_at = due_at
    followup.rescheduled += 1
    followup.version += 1
    followup.save(update_fields=["due_at", "rescheduled", "version"])
    reminders.silence([followup.pk], now=now)
    reminders.plan([followup], now=now)
    _withdraw_offers([followup.pk], now=now)
    _note(
        [followup],
        _Change(
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
    rows = _locked(followup_ids)
    if version is not None and rows[0].version != version:
        raise ChangedMeanwhile(rows[0])
    before = {row.pk: row.owner_id for row in rows}
    for row in rows:
        _check(policies.why_not_hand_over(_facts(row), to=to.pk))
        row.owner = to
        row.version += 1
    FollowUp.objects.filter(pk__in=before).update(owner=to, version=F("version") + 1)
    reminders.silence(list(before), now=now)
    reminders.plan(rows, now=now)
    _take_offers(rows, now=now)
    _note(
        rows,
        _Change(kind=EntryKind.HANDED_OVER, actor=actor, now=now, reason=reason, from_owner=before),
    )
    _tell_owners(rows, kind=HANDED_OVER, actor=actor, now=now)
    for row in rows:
        audit.record(
            actor=_user(actor),
            verb="followup.handed_over",
            target=row,
            at=now,
            before={"owner": before[row.pk]},
            after={"owner": to.pk},
        )
    return rows


def _take_offers(followups: Sequence[FollowUp], *, now: datetime) -> None:
    for followup in followups:
        HandoverOffer.objects.filter(followup=followup, state=OfferState.OPEN).update(
            state=OfferState.TAKEN, settled_at=now, taken_version=followup.version
        )


def _withdraw_offers(followup_ids: Collection[int], *, now: datetime) -> None:
    HandoverOffer.objects.filter(followup_id__in=followup_ids, state=OfferState.OPEN).update(
        state=OfferState.WITHDRAWN, settled_at=now
    )


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
    list(FollowUp.objects.select_for_update().filter(pk__in=[row.pk for row in rows]).values("pk"))
    moved = [r for r in revisions if r.followup.due_at != r.from_due_at]
    handed = [r for r in revisions if r.followup.owner_id != r.from_owner_id]
    for row in rows:
        row.version += 1
    for revision in moved:
        revision.followup.rescheduled += 1
    FollowUp.objects.bulk_update(rows, REVISED, batch_size=200)
    _begin_anew({r.followup.pk: r.followup for r in (*moved, *handed)}, now=now)
    _note(
        [r.followup for r in moved],
        _Change(
            kind=EntryKind.RESCHEDULED,
            actor=actor,
            now=now,
            from_due_at={r.followup.pk: r.from_due_at for r in moved},
        ),
    )
    given = [r.followup for r in handed]
    _note(
        given,
        _Change(
            kind=EntryKind.HANDED_OVER,
            actor=actor,
            now=now,
            from_owner={r.followup.pk: r.from_owner_id for r in handed},
        ),
    )
    _tell_owners(given, kind=HANDED_OVER, actor=actor, now=now)
    audit.record(
        actor=_user(actor),
        verb="followup.revised",
        at=now,
        after={"count": len(rows), "rescheduled": len(moved), "handed_over": len(handed)},
    )


def _begin_anew(rows: Mapping[int, FollowUp], *, now: datetime) -> None:
    """Replace the reminders of follow-ups that were moved or handed over together."""
    if rows:
        reminders.silence(list(rows), now=now)
        reminders.plan(list(rows.values()), now=now)
        _withdraw_offers(list(rows), now=now)


@transaction.atomic
def keep_with_owner(*, actor: Person, offer_ids: Collection[int], now: datetime) -> int:
    """Decline offered hand-overs: the follow-ups stay where they are. Returns how many."""
    kept = HandoverOffer.objects.filter(pk__in=offer_ids, state=OfferState.OPEN).update(
        state=OfferState.KEPT, settled_at=now
    )
    audit.record(actor=actor.user, verb="followup.offer_declined", at=now, after={"count": kept})
    return kept


@transaction.atomic
def sweep_offers(now: datetime) -> int:
    """Offer the follow-ups of people who are away or have left to the lead (FUP-5).

    Gives back what a withdrawn absence had moved. Safe to run twice or side by side: looks at
    absences that changed since the last sweep, with an overlap for late commits. Returns the
    number of offers written or given back.
    """
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=SWEEP, beat_at=now - timedelta(days=31))], ignore_conflicts=True
    )
    mark = Heartbeat.objects.select_for_update().get(pk=SWEEP)
    changed = Absence.objects.filter(changed_at__gt=mark.beat_at - SWEEP_OVERLAP)
    fresh = [*_offers_of_absences(changed, now=now), *_offers_of_leavers(now=now)]
    if fresh:
        HandoverOffer.objects.bulk_create(fresh, batch_size=500)
        _tell_leads(fresh, now=now)
    returned = _give_back(changed, now=now)
    Heartbeat.objects.filter(pk=SWEEP).update(beat_at=now)
    return len(fresh) + returned


def _offers_of_absences(changed: QuerySet[Absence], *, now: datetime) -> list[HandoverOffer]:
    desk = rulebook.timetable()
    today = desk.service_day(now)
    offers: list[HandoverOffer] = []
    for absence in changed.filter(state=AbsenceState.APPROVED, day__gte=today):
        if not desk.has_service_on(absence.day):
            continue
        start = desk.start_of_service_day(absence.day)
        end = desk.end_of_service_day(absence.day)
        middle = start + (end - start) / 2
        if absence.half == Half.FIRST:
            end = middle
        elif absence.half == Half.SECOND:
            start = middle
        # Work that is overdue already cannot wait for the owner's return either.
        first = start if absence.day > today else start - timedelta(days=3650)
        rows = FollowUp.objects.open().filter(
            owner_id=absence.person_id, due_at__gte=first, due_at__lt=end
        )
        offers += _offers(
            rows,
            prefix=f"absence:{absence.pk}",
            reason=OfferReason.ABSENT,
            day=absence.day,
            now=now,
        )
    return offers


def _offers_of_leavers(*, now: datetime) -> list[HandoverOffer]:
    """Open work of people who have left, and work due after the day they leave."""
    today = timezone.localdate(now)
    offered = HandoverOffer.objects.filter(
        followup=OuterRef("pk"), owner=OuterRef("owner"), reason=OfferReason.LEFT
    )
    rows = (
        FollowUp.objects.open()
        .filter(owner__left_on__isnull=False)
        .filter(Q(owner__left_on__lt=today) | Q(due_at__date__gt=F("owner__left_on")))
        .filter(~Exists(offered))
    )
    return _offers(rows, prefix="left", reason=OfferReason.LEFT, day=None, now=now)


def _offers(
    rows: QuerySet[FollowUp],
    *,
    prefix: str,
    reason: OfferReason,
    day: object,
    now: datetime,
) -> list[HandoverOffer]:
    followups = list(rows.only("pk", "owner_id"))
    if not followups:
        return []
    keys = {followup.pk: f"{prefix}:{followup.owner_id}:{followup.pk}" for followup in followups}
    known = set(HandoverOffer.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    duty = roster.duty_at(now)
    offers = []
    for followup in followups:
        lead = _lead_for(followup.owner_id, duty=duty)
        if keys[followup.pk] in known or lead is None:
            continue
        offers.append(
            HandoverOffer(
                followup=followup,
                lead_id=lead,
                owner_id=followup.owner_id,
                reason=reason,
                day=day,  # type: ignore[misc]  # a date or None
                key=keys[followup.pk],
                offered_at=now,
            )
        )
    return offers


def _lead_for(person_id: int, *, duty: roster.Duty) -> int | None:
    """The lead on duty, else the nearest above; for a leaver, of the last posting's chief."""
    lead = duty.lead_on_duty(person_id)
    if lead is not None and lead in duty.holders:
        return lead
    chain = duty.chain(person_id)
    if chain:
        return chain[0].person_id
    return (
        Person.objects.filter(pk=person_id)
        .values_list("postings__chief_id", flat=True)
        .order_by("-postings__valid_from")
        .first()
    )


def _tell_leads(offers: Sequence[HandoverOffer], *, now: datetime) -> None:
    """One notice for each lead and owner, however many follow-ups (FUP-5: in bulk)."""
    groups: dict[tuple[int, int, str], list[HandoverOffer]] = defaultdict(list)
    for offer in offers:
        groups[offer.lead_id, offer.owner_id, str(offer.reason)].append(offer)
    user_of = roster.user_ids({lead for lead, _owner, _reason in groups})
    names = dict(
        Person.objects.filter(pk__in={owner for _lead, owner, _reason in groups}).values_list(
            "pk", "number"
        )
    )
    notices.send(
        [
            notices.Draft(
                receiver_id=user_of[lead],
                key=f"offer:{rows[0].key}",
                kind=OFFERED,
                params={"owner": names[owner], "count": len(rows), "reason": reason},
                subject=f"offers:{owner}",
            )
            for (lead, owner, reason), rows in groups.items()
            if lead in user_of
        ],
        now=now,
    )


def _give_back(changed: QuerySet[Absence], *, now: datetime) -> int:
    """Withdraw the offers of withdrawn absences.

    What was handed over and not yet touched goes back to its owner.
    """
    done = 0
    for absence in changed.filter(state=AbsenceState.WITHDRAWN):
        offers = HandoverOffer.objects.filter(
            key__startswith=f"absence:{absence.pk}:"
        ).select_related("followup", "owner")
        open_offers = offers.filter(state=OfferState.OPEN)
        done += open_offers.update(state=OfferState.WITHDRAWN, settled_at=now)
        untouched = offers.filter(
            state=OfferState.TAKEN,
            followup__state=FollowUpState.OPEN,
            followup__version=F("taken_version"),
        )
        for offer in untouched:
            if offer.followup.owner_id != offer.owner_id:
                hand_over(
                    actor=None,
                    followup_ids=[offer.followup_id],
                    to=offer.owner,
                    reason="",
                    now=now,
                )
                done += 1
            HandoverOffer.objects.filter(pk=offer.pk).update(
                state=OfferState.WITHDRAWN, settled_at=now
            )
    return done
