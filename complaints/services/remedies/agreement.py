"""What the customer says to an approved proposal (CMP-8)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from complaints.enums import CaseStage, EntryKind, ProposalState
from complaints.models import Agreement, PersonalLink, Proposal
from complaints.services import stages
from complaints.services.remedies.parts import NotNow, locked
from complaints.services.timeline import note_down
from portal import audit
from staff.people.models import Person


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
    complaint, proposal = locked(proposal_id, version=version)
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
    complaint, proposal = locked(proposal_id, version=version)
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
