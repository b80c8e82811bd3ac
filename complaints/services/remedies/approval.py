"""Handing a proposal in, and deciding on it (CMP-7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints.enums import CaseStage, EntryKind, ProposalState
from complaints.models import Complaint, Proposal
from complaints.policies import approval as policies
from complaints.policies.approval import Decider, Verdict
from complaints.queries import remedies as queries
from complaints.services import stages
from complaints.services.remedies.parts import (
    ChangedMeanwhile,
    NotNow,
    Refused,
    locked,
    subject_of,
    why_not_offered,
)
from complaints.services.timeline import note_down
from portal import audit, notices
from portal.money import Fen
from staff.people.enums import Post
from staff.people.models import Person
from staff.roster import queries as roster
from staff.rulebook import queries as rulebook

WAITS, DECIDED = "proposal.waits", "proposal.decided"


@transaction.atomic
def submit(*, actor: Person, proposal_id: int, version: int, now: datetime) -> Proposal:
    """Ask for approval; what costs nothing needs none and is free to be offered (CMP-7).

    Raises Refused, NotNow, ChangedMeanwhile.
    """
    complaint, proposal = locked(proposal_id, version=version)
    if proposal.state != ProposalState.DRAFT or complaint.stage != CaseStage.PROPOSAL:
        raise NotNow(complaint.stage)
    offers = queries.offers_of(proposal)
    why_not_offered(complaint, offers, exchange=proposal.exchange_fen, besides=proposal.pk)
    needs = _needs(complaint, proposal, now=now)
    proposal.state = ProposalState.SUBMITTED if needs else ProposalState.APPROVED
    proposal.needs = needs or ""
    proposal.submitted_at = now
    proposal.version += 1
    proposal.save()
    if needs:
        stages.step(complaint, CaseStage.APPROVAL, actor=actor, now=now)
        users = queries.deciders(proposal, needs=needs, now=now)
        own = {actor.user_id, *roster.user_ids(queries.writers_of(proposal)).values()}
        _tell(proposal, complaint, WAITS, [key for key in users if key not in own], now=now)
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
        post=queries.post_of(actor.pk, today=today),
        is_own=actor.pk in queries.writers_of(proposal),
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
    complaint, proposal = locked(proposal_id, version=version)
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


def _tell(
    proposal: Proposal, complaint: Complaint, kind: str, users: Sequence[int], *, now: datetime
) -> None:
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"{kind}:{proposal.pk}:{proposal.version}",
                kind=kind,
                params={
                    "case": complaint.number,
                    "state": proposal.state,
                    "position": proposal.position,
                },
                subject=subject_of(proposal),
            )
            for user in users
        ],
        now=now,
    )
