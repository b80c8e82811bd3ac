"""Two cases become one (CMP-13): number, links and work lead to the one that stays."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from complaints.enums import CaseStage, EntryKind, ProposalState, Severity
from complaints.models import (
    Assessment,
    Attachment,
    CaseLetter,
    CaseReply,
    CaseTask,
    Complaint,
    FollowUp,
    Note,
    PersonalLink,
    PreventiveMeasure,
    Procedure,
    Proposal,
    RootCause,
    Watch,
)
from complaints.models.remedies import LIVE
from complaints.policies import merging as policies
from complaints.policies.deadlines import Case, Event, Fact
from complaints.policies.merging import Place, Refusal
from complaints.queries import deadlines as clocks
from complaints.services import deadlines, stages
from complaints.services.timeline import note_down, put_in_stage
from portal import audit
from staff.people.models import Person


class Refused(Exception):
    """The two cases do not become one; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@transaction.atomic
def merge(
    *, actor: Person, complaint_id: int, into_id: int, reason: str, now: datetime
) -> Complaint:
    """Merge a case into another and return the one that stays. Raises Refused.

    What was agreed, given to departments, promised and attached goes over; what was only proposed
    becomes void. The stricter of the deadlines counts from now on.
    """
    rows = {key: stages.locked(key) for key in sorted({complaint_id, into_id})}
    one, into = rows[complaint_id], rows[into_id]
    refusal = policies.why_not_merged(_place(one), _place(into))
    if refusal:
        raise Refused(refusal)
    left = _left(one, now=now)
    _move_over(one, into, now=now)
    note = Note.objects.create(complaint=one, author=actor, written_at=now, text=reason)
    Complaint.objects.filter(pk=one.pk).update(
        merged_into=into, stage=CaseStage.MERGED, closed_at=now, waiting_until=None
    )
    put_in_stage(
        one, CaseStage.MERGED, actor=actor, now=now, params={"note": note.pk, "into": into.number}
    )
    note_down(
        [into.pk], kind=EntryKind.MERGED, actor=actor, now=now,
        params={"case": one.number, "left": left},
    )  # fmt: skip
    Complaint.objects.filter(pk=into.pk).update(changed_at=now, version=F("version") + 1)
    deadlines.recount([one.pk, into.pk], now=now)
    audit.record(
        actor=actor.user, verb="complaint.merged", target=one, at=now,
        after={"into": into.pk, "note": note.pk},
    )  # fmt: skip
    return into


def _place(complaint: Complaint) -> Place:
    return Place(complaint.pk, CaseStage(complaint.stage))


def _left(complaint: Complaint, *, now: datetime) -> dict[str, int]:
    """Return the seconds of service time that each unmet clock of a case has left."""
    using = clocks.rules()
    history = clocks.histories([complaint.pk])[complaint.pk]
    case = Case(
        received_at=complaint.registered_at,
        severity=history.began_as or Severity(complaint.severity),
    )
    events = [*history.events, Event(at=now, fact=Fact.RESUMED)]
    return {
        str(clock): int(using.desk.elapsed(now, max(found.due_at, now)).total_seconds())
        for clock, found in using.outcome(case, events).items()
        if found.met_at is None
    }


def _move_over(one: Complaint, into: Complaint, *, now: datetime) -> None:
    """Move what belongs to a case to another one; nothing of it is there twice."""
    live = Proposal.objects.filter(complaint=one, state__in=LIVE)
    PersonalLink.objects.filter(proposal__in=live, used_at=None).update(void_at=now)
    live.update(state=ProposalState.VOID)
    last = Proposal.objects.filter(complaint=into).aggregate(at=Max("position"))["at"] or 0
    Proposal.objects.filter(complaint=one).update(complaint=into, position=F("position") + last)
    FollowUp.objects.filter(complaint=one).update(complaint=into, store_id=into.store_id)
    CaseTask.objects.filter(complaint=one).update(complaint=into)
    PersonalLink.objects.filter(complaint=one).update(complaint=into)
    PreventiveMeasure.objects.filter(complaint=one).update(complaint=into)
    running = Procedure.objects.filter(complaint=into, ended_at=None).values("kind")
    Procedure.objects.filter(complaint=one).exclude(ended_at=None, kind__in=running).update(
        complaint=into
    )
    for kept in (Assessment.objects, RootCause.objects):
        if not kept.filter(complaint=into).exists():
            kept.filter(complaint=one).update(complaint=into)
    if into.incident_id is None:
        Complaint.objects.filter(pk=into.pk).update(incident=one.incident_id)
    Complaint.objects.filter(pk=one.pk).update(incident=None)
    known = Attachment.objects.filter(complaint=into).values("sha256")
    Attachment.objects.filter(complaint=one).exclude(sha256__in=known).update(complaint=into)
    watching = Watch.objects.filter(complaint=into).values("person_id")
    Watch.objects.filter(complaint=one).exclude(person_id__in=watching).update(complaint=into)
    CaseLetter.objects.filter(complaint=one).update(complaint=into)
    CaseReply.objects.filter(complaint=one).update(complaint=into)
    Complaint.objects.filter(merged_into=one).update(merged_into=into)
