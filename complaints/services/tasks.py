"""Tasks of departments: given, done with a proof, cancelled (CMP-8); the case waits for them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from complaints.enums import CaseStage, EntryKind, Proof, RemedyKind, TaskState
from complaints.models import CaseTask, Complaint, Department, PersonalLink, Proposal, Remedy
from complaints.policies import tasks as policies
from complaints.policies.stages import ENDED
from complaints.services import followups, remedies, stages
from complaints.services.followups import Promise
from complaints.services.timeline import note_down
from portal import audit, notices, submissions
from staff.people.models import Person
from staff.rulebook import queries as rulebook

DONE = "task.done"


class NoProof(Exception):
    """The task needs a proof."""


class NotOpen(Exception):
    """The task is done or cancelled already."""


class Ended(Exception):
    """The case is closed; it is reopened first."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a department is asked to do. Without `due_at` it has the department's usual time."""

    department: Department
    what: str
    owner_id: int
    due_at: datetime | None = None
    contact: str = ""
    needs_proof: str = Proof.NONE
    remedy: Remedy | None = None


@transaction.atomic
def agree(
    *,
    actor: Person | None,
    proposal_id: int,
    word: remedies.Word,
    now: datetime,
    version: int | None = None,
) -> list[CaseTask]:
    """Record the customer's agreement and give the departments what they have to do (CMP-8)."""
    remedies.agree(actor=actor, proposal_id=proposal_id, word=word, now=now, version=version)
    proposal = Proposal.objects.select_related("complaint__order").get(pk=proposal_id)
    complaint = proposal.complaint
    by = actor or complaint.owner or proposal.proposed_by
    departments = {one.code: one for one in Department.objects.filter(is_active=True)}
    orders = []
    for remedy in proposal.remedies.order_by("position"):
        duty = policies.DUTIES.get(RemedyKind(remedy.kind))
        if duty is None or duty.department not in departments:
            continue
        orders.append(
            Order(
                department=departments[duty.department],
                what=remedy.text,
                owner_id=complaint.owner_id or by.pk,
                needs_proof=duty.proof,
                remedy=remedy,
            )
        )
    return [give(actor=by, complaint_id=complaint.pk, order=order, now=now) for order in orders]


@transaction.atomic
def give(
    *,
    actor: Person,
    complaint_id: int,
    order: Order,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> CaseTask:
    """Give a department a task, with a follow-up for whoever sees to it here.

    Raises Ended for a case that is closed, AlreadySubmitted.
    """
    if form_key and actor.user:
        claim = submissions.claim(key=form_key, user=actor.user, now=now)
    complaint = stages.locked(complaint_id)
    if complaint.stage in ENDED:
        raise Ended
    calendar = rulebook.timetable(order.department.calendar.code)
    budget = timedelta(minutes=order.department.task_minutes)
    due_at = order.due_at or policies.due_at(now, budget=budget, calendar=calendar)
    promise = Promise(
        owner_id=order.owner_id,
        due_at=max(due_at, now + timedelta(minutes=1)),
        purpose=f"{order.department.name_zh} {order.what}"[:PURPOSE].strip(),
        complaint=complaint,
    )
    followup = followups.assign([promise], actor=actor, now=now)[0]
    task = CaseTask.objects.create(
        complaint=complaint, department=order.department, remedy=order.remedy, what=order.what,
        owner_id=order.owner_id, contact=order.contact or order.department.contact,
        needs_proof=order.needs_proof, made_by=actor, made_at=now, due_at=due_at,
        followup=followup,
    )  # fmt: skip
    note_down(
        [complaint.pk], kind=EntryKind.TASK, actor=actor, now=now,
        params={"department": order.department.code, "task": task.pk},
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="task.given", target=complaint, at=now,
        after={"task": task.pk, "department": order.department.code,
               "due_at": due_at.isoformat()},
    )  # fmt: skip
    if form_key and actor.user:
        submissions.finish(claim, result=reverse("complaints:case", args=[complaint.number]))
    return task


PURPOSE = 300


def _locked(task_id: int) -> tuple[Complaint, CaseTask]:
    """Return case and task, both locked, the case first. Raises NotOpen."""
    key = CaseTask.objects.values_list("complaint_id", flat=True).get(pk=task_id)
    complaint = stages.locked(key)
    rows = CaseTask.objects.select_for_update(of=("self",)).select_related("department", "owner")
    task = rows.get(pk=task_id)
    if task.state != TaskState.OPEN:
        raise NotOpen
    return complaint, task


@transaction.atomic
def done(*, actor: Person | None, task_id: int, proof: str, result: str, now: datetime) -> CaseTask:
    """Note that a task is done; with the last one the case goes on to the revisit by itself.

    `actor` is None when the department says so on its link. Raises NotOpen, NoProof.
    """
    complaint, task = _locked(task_id)
    if task.needs_proof and not proof:
        raise NoProof
    _end(task, TaskState.DONE, actor=actor, proof=proof, result=result, now=now)
    note_down(
        [complaint.pk], kind=EntryKind.TASK_DONE, actor=actor, now=now,
        params={"department": task.department.code, "task": task.pk},
    )  # fmt: skip
    audit.record(
        actor=actor.user if actor else None, verb="task.done", target=complaint, at=now,
        after={"task": task.pk},
    )  # fmt: skip
    _go_on(complaint, actor=actor, now=now)
    if task.owner.user_id and task.owner != actor:
        notices.send(
            [
                notices.Draft(
                    receiver_id=task.owner.user_id,
                    key=f"{DONE}:{task.pk}",
                    kind=DONE,
                    params={"case": complaint.number, "department": task.department.code},
                    subject=f"complaint:{complaint.pk}",
                )
            ],
            now=now,
        )
    return task


def _go_on(complaint: Complaint, *, actor: Person | None, now: datetime) -> None:
    """The first task done starts the remedy, the last one leads to the revisit (CMP-3)."""
    if complaint.stage == CaseStage.AGREED:
        stages.step(complaint, CaseStage.CARRYING_OUT, actor=actor, now=now)
    left = CaseTask.objects.open().filter(complaint=complaint)
    if complaint.stage == CaseStage.CARRYING_OUT and not left.exists():
        stages.step(complaint, CaseStage.REVISIT, actor=actor, now=now)


@transaction.atomic
def cancel(*, actor: Person, task_id: int, reason: str, now: datetime) -> CaseTask:
    """Take a task back, with a reason. Raises NotOpen."""
    complaint, task = _locked(task_id)
    _end(task, TaskState.CANCELLED, actor=actor, proof="", result=reason, now=now)
    note_down(
        [complaint.pk], kind=EntryKind.TASK_OFF, actor=actor, now=now,
        params={"department": task.department.code, "task": task.pk},
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="task.cancelled", target=complaint, at=now,
        after={"task": task.pk},
    )  # fmt: skip
    return task


def _end(
    task: CaseTask,
    state: TaskState,
    *,
    actor: Person | None,
    proof: str,
    result: str,
    now: datetime,
) -> None:
    task.state, task.done_at, task.done_by = state, now, actor
    task.proof, task.result = proof, result
    task.version += 1
    task.save(update_fields=["state", "done_at", "done_by", "proof", "result", "version"])
    PersonalLink.objects.filter(task=task, used_at=None).update(void_at=now)
    if task.followup_id is not None:
        _end_followup(task, actor=actor or task.owner, outcome=result or proof, now=now)


def _end_followup(task: CaseTask, *, actor: Person, outcome: str, now: datetime) -> None:
    """End the follow-up that reminded of the task, unless somebody has ended it before."""
    if task.followup_id is None:
        return
    try:
        with transaction.atomic():
            followups.finish(
                actor=actor,
                followup_id=task.followup_id,
                outcome=outcome[:PURPOSE] or task.state,
                now=now,
            )
    except followups.Refused:
        return


def departments() -> Sequence[Department]:
    """Return the departments that are in use, in their order."""
    rows = Department.objects.filter(is_active=True).select_related("calendar")
    return list(rows.order_by("position", "code"))
