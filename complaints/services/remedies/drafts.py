"""Proposals with their remedies: written, changed, made void (CMP-6, CMP-7)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from complaints.enums import CaseStage, EntryKind, ProposalState, RemedyKind
from complaints.models import Complaint, PersonalLink, Proposal, ProposalWriter
from complaints.models import Remedy as RemedyRow
from complaints.models.remedies import LIVE
from complaints.policies import approval as policies
from complaints.policies.approval import Offer
from complaints.services import stages
from complaints.services.remedies.parts import (
    NotNow,
    ProposalStands,
    locked,
    subject_of,
    why_not_offered,
)
from complaints.services.timeline import note_down
from portal import audit, notices, submissions
from portal.money import Fen
from staff.people.models import Person


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

    Raises Refused (CMP-6), NotNow, stages.Refused, ProposalStands when there is one already,
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
        raise ProposalStands
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
    complaint, proposal = locked(proposal_id, version=version)
    if proposal.state not in LIVE:
        raise NotNow(complaint.stage)
    why_not_offered(complaint, draft.offers, exchange=draft.exchange, besides=proposal.pk)
    if proposal.state == ProposalState.DRAFT:
        _fill(proposal, draft)
        proposal.proposed_by, proposal.proposed_at = actor, now
        proposal.version += 1
        proposal.save()
        ProposalWriter.objects.get_or_create(proposal=proposal, person=actor)
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
    return _write(complaint, draft, actor=actor, now=now, instead_of=proposal)


def _write(
    complaint: Complaint,
    draft: Draft,
    *,
    actor: Person,
    now: datetime,
    instead_of: Proposal | None = None,
) -> Proposal:
    why_not_offered(complaint, draft.offers, exchange=draft.exchange)
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
    _note_writers(proposal, actor, instead_of)
    note_down(
        [complaint.pk], kind=EntryKind.PROPOSED, actor=actor, now=now,
        params={"proposal": proposal.position, "fen": proposal.total_fen},
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="proposal.made", target=complaint, at=now,
        after={"proposal": proposal.pk, "fen": proposal.total_fen},
    )  # fmt: skip
    return proposal


def _note_writers(proposal: Proposal, actor: Person, instead_of: Proposal | None) -> None:
    """Keep who wrote on a proposal: also who wrote on the one that it takes the place of."""
    people = {actor.pk}
    if instead_of is not None:
        people |= set(instead_of.writers.values_list("person_id", flat=True))
        people.add(instead_of.proposed_by_id)
    ProposalWriter.objects.bulk_create(
        [ProposalWriter(proposal=proposal, person_id=key) for key in sorted(people)]
    )


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
