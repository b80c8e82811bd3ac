"""Moving a case along its way (CMP-3): every move by the one table, with who, when and why."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints.enums import CaseStage, EntryKind, ProposalState, TaskState
from complaints.models import CaseTask, Complaint, Note, PersonalLink, Proposal
from complaints.models.remedies import LIVE
from complaints.policies import stages as policies
from complaints.policies.stages import Answer, Who
from complaints.queries import stages as queries
from complaints.services import deadlines
from complaints.services.timeline import note_down, put_in_stage
from portal import audit
from staff.people.models import Person
from staff.rulebook import queries as rulebook

PORTAL = frozenset(Who)
"""Who a service is that did what the move stands for."""


class Refused(Exception):
    """The table does not allow the move; `answer` says why and what is missing."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.refusal)
        self.answer = answer


class ChangedMeanwhile(Exception):
    """Somebody moved or changed the case since it was read."""


def locked(complaint_id: int) -> Complaint:
    """Return the case, locked for the rest of the transaction."""
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True).defer("words")
    return rows.select_related("owner", "order").get(pk=complaint_id)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Where somebody wants a case to go, from the stage that they saw it in."""

    seen: str
    to: CaseStage
    reason: str = ""


@transaction.atomic
def move(
    *, actor: Person, complaint_id: int, wish: Wish, who: frozenset[Who], now: datetime
) -> Complaint:
    """Move a case, as `who` one is towards it.

    Raises Refused, and ChangedMeanwhile when the case is in another stage by now.
    """
    complaint = locked(complaint_id)
    if complaint.stage != wish.seen:
        raise ChangedMeanwhile
    step(complaint, wish.to, actor=actor, who=who, now=now, reason=wish.reason)
    return complaint


def step(
    complaint: Complaint,
    to: CaseStage,
    *,
    actor: Person | None,
    now: datetime,
    who: frozenset[Who] = PORTAL,
    reason: str = "",
) -> None:
    """Move a locked case, with all that the move brings about. Raises Refused."""
    start = CaseStage(complaint.stage)
    policy = rulebook.policy_on(timezone.localdate(now))
    facts = queries.known_of(complaint, policy=policy, reason=bool(reason))
    answer = policies.why_not_moved(start, to, facts=facts, who=who)
    if answer:
        raise Refused(answer)
    params: dict[str, object] = {}
    if reason:
        params["note"] = Note.objects.create(
            complaint=complaint, author=actor, written_at=now, text=reason
        ).pk
    put_in_stage(complaint, to, actor=actor, now=now, params=params)
    _leave_offers(complaint, start, to, actor=actor, now=now)
    audit.record(
        actor=actor.user if actor else None,
        verb="complaint.moved",
        target=complaint,
        at=now,
        before={"stage": start},
        after={"stage": to, **params},
    )
    if to in policies.ENDED:
        Complaint.objects.filter(pk=complaint.pk).update(waiting_until=None)
    deadlines.recount([complaint.pk], now=now)


def _leave_offers(
    complaint: Complaint,
    start: CaseStage,
    to: CaseStage,
    *,
    actor: Person | None,
    now: datetime,
) -> None:
    """Make void what is no longer offered when a case goes back or ends.

    What was agreed stays granted once a department has done a part of it.
    """
    if to in (CaseStage.APPROVAL, CaseStage.AGREED):
        return
    states = set(LIVE) if to != CaseStage.PROPOSAL or start in OFFERED else set()
    done = CaseTask.objects.filter(complaint=complaint, state=TaskState.DONE)
    if to == CaseStage.PROPOSAL and start in CARRIED and not done.exists():
        states.add(ProposalState.AGREED)
    rows = Proposal.objects.filter(complaint=complaint, state__in=states)
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    PersonalLink.objects.filter(proposal_id__in=keys, used_at=None).update(void_at=now)
    rows.filter(pk__in=keys).update(state=ProposalState.VOID)
    note_down([complaint.pk], kind=EntryKind.VOIDED, actor=actor, now=now)


OFFERED = (CaseStage.APPROVAL,)
CARRIED = (CaseStage.AGREED, CaseStage.CARRYING_OUT)
