"""Plans are proposed and triggered; their tasks are done, go up, end and are reviewed (DAY-6)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal import audit, notices, submissions
from staff.handbook.enums import PlanKind
from staff.handbook.models import Plan, PlanRun, PlanTask, Proposal
from staff.handbook.policies.plans import next_rung
from staff.handbook.policies.reminders import next_morning
from staff.handbook.queries import plans as queries
from staff.handbook.queries.people import holders
from staff.handbook.services.telling import News, settle_for, tell, user_of
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.models import Person, Team
from staff.people.queries import above, members
from staff.people.services import Refused
from staff.rulebook.queries import habits

TRIGGERED, TASK, LATE = "plan.triggered", "plan.task", "plan.late"
PROPOSED, TO_REVIEW, ENDED = "plan.proposed", "plan.to_review", "plan.ended"
BATCH = 50


class AlreadyRunning(Refused):
    """The plan runs already."""

    code = "plan_running"


class PlanGone(Refused):
    """The plan is archived, or has no steps."""

    code = "plan_gone"


class HasEnded(Refused):
    """What was triggered has ended meanwhile."""

    code = "plan_ended"


class StillRunning(Refused):
    """What still runs is not reviewed."""

    code = "plan_not_ended"


class AlreadyDone(Refused):
    """Somebody has done it meanwhile."""

    code = "plan_task_done"


class HasItAlready(Refused):
    """The person has the same step already."""

    code = "plan_task_theirs"


class AlreadyReviewed(Refused):
    """Somebody has reviewed it meanwhile."""

    code = "plan_reviewed"


class AlreadyDecided(Refused):
    """Somebody has triggered or dismissed what was proposed."""

    code = "proposal_decided"


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """Why a plan is triggered; `proposal_id` is what proposed it."""

    plan_id: int
    reason: str
    proposal_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Review:
    """What was learnt."""

    went_well: str
    to_change: str
    plan_updated: bool


def subject_of(run_id: int) -> str:
    return f"plan_run:{run_id}"


@transaction.atomic
def propose(*, plan_kind: PlanKind, reason: str, link: str, now: datetime) -> Proposal:
    """Propose that a plan of a kind be triggered, and tell leads and above.

    `link` is a path within the portal to what it is about. While a proposal of the kind and link
    is open, it is returned as it stands. Raises ValueError for a link that leads elsewhere.
    """
    if link and (not link.startswith("/") or link.startswith("//")):
        raise ValueError("the link is a path within the portal")
    known = Proposal.objects.open().filter(kind=plan_kind, link=link).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                kind=plan_kind, reason=reason[:500], link=link, proposed_at=now
            )
    except IntegrityError:  # somebody else was first
        return Proposal.objects.open().get(kind=plan_kind, link=link)
    everybody = members(timezone.localdate(now))
    subject = f"plan_proposal:{proposal.pk}"
    news = News(
        kind=PROPOSED, key=subject, subject=subject, params={"kind": str(plan_kind)}, urgent=True
    )
    leads = [one.person_id for one in everybody.values() if one.post.rank >= Post.LEAD.rank]
    tell(leads, news, now=now)
    return proposal


@transaction.atomic
def dismiss(*, actor: Person, proposal_id: int, why: str, now: datetime) -> Proposal:
    """Say why a proposed plan is not triggered. Raises AlreadyDecided."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if proposal.run_id is not None or proposal.dismissed_at is not None:
        raise AlreadyDecided
    proposal.dismissed_at, proposal.dismissed_by, proposal.dismissed_why = now, actor, why
    proposal.save()
    audit.record(actor=actor.user, verb="plan.dismissed", target=proposal, at=now)
    notices.settle(f"plan_proposal:{proposal_id}", now=now)
    return proposal


@transaction.atomic
def trigger(
    *, actor: Person, scope: Scope, wanted: Trigger, form_key: uuid.UUID, now: datetime
) -> PlanRun:
    """Start a plan: its tasks get owners, and everybody concerned is told at once.

    Raises AlreadyRunning, PlanGone, AlreadyDecided, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    plan = Plan.objects.select_for_update().get(pk=wanted.plan_id)
    steps = queries.steps_of(plan)
    if plan.is_archived or not steps:
        raise PlanGone
    if plan.runs.running().exists():
        raise AlreadyRunning
    proposal = _open_proposal(wanted.proposal_id)
    run = PlanRun.objects.create(
        plan=plan, title=plan.title, reason=wanted.reason,
        link=proposal.link if proposal else "", triggered_by=actor, triggered_at=now,
    )  # fmt: skip
    if proposal is not None:
        proposal.run = run
        proposal.save(update_fields=["run"])
        notices.settle(f"plan_proposal:{proposal.pk}", now=now)
    tasks = _make_tasks(run, scope=scope, now=now)
    audit.record(
        actor=actor.user, verb="plan.triggered", target=run, at=now,
        after={"plan": plan.pk, "tasks": len(tasks), "proposal": wanted.proposal_id},
    )  # fmt: skip
    _tell_of_trigger(run, tasks, now=now)
    submissions.finish(submission, result=reverse("staff:plan_run", args=[run.pk]))
    return run


def _open_proposal(proposal_id: int | None) -> Proposal | None:
    """Lock what proposed it. Raises AlreadyDecided."""
    if proposal_id is None:
        return None
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if proposal.run_id is not None or proposal.dismissed_at is not None:
        raise AlreadyDecided
    return proposal


def _make_tasks(run: PlanRun, *, scope: Scope, now: datetime) -> list[PlanTask]:
    steps = queries.steps_of(run.plan)
    owners = queries.owners_of(steps, queries.candidates(scope), fallback=run.triggered_by_id)
    rows = []
    for step, people in owners:
        due_at = now + timedelta(minutes=step.minutes)
        rows += [
            PlanTask(
                run=run, position=step.position, what=step.what, post=step.post, owner_id=person,
                due_at=due_at, next_at=due_at,
            )
            for person in people
        ]  # fmt: skip
    return PlanTask.objects.bulk_create(rows)


def _tell_of_trigger(run: PlanRun, tasks: Collection[PlanTask], *, now: datetime) -> None:
    """Tell the owners of their tasks, leads and above of the trigger, and the groups of teams."""
    params = {"run": run.pk, "title": run.title, "by": run.triggered_by.name}
    subject = subject_of(run.pk)
    owners = {task.owner_id for task in tasks}
    news = News(kind=TASK, key=f"{subject}:task", subject=subject, params=params, urgent=True)
    tell(owners - {run.triggered_by_id}, news, now=now)
    everybody = members(timezone.localdate(now)).values()
    leads = {one.person_id for one in everybody if one.post.rank >= Post.LEAD.rank}
    news = News(kind=TRIGGERED, key=f"{subject}:on", subject=subject, params=params, urgent=True)
    tell(leads - owners - {run.triggered_by_id}, news, now=now)
    robots = Team.objects.filter(robot__is_active=True).values_list("robot_id", flat=True)
    notices.post(
        [
            notices.Outgoing(
                key=f"{subject}:on:{robot}", kind=TRIGGERED, params=params, robot_id=robot,
                subject=subject,
            )
            for robot in sorted({robot for robot in robots if robot})
        ],
        now=now,
    )  # fmt: skip


@transaction.atomic
def finish_task(*, actor: Person, task_id: int, note: str, now: datetime) -> PlanTask:
    """Note that a task is done. Raises AlreadyDone, and HasEnded where the plan has ended."""
    task = PlanTask.objects.select_for_update().get(pk=task_id)
    run = PlanRun.objects.select_for_update().get(pk=task.run_id)
    if task.done_at is not None:
        raise AlreadyDone
    if run.ended_at is not None:
        raise HasEnded
    task.done_at, task.done_by, task.note, task.next_at = now, actor, note, None
    task.save()
    audit.record(
        actor=actor.user, verb="plan.task_done", target=run, at=now,
        after={"task": task.position, "owner": task.owner_id},
    )  # fmt: skip
    left = PlanTask.objects.filter(run=run, owner_id=task.owner_id, done_at=None)
    if not left.exists():
        settle_for([task.owner_id], subject=subject_of(run.pk), now=now)
    return task


@transaction.atomic
def give_task(*, actor: Person, task_id: int, owner_id: int, now: datetime) -> PlanTask:
    """Give an open task to somebody else, who is told; the due time stays.

    Raises AlreadyDone, HasEnded, and HasItAlready for whoever owns the same step already.
    """
    task = PlanTask.objects.select_for_update().get(pk=task_id)
    run = PlanRun.objects.select_for_update().get(pk=task.run_id)
    if task.done_at is not None:
        raise AlreadyDone
    if run.ended_at is not None:
        raise HasEnded
    same = PlanTask.objects.filter(run=run, position=task.position, owner_id=owner_id)
    if same.exists():
        raise HasItAlready
    before, task.owner_id = task.owner_id, owner_id
    task.save(update_fields=["owner"])
    audit.record(
        actor=actor.user, verb="plan.task_given", target=run, at=now,
        before={"owner": before}, after={"task": task.position, "owner": owner_id},
    )  # fmt: skip
    subject = subject_of(run.pk)
    if not PlanTask.objects.filter(run=run, owner_id=before, done_at=None).exists():
        settle_for([before], subject=subject, now=now)
    params = {"run": run.pk, "title": run.title, "by": actor.name}
    key = f"{subject}:given:{task.pk}:{now.timestamp():.0f}"
    news = News(kind=TASK, key=key, subject=subject, params=params, urgent=True)
    tell({owner_id} - {actor.pk}, news, now=now)
    return task


@transaction.atomic
def end_run(*, actor: Person, run_id: int, outcome: str, now: datetime) -> PlanRun:
    """End what was triggered; open tasks stay as not done. Raises HasEnded for a second time."""
    run = PlanRun.objects.select_for_update().get(pk=run_id)
    if run.ended_at is not None:
        raise HasEnded
    run.ended_at, run.ended_by, run.outcome = now, actor, outcome
    run.next_at = next_morning(timezone.localtime(now))
    run.save()
    PlanTask.objects.filter(run=run).update(next_at=None)
    audit.record(actor=actor.user, verb="plan.ended", target=run, at=now)
    subject = subject_of(run_id)
    notices.settle(subject, now=now)
    owners = set(PlanTask.objects.filter(run=run).values_list("owner_id", flat=True))
    params = {"run": run.pk, "title": run.title, "by": actor.name}
    news = News(kind=ENDED, key=f"{subject}:off", subject=subject, params=params)
    tell((owners | {run.triggered_by_id}) - {actor.pk}, news, now=now)
    return run


@transaction.atomic
def review_run(*, actor: Person, run_id: int, review: Review, now: datetime) -> PlanRun:
    """Write down what was learnt. Raises StillRunning and AlreadyReviewed."""
    run = PlanRun.objects.select_for_update().get(pk=run_id)
    if run.ended_at is None:
        raise StillRunning
    if run.reviewed_at is not None:
        raise AlreadyReviewed
    run.went_well, run.to_change = review.went_well, review.to_change
    run.plan_updated = review.plan_updated
    run.reviewed_at, run.reviewed_by, run.next_at = now, actor, None
    run.save()
    audit.record(
        actor=actor.user, verb="plan.reviewed", target=run, at=now,
        after={"plan_updated": review.plan_updated},
    )  # fmt: skip
    notices.settle(subject_of(run_id), now=now)
    return run


@transaction.atomic
def escalate(*, task_id: int, now: datetime) -> bool:
    """Let one overdue task go up a rung, once whoever comes first.

    At its due time the owner and the deputy hear of it, half an hour later the supervisor.
    """
    due = PlanTask.objects.due(now).filter(pk=task_id, done_at=None).order_by()
    if not due.update(next_at=None):
        return False
    task = PlanTask.objects.select_for_update().select_related("run", "owner").get(pk=task_id)
    task.stage += 1
    task.next_at = next_rung(task.stage, due_at=task.due_at, up_after=habits.span("plans.up_after"))
    task.save(update_fields=["stage", "next_at"])
    post = Post.DEPUTY if task.stage == 1 else Post.SUPERVISOR
    receivers = set(_rung(task, post=post, now=now))
    if task.stage == 1:
        receivers.add(task.owner_id)
    subject = subject_of(task.run_id)
    params = {
        "run": task.run_id, "title": task.run.title, "what": task.what, "owner": task.owner.name,
    }  # fmt: skip
    key = f"{subject}:late:{task.pk}:{task.stage}"
    news = News(kind=LATE, key=key, subject=subject, params=params, urgent=True)
    tell(receivers, news, now=now)
    return True


def _rung(task: PlanTask, *, post: Post, now: datetime) -> list[int]:
    """Return who holds a post above the owner; where nobody does, the next rung."""
    everybody = members(timezone.localdate(now))
    chain = above(task.owner_id, everybody)
    for wanted in (post, Post.SUPERVISOR):
        if found := [one.person_id for one in chain if one.post == wanted]:
            return found
    return holders(Post.SUPERVISOR, everybody)


@transaction.atomic
def ask_for_review(*, run_id: int, now: datetime) -> bool:
    """Remind of one review that is missing, each morning, once whoever comes first."""
    due = PlanRun.objects.due(now).filter(pk=run_id, reviewed_at=None).order_by()
    if not due.update(next_at=next_morning(timezone.localtime(now))):
        return False
    run = PlanRun.objects.select_related("plan").get(pk=run_id)
    subject = subject_of(run_id)
    params = {"run": run.pk, "title": run.title}
    key = f"{subject}:review:{timezone.localdate(now)}"
    news = News(kind=TO_REVIEW, key=key, subject=subject, params=params)
    tell({run.triggered_by_id, run.plan.owner_id}, news, now=now)
    return True


def act_due(now: datetime) -> int:
    """Let overdue tasks go up and ask for missing reviews; a step of the tick."""
    tasks = list(PlanTask.objects.due(now).values_list("pk", flat=True)[:BATCH])
    runs = list(PlanRun.objects.due(now).values_list("pk", flat=True)[:BATCH])
    done = sum(escalate(task_id=pk, now=now) for pk in tasks)
    return done + sum(ask_for_review(run_id=pk, now=now) for pk in runs)


def oldest_due(now: datetime) -> datetime | None:
    """Return the moment of the oldest thing that is due."""
    tasks = PlanTask.objects.due(now).values_list("next_at", flat=True).first()
    runs = PlanRun.objects.due(now).values_list("next_at", flat=True).first()
    return min((moment for moment in (tasks, runs) if moment), default=None)
