"""Assessment, proposals and their remedies, approval, the customer's agreement (CMP-5 to -8)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, EntryKind, ProposalState, RemedyKind
from complaints.models import Agreement, Assessment, Complaint, Order, PersonalLink, Proposal
from complaints.models import Remedy as RemedyRow
from complaints.models.remedies import LIVE
from complaints.policies import approval as policies
from complaints.policies.approval import Decider, Offer, Refusal, Verdict
from complaints.queries import remedies as queries
from complaints.services import stages
from complaints.services.timeline import note_down
from portal import audit, notices, submissions
from portal.money import Fen
from staff.people.enums import Post
from staff.people.models import Person
from staff.rulebook import queries as rulebook

WAITS, DECIDED = "proposal.waits", "proposal.decided"


class Refused(Exception):
    """The rules do not allow it; `reason` says why, `room` what may still be refunded, in fen."""

    def __init__(self, reason: Refusal, *, room: Fen | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.room = room


class ChangedMeanwhile(Exception):
    """Somebody has changed it or decided on it since it was read."""


class NotNow(Exception):
    """The stage of the case does not allow it; `stage` is where it is."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the form of CMP-5 says."""

    long_relation: str
    buys_again: str
    reputation: str
    reasonable: str
    fault: str
    fault_percent: int
    findings: str


@transaction.atomic
def assess(
    *, actor: Person, complaint_id: int, judgement: Judgement, version: int, now: datetime
) -> Assessment:
    """Write down what one thinks of a case. `version` is 0 for the first time.

    Raises ChangedMeanwhile.
    """
    complaint = stages.locked(complaint_id)
    found = Assessment.objects.filter(complaint=complaint).first()
    if (found.version if found else 0) != version:
        raise ChangedMeanwhile
    made, _fresh = Assessment.objects.update_or_create(
        complaint=complaint,
        defaults={**vars(judgement), "by": actor, "at": now, "version": version + 1},
    )
    note_down([complaint.pk], kind=EntryKind.ASSESSED, actor=actor, now=now)
    audit.record(
        actor=actor.user, verb="complaint.assessed", target=complaint, at=now,
        after={"fault": made.fault, "percent": made.fault_percent},
    )  # fmt: skip
    return made


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """One remedy of the form; the amount in fen."""

    kind: RemedyKind
    amount: Fen
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What the form of a proposal says; amounts in fen."""

    remedies: Sequence[Remedy]
    reason: str
    wanted: str = ""
    return_fen: int | None = None
    goods_fen: int = 0
    freight_out_fen: int = 0
    freight_back_fen: int = 0
    handling_fen: int = 0

    @property
    def offers(self) -> list[Offer]:
        return [Offer(one.kind, one.amount) for one in self.remedies]

    @property
    def exchange(self) -> Fen:
        """What an exchange would cost (CMP-6)."""
        freights = self.freight_out_fen + self.freight_back_fen
        return Fen(self.goods_fen + freights + self.handling_fen)


@transaction.atomic
def propose(
    *,
    actor: Person,
    complaint_id: int,
    draft: Draft,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> Proposal:
    """Write the first draft of a proposal; the case moves to that stage if it is not there yet.

    Raises Refused (CMP-6), NotNow, stages.Refused, ChangedMeanwhile when there is one already,
    and AlreadySubmitted.
    """
    if form_key and actor.user:
        claim = submissions.claim(key=form_key, user=actor.user, now=now)
    complaint = stages.locked(complaint_id)
    if complaint.stage in (CaseStage.HANDLING, CaseStage.INVESTIGATION):
        stages.step(complaint, CaseStage.PROPOSAL, actor=actor, now=now)
    if complaint.stage != CaseStage.PROPOSAL:
        raise NotNow(complaint.stage)
    if Proposal.objects.filter(complaint=complaint, state__in=LIVE).exists():
        raise ChangedMeanwhile
    made = _write(complaint, draft, actor=actor, now=now)
    if form_key and actor.user:
        submissions.finish(claim, result=reverse("complaints:case", args=[complaint.number]))
    return made


@transaction.atomic
def change(
    *, actor: Person, proposal_id: int, draft: Draft, version: int, now: datetime
) -> Proposal:
    """Change a proposal. One that waits or is approved becomes void, and another begins (CMP-7).

    Raises Refused, NotNow once the customer has agreed or the case is elsewhere, and
    ChangedMeanwhile.
    """
    complaint, proposal = _locked(proposal_id, version=version)
    if proposal.state not in LIVE:
        raise NotNow(complaint.stage)
    _why_not_offered(complaint, draft.offers, exchange=draft.exchange, besides=proposal.pk)
    if proposal.state == ProposalState.DRAFT:
        _fill(proposal, draft)
        proposal.proposed_by, proposal.proposed_at = actor, now
        proposal.version += 1
        proposal.save()
        proposal.remedies.all().delete()
        _write_remedies(proposal, draft)
        return proposal
    was = proposal.state
    Proposal.objects.filter(pk=proposal.pk).update(state=ProposalState.VOID)
    PersonalLink.objects.filter(proposal=proposal, used_at=None).update(void_at=now)
    notices.settle(subject_of(proposal), now=now)
    note_down([complaint.pk], kind=EntryKind.VOIDED, actor=actor, now=now)
    audit.record(
        actor=actor.user, verb="proposal.void", target=complaint, at=now,
        before={"proposal": proposal.pk, "state": was, "fen": proposal.total_fen},
    )  # fmt: skip
    if complaint.stage == CaseStage.APPROVAL:
        stages.step(complaint, CaseStage.PROPOSAL, actor=actor, now=now, reason=draft.reason)
    return _write(complaint, draft, actor=actor, now=now)


def _locked(proposal_id: int, *, version: int | None) -> tuple[Complaint, Proposal]:
    """Return case and proposal, both locked, the case first. Raises ChangedMeanwhile."""
    key = Proposal.objects.values_list("complaint_id", flat=True).get(pk=proposal_id)
    complaint = stages.locked(key)
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("proposed_by")
    proposal = rows.get(pk=proposal_id)
    if version is not None and proposal.version != version:
        raise ChangedMeanwhile
    return complaint, proposal


def _write(complaint: Complaint, draft: Draft, *, actor: Person, now: datetime) -> Proposal:
    _why_not_offered(complaint, draft.offers, exchange=draft.exchange)
    last = Proposal.objects.filter(complaint=complaint).order_by("-position").first()
    proposal = Proposal(
        complaint=complaint,
        position=last.position + 1 if last else 1,
        proposed_by=actor,
        proposed_at=now,
    )
    _fill(proposal, draft)
    proposal.save(force_insert=True)
    _write_remedies(proposal, draft)
    note_down(
        [complaint.pk], kind=EntryKind.PROPOSED, actor=actor, now=now,
        params={"proposal": proposal.position, "fen": proposal.total_fen},
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="proposal.made", target=complaint, at=now,
        after={"proposal": proposal.pk, "fen": proposal.total_fen},
    )  # fmt: skip
    return proposal


FILLED = (
    *("reason", "wanted", "return_fen", "goods_fen"),
    *("freight_out_fen", "freight_back_fen", "handling_fen"),
)


def _fill(proposal: Proposal, draft: Draft) -> None:
    for name in FILLED:
        setattr(proposal, name, getattr(draft, name))
    proposal.total_fen = policies.total(draft.offers)


def _write_remedies(proposal: Proposal, draft: Draft) -> None:
    RemedyRow.objects.bulk_create(
        [
            RemedyRow(
                proposal=proposal,
                position=place,
                kind=one.kind,
                amount_fen=one.amount,
                text=one.text,
            )
            for place, one in enumerate(draft.remedies)
        ]
    )


def _why_not_offered(
    complaint: Complaint, offers: Sequence[Offer], *, exchange: Fen, besides: int | None = None
) -> None:
    """Raise Refused for what may not be offered; two cases of one order wait for each other."""
    if complaint.order_id is not None:
        list(Order.objects.select_for_update().filter(pk=complaint.order_id).values_list("pk"))
    refunded = queries.refunded(complaint, besides=besides)
    reason = policies.why_not_offered(offers, exchange=exchange, refunded=refunded)
    if reason:
        raise Refused(reason, room=Fen(max(exchange - refunded, 0)))


@transaction.atomic
def submit(*, actor: Person, proposal_id: int, version: int, now: datetime) -> Proposal:
    """Ask for approval; what costs nothing needs none and is free to be offered (CMP-7).

    Raises Refused, NotNow, ChangedMeanwhile.
    """
    complaint, proposal = _locked(proposal_id, version=version)
    if proposal.state != ProposalState.DRAFT or complaint.stage != CaseStage.PROPOSAL:
        raise NotNow(complaint.stage)
    offers = queries.offers_of(proposal)
    _why_not_offered(complaint, offers, exchange=proposal.exchange_fen, besides=proposal.pk)
    needs = _needs(complaint, proposal, now=now)
    proposal.state = ProposalState.SUBMITTED if needs else ProposalState.APPROVED
    proposal.needs = needs or ""
    proposal.submitted_at = now
    proposal.version += 1
    proposal.save()
    if needs:
        stages.step(complaint, CaseStage.APPROVAL, actor=actor, now=now)
        users = queries.deciders(proposal, needs=needs, now=now)
        _tell(proposal, complaint, WAITS, [key for key in users if key != actor.user_id], now=now)
    audit.record(
        actor=actor.user, verb="proposal.submitted", target=complaint, at=now,
        after={"proposal": proposal.pk, "fen": proposal.total_fen, "needs": proposal.needs},
    )  # fmt: skip
    return proposal


def _needs(complaint: Complaint, proposal: Proposal, *, now: datetime) -> Post | None:
    policy = rulebook.policy_on(timezone.localdate(now))
    return policies.needed(
        Fen(proposal.total_fen),
        granted=queries.granted_to(complaint, besides=proposal.pk),
        limits=queries.limits_of(policy),
    )


def verdict(*, actor: Person, proposal: Proposal, now: datetime) -> Verdict:
    """Return whether somebody may decide on a proposal that waits (CMP-7)."""
    today = timezone.localdate(now)
    decider = Decider(
        post=queries.post_of(actor.pk, today=today), is_own=proposal.proposed_by_id == actor.pk
    )
    return policies.may_decide(
        decider,
        needs=Post(proposal.needs),
        proposer=queries.post_of(proposal.proposed_by_id, today=today),
        heads=queries.heads(today, proposer_id=proposal.proposed_by_id),
    )


@transaction.atomic
def decide(
    *,
    actor: Person,
    proposal_id: int,
    version: int,
    approve: bool,
    reason: str,
    now: datetime,
) -> Proposal:
    """Approve or refuse a proposal that waits, and tell the proposer (CMP-7).

    What it needs is worked out again: another proposal of the case may have been granted since.
    Raises Refused, and ChangedMeanwhile when it is decided or changed already.
    """
    complaint, proposal = _locked(proposal_id, version=version)
    if proposal.state != ProposalState.SUBMITTED:
        raise ChangedMeanwhile
    proposal.needs = _needs(complaint, proposal, now=now) or proposal.needs
    found = verdict(actor=actor, proposal=proposal, now=now)
    if found.refusal:
        raise Refused(found.refusal)
    proposal.state = ProposalState.APPROVED if approve else ProposalState.REFUSED
    proposal.decided_by, proposal.decided_at, proposal.decision = actor, now, reason
    proposal.is_exception = found.is_exception
    proposal.version += 1
    proposal.save()
    note_down(
        [complaint.pk], kind=EntryKind.DECIDED, actor=actor, now=now,
        params={"proposal": proposal.position, "state": proposal.state},
    )  # fmt: skip
    if not approve:
        stages.step(complaint, CaseStage.PROPOSAL, actor=actor, now=now, reason=reason)
    audit.record(
        actor=actor.user,
        verb="proposal.approved" if approve else "proposal.refused",
        target=complaint, at=now,
        after={"proposal": proposal.pk, "fen": proposal.total_fen,
               "exception": proposal.is_exception},
    )  # fmt: skip
    notices.settle(subject_of(proposal), now=now)
    told = {proposal.proposed_by.user_id, complaint.owner.user_id if complaint.owner else None}
    users = [user for user in told if user is not None and user != actor.user_id]
    _tell(proposal, complaint, DECIDED, sorted(users), now=now)
    return proposal


def subject_of(proposal: Proposal) -> str:
    """Return the subject under which notices of a proposal are settled."""
    return f"proposal:{proposal.pk}"


def _tell(
    proposal: Proposal, complaint: Complaint, kind: str, users: Sequence[int], *, now: datetime
) -> None:
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"{kind}:{proposal.pk}:{proposal.version}",
                kind=kind,
                params={"case": complaint.number, "state": proposal.state},
                subject=subject_of(proposal),
            )
            for user in users
        ],
        now=now,
    )


@dataclass(frozen=True, kw_only=True)
class Word:
    """What the customer said to an offer: how, when and in which words; or on a link."""

    channel: str
    at: datetime
    wording: str = ""


@transaction.atomic
def agree(
    *,
    actor: Person | None,
    proposal_id: int,
    word: Word,
    now: datetime,
    version: int | None = None,
) -> Agreement:
    """Record that the customer agrees to an approved proposal (CMP-8).

    `actor` is None for the customer's own click. Raises ChangedMeanwhile, NotNow.
    """
    complaint, proposal = _locked(proposal_id, version=version)
    if proposal.state != ProposalState.APPROVED:
        raise NotNow(complaint.stage)
    proposal.state = ProposalState.AGREED
    proposal.version += 1
    proposal.save(update_fields=["state", "version"])
    made = Agreement.objects.create(
        proposal=proposal, channel=word.channel, at=word.at, wording=word.wording,
        recorded_by=actor, recorded_at=now,
    )  # fmt: skip
    note_down(
        [complaint.pk], kind=EntryKind.AGREED, actor=actor, now=now,
        params={"proposal": proposal.position},
    )  # fmt: skip
    PersonalLink.objects.filter(proposal=proposal, used_at=None).update(void_at=now)
    stages.step(complaint, CaseStage.AGREED, actor=actor, now=now)
    audit.record(
        actor=actor.user if actor else None, verb="proposal.agreed", target=complaint, at=now,
        after={"proposal": proposal.pk, "channel": word.channel},
    )  # fmt: skip
    return made


@transaction.atomic
def decline(
    *, actor: Person | None, proposal_id: int, version: int | None, words: str, now: datetime
) -> Proposal:
    """Record that the customer does not want what was offered; another proposal may follow."""
    complaint, proposal = _locked(proposal_id, version=version)
    if proposal.state != ProposalState.APPROVED:
        raise NotNow(complaint.stage)
    proposal.state = ProposalState.DECLINED
    proposal.version += 1
    proposal.save(update_fields=["state", "version"])
    PersonalLink.objects.filter(proposal=proposal, used_at=None).update(void_at=now)
    note_down(
        [complaint.pk], kind=EntryKind.DECIDED, actor=actor, now=now,
        params={"proposal": proposal.position, "state": proposal.state},
    )  # fmt: skip
    if complaint.stage == CaseStage.APPROVAL:
        stages.step(complaint, CaseStage.PROPOSAL, actor=actor, now=now, reason=words)
    audit.record(
        actor=actor.user if actor else None, verb="proposal.declined", target=complaint, at=now,
        after={"proposal": proposal.pk},
    )  # fmt: skip
    return proposal
