"""Liabilities: proposed, decided by the supervisor, overturned; and chases to the warehouse.

A decided share of a person becomes an amount of staff.incentives, or where attitude is answered
so a demerit, once: its source names this liability and the person.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import Bearer, Ground, LiabilityState
from complaints.models import Chase, Complaint, Liability, LiabilityShare, Order
from complaints.models.liability import STANDING
from complaints.policies import liability as policies
from complaints.policies.liability import Part, Refusal
from complaints.queries import liability as queries
from portal import audit, notices, submissions
from portal.models import User
from portal.money import Fen
from staff.incentives.enums import DemeritKind
from staff.incentives.models import Demerit
from staff.incentives.services import adjustments, recognition
from staff.people.models import Person

PROPOSED, DECIDED, OVERTURNED = "liability.proposed", "liability.decided", "liability.overturned"
ANSWERED = "liability.answered"


class Refused(Exception):
    """The rules do not allow it; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class StandsAlready(Exception):
    """A liability of this ground stands for the order or the complaint."""


class AlreadyDecided(Exception):
    """It is decided already, or changed since it was read; `current` is what it is now."""

    def __init__(self, current: Liability) -> None:
        super().__init__(current.pk)
        self.current = current


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A cost somebody may have to bear; on a complaint, an order or both."""

    ground: Ground
    cost: Fen
    reason: str
    parts: Sequence[Part] = ()
    complaint: Complaint | None = None
    order: Order | None = None

    @property
    def about(self) -> Complaint | Order:
        found = self.complaint or self.order
        if found is None:
            raise ValueError("a liability is about a complaint or an order")
        return found


@transaction.atomic
def propose(
    *, actor: Person, proposal: Proposal, now: datetime, form_key: uuid.UUID | None = None
) -> Liability:
    """Propose a liability to the supervisor. Raises Refused, StandsAlready, AlreadySubmitted."""
    claim = submissions.claim(key=form_key, user=_user_of(actor), now=now) if form_key else None
    order = proposal.order or (proposal.complaint.order if proposal.complaint else None)
    reason = policies.why_not_proposed(proposal.ground, queries.shipping_of(order), now=now)
    if reason:
        raise Refused(reason)
    merged = Liability.objects.filter(
        complaint__merged_into=proposal.complaint, ground=proposal.ground, state__in=STANDING
    )
    if proposal.complaint is not None and merged.exists():
        raise StandsAlready
    try:
        with transaction.atomic():
            made = Liability.objects.create(
                complaint=proposal.complaint, order=order, store_id=proposal.about.store_id,
                ground=proposal.ground, cost_fen=proposal.cost, reason=proposal.reason,
                proposed_by=actor, proposed_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise StandsAlready from None
    _write_shares(made, proposal.parts, None)
    audit.record(
        actor=actor.user, verb=PROPOSED, target=made, at=now,
        after={"ground": made.ground, "fen": made.cost_fen, "order": made.order_id,
               "complaint": made.complaint_id},
    )  # fmt: skip
    _tell_deciders(made, actor=actor, now=now)
    if claim:
        submissions.finish(claim, result=reverse("complaints:liability", args=[made.pk]))
    return made


def _user_of(person: Person) -> User:
    if person.user is None:
        raise ValueError("somebody without a sign-in sends no form")
    return person.user


def _write_shares(
    liability: Liability,
    parts: Sequence[Part],
    amounts: Sequence[Fen] | None,
    demerits: Mapping[int, Demerit] | None = None,
) -> None:
    LiabilityShare.objects.bulk_create(
        [
            LiabilityShare(
                liability=liability,
                position=place,
                bearer=part.bearer,
                person_id=part.person_id,
                weight=part.weight,
                amount_fen=amounts[place] if amounts is not None else None,
                demerit=demerits[part.person_id] if demerits and part.person_id else None,
            )
            for place, part in enumerate(parts)
        ]
    )


@transaction.atomic
def decide(
    *,
    actor: Person,
    liability_id: int,
    version: int,
    parts: Sequence[Part],
    decision: str,
    now: datetime,
) -> Liability:
    """Share the cost; what people bear becomes amounts of the ledger. Nobody: `parts` is empty.

    Raises AlreadyDecided and Refused.
    """
    liability = _open(liability_id, version)
    chase = policies.exempting(
        Ground(liability.ground),
        liability.order.promised_at if liability.order else None,
        queries.askings(liability.order_id),
    )
    ground = Ground(liability.ground)
    if parts:
        reason = policies.why_not_shared(ground, parts, by=actor.pk, exempt=chase is not None)
        if reason:
            raise Refused(reason)
    liability.state = LiabilityState.DECIDED if parts else LiabilityState.DROPPED
    liability.exempted_by_id = chase.key if chase else None
    _note_decision(liability, actor=actor, decision=decision, now=now)
    amounts = policies.amounts(liability.cost, parts) if parts else []
    liability.shares.all().delete()
    _write_shares(liability, parts, amounts)
    people = [
        adjustments.Amount(
            source=source_of(liability, part.person_id), person_id=part.person_id,
            rule=policies.rule_of(ground), day=timezone.localdate(now), amount=Fen(-amount),
            reason=decision,
        )
        for part, amount in zip(parts, amounts, strict=True)
        if part.person_id is not None
    ]  # fmt: skip
    adjustments.decide(amounts=people, by=actor, now=now)
    audit.record(
        actor=actor.user, verb=DECIDED if parts else "liability.dropped", target=liability, at=now,
        after={"fen": liability.cost_fen, "people": [one.person_id for one in people],
               "exempted_by": liability.exempted_by_id},
    )  # fmt: skip
    notices.settle(_subject(liability), now=now)
    _tell_people(liability, DECIDED, [one.person_id for one in people], now=now)
    _tell_proposer(liability, actor=actor, now=now)
    return liability


def _note_decision(liability: Liability, *, actor: Person, decision: str, now: datetime) -> None:
    liability.decided_by, liability.decided_at, liability.decision = actor, now, decision
    liability.version += 1
    liability.save()


@dataclass(frozen=True, kw_only=True)
class Marking:
    """Demerits instead of an amount: for whom, of which day, with which evidence (INC-5).

    The reason of the decision is what the demerits say.
    """

    parts: Sequence[Part]
    day: date
    evidence: str
    decision: str


@transaction.atomic
def mark(
    *, actor: Person, liability_id: int, version: int, marking: Marking, now: datetime
) -> Liability:
    """Answer proven attitude by demerits, and so decide the liability; nobody bears the cost.

    Raises AlreadyDecided and Refused.
    """
    liability = _open(liability_id, version)
    reason = policies.why_no_demerits(Ground(liability.ground), marking.parts, by=actor.pk)
    if reason:
        raise Refused(reason)
    liability.state = LiabilityState.DECIDED
    _note_decision(liability, actor=actor, decision=marking.decision, now=now)
    made = {
        part.person_id: _marked(liability, part.person_id, marking, actor=actor, now=now)
        for part in marking.parts
        if part.person_id is not None
    }
    liability.shares.all().delete()
    _write_shares(liability, marking.parts, [Fen(0)] * len(marking.parts), made)
    audit.record(
        actor=actor.user, verb="liability.marked", target=liability, at=now,
        after={"demerits": [row.pk for row in made.values()], "people": list(made)},
    )  # fmt: skip
    notices.settle(_subject(liability), now=now)
    _tell_proposer(liability, actor=actor, now=now)
    return liability


def _marked(
    liability: Liability, person_id: int, marking: Marking, *, actor: Person, now: datetime
) -> Demerit:
    seen = recognition.Seen(
        person_id=person_id, day=marking.day, kind=DemeritKind.ATTITUDE,
        reason=marking.decision, evidence=marking.evidence,
    )  # fmt: skip
    try:
        return recognition.decide_demerit(
            actor=actor, seen=seen, source=source_of(liability, person_id), now=now
        )
    except recognition.NotEmployed:
        raise Refused(Refusal.NOT_EMPLOYED) from None


def source_of(liability: Liability, person_id: int | None) -> str:
    """Return what an amount of a share is called in the ledger's facts."""
    return f"liability:{liability.pk}:{person_id}"


@transaction.atomic
def overturn(
    *, actor: Person, liability_id: int, version: int, because: str, now: datetime
) -> Liability:
    """Take a decision back: its amounts are withdrawn, so that their lines are reversed.

    So are its demerits.

    Raises AlreadyDecided where it does not stand any more, and Refused for a share of one's own.
    """
    liability = _locked(liability_id)
    if liability.state != LiabilityState.DECIDED or liability.version != version:
        raise AlreadyDecided(liability)
    shares = liability.shares.filter(bearer=Bearer.PERSON)
    marks = dict(shares.values_list("person_id", "demerit_id"))
    people = list(marks)
    if actor.pk in people:
        raise Refused(Refusal.ONESELF)
    liability.state = LiabilityState.OVERTURNED
    liability.overturned_by, liability.overturned_at = actor, now
    liability.overturned_because = because
    liability.version += 1
    liability.save()
    sources = [source_of(liability, pk) for pk in people]
    adjustments.withdraw(sources=sources, by=actor, because=because, now=now)
    recognition.undo_demerits(actor=actor, sources=sources, why=because, now=now)
    audit.record(
        actor=actor.user, verb=OVERTURNED, target=liability, at=now,
        before={"fen": liability.cost_fen, "people": people},
    )  # fmt: skip
    notices.settle(_subject(liability), now=now)
    _tell_people(liability, OVERTURNED, [pk for pk in people if not marks[pk]], now=now)
    return liability


def _locked(liability_id: int) -> Liability:
    rows = Liability.objects.select_for_update(of=("self",)).select_related("order")
    return rows.get(pk=liability_id)


def _open(liability_id: int, version: int) -> Liability:
    liability = _locked(liability_id)
    if liability.state != LiabilityState.PROPOSED or liability.version != version:
        raise AlreadyDecided(liability)
    return liability


@transaction.atomic
def chase(
    *, actor: Person, order: Order, text: str, now: datetime, form_key: uuid.UUID | None = None
) -> Chase:
    """Record that the warehouse was asked; it counts from now on. Raises AlreadySubmitted."""
    claim = submissions.claim(key=form_key, user=_user_of(actor), now=now) if form_key else None
    made = Chase.objects.create(order=order, by=actor, at=now, text=text)
    audit.record(
        actor=actor.user, verb="order.chased", target=order, at=now, after={"chase": made.pk}
    )
    if claim:
        submissions.finish(claim, result=reverse("complaints:order", args=[order.pk]))
    return made


def _subject(liability: Liability) -> str:
    return f"liability:{liability.pk}"


def _params(liability: Liability) -> dict[str, object]:
    return {"liability": liability.pk, "ground": liability.ground}


def _send(
    liability: Liability, kind: str, user_ids: Sequence[int], *, now: datetime, **more: object
) -> None:
    notices.send(
        [
            notices.Draft(
                receiver_id=user_id,
                key=f"{kind}:{liability.pk}:{liability.version}",
                kind=kind,
                params=_params(liability) | more,
                subject=_subject(liability),
            )
            for user_id in user_ids
        ],
        now=now,
    )


def _tell_deciders(liability: Liability, *, actor: Person, now: datetime) -> None:
    found = queries.deciders(timezone.localdate(now)).to_tell
    _send(
        liability, PROPOSED, [user for user in found if user != actor.user_id], now=now,
        by=actor.name,
    )  # fmt: skip


def _tell_people(
    liability: Liability, kind: str, person_ids: Sequence[int], *, now: datetime
) -> None:
    rows = Person.objects.filter(pk__in=person_ids).values_list("user_id", flat=True)
    _send(liability, kind, [user for user in rows if user], now=now)


def _tell_proposer(liability: Liability, *, actor: Person, now: datetime) -> None:
    proposer = liability.proposed_by
    told = liability.shares.filter(person=proposer, bearer=Bearer.PERSON).exists()
    if proposer.user_id and proposer != actor and not told:
        _send(liability, ANSWERED, [proposer.user_id], now=now, state=liability.state)
