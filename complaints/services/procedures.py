"""Procedures by checklist, and the evidence of a case as one file (CMP-11, CMP-12)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from complaints.enums import EntryKind, ProcedureKind
from complaints.models import Attachment, Procedure, ProcedureStep
from complaints.policies import procedures as policies
from complaints.services import followups, stages
from complaints.services.followups import Promise
from complaints.services.timeline import note_down
from portal import audit
from staff.people.models import Person

REMIND_BEFORE = timedelta(days=1)
SHORTEST = timedelta(minutes=1)


class RunsAlready(Exception):
    """A procedure of this kind runs on the case."""


class NoDeadline(Exception):
    """The platform's deadline is missing, or not ahead."""


class NotOpen(Exception):
    """The procedure has ended, or the step is done already."""


class TooEarly(Exception):
    """Other steps come first; `codes` are those."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A procedure to begin, what it is called in a follow-up, and until when it must be done."""

    kind: ProcedureKind
    title: str
    deadline_at: datetime | None = None


@transaction.atomic
def begin(*, actor: Person, complaint_id: int, plan: Plan, now: datetime) -> Procedure:
    """Begin a procedure; with a deadline a follow-up reminds a day before it.

    Raises RunsAlready, NoDeadline.
    """
    complaint = stages.locked(complaint_id)
    deadline = plan.deadline_at
    if deadline is None and plan.kind in policies.NEEDS_DEADLINE:
        raise NoDeadline
    if deadline is not None and deadline <= now + SHORTEST:
        raise NoDeadline
    followup = None
    if deadline is not None:
        promise = Promise(
            owner_id=complaint.owner_id or actor.pk,
            due_at=deadline - REMIND_BEFORE if deadline - REMIND_BEFORE > now else deadline,
            purpose=plan.title,
            complaint=complaint,
            urgent=plan.kind in policies.NEEDS_DEADLINE,
        )
        followup = followups.assign([promise], actor=actor, now=now)[0]
    try:
        with transaction.atomic():
            made = Procedure.objects.create(
                complaint=complaint, kind=plan.kind, deadline_at=deadline, begun_by=actor,
                begun_at=now, followup=followup,
            )  # fmt: skip
    except IntegrityError:
        raise RunsAlready from None
    note_down(
        [complaint.pk], kind=EntryKind.PROCEDURE, actor=actor, now=now,
        params={"procedure": plan.kind},
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="procedure.begun", target=complaint, at=now,
        after={"kind": plan.kind, "deadline_at": deadline.isoformat() if deadline else ""},
    )  # fmt: skip
    return made


def _locked(procedure_id: int) -> Procedure:
    """Return an open procedure, locked. Raises NotOpen."""
    rows = Procedure.objects.select_for_update(of=("self",)).select_related("complaint")
    found: Procedure = rows.get(pk=procedure_id)
    if found.ended_at is not None:
        raise NotOpen
    return found


@transaction.atomic
def tick_off(
    *,
    actor: Person,
    procedure_id: int,
    code: str,
    note: str,
    file: Attachment | None,
    now: datetime,
) -> ProcedureStep:
    """Note that a step is done. Raises NotOpen, TooEarly when others come first."""
    procedure = _locked(procedure_id)
    done = set(procedure.steps.values_list("code", flat=True))
    kind = ProcedureKind(procedure.kind)
    if code in done or policies.step_of(kind, code) is None:
        raise NotOpen
    lacking = policies.lacking(kind, code, done=done)
    if lacking:
        raise TooEarly(lacking)
    made = ProcedureStep.objects.create(
        procedure=procedure, code=code, at=now, by=actor, note=note, file=file
    )
    note_down(
        [procedure.complaint_id], kind=EntryKind.STEP, actor=actor, now=now,
        params={"procedure": kind, "step": code},
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="procedure.step", target=procedure.complaint, at=now,
        after={"kind": kind, "step": code},
    )  # fmt: skip
    return made


@transaction.atomic
def end(*, actor: Person, procedure_id: int, result: str, now: datetime) -> Procedure:
    """End a procedure with how it ended; its follow-up ends too. Raises NotOpen."""
    procedure = _locked(procedure_id)
    procedure.ended_at, procedure.ended_by, procedure.result = now, actor, result
    procedure.save(update_fields=["ended_at", "ended_by", "result"])
    if procedure.followup_id is not None:
        try:
            with transaction.atomic():
                followups.finish(
                    actor=actor, followup_id=procedure.followup_id, outcome=result, now=now
                )
        except followups.Refused:
            pass
    note_down(
        [procedure.complaint_id], kind=EntryKind.PROCEDURE_END, actor=actor, now=now,
        params={"procedure": procedure.kind},
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="procedure.ended", target=procedure.complaint, at=now,
        after={"kind": procedure.kind},
    )  # fmt: skip
    return procedure
