"""Open follow-ups of who is away or leaves, offered to the lead (FUP-5)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from complaints.enums import FollowUpState, OfferReason, OfferState
from complaints.models import (
    FollowUp,
    HandoverOffer,
)
from complaints.services.followups.promises import hand_over
from portal import audit, notices
from portal.models import Heartbeat
from staff.people.enums import AbsenceState, Half
from staff.people.models import Absence, Person
from staff.roster import queries as roster
from staff.rulebook import queries as rulebook

OFFERED = "followup.offered"


SWEEP = "followup-offers"


SWEEP_OVERLAP = timedelta(minutes=1)


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
