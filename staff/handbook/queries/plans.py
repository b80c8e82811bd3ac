"""Contingency plans, what runs, and who would do what (DAY-6)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from staff.handbook.models import Plan, PlanRun, PlanStep, PlanTask, Proposal
from staff.handbook.policies import plans as policies
from staff.handbook.policies.plans import Candidate
from staff.handbook.querysets import PlanQuerySet, PlanRunQuerySet
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.queries import Member, above, away_on, members

PAGE_ROWS = 20
LIVE, ARCHIVED, ALL = "", "archived", "all"
RUNNING, TO_REVIEW, REVIEWED = "running", "to_review", "reviewed"
NEAR, AROUND, FAR = 50, 60, 100  # distances: the chain above is nearer than all of them


def narrowed(scope: Scope, wanted: Mapping[str, str]) -> PlanQuerySet:
    """Apply search and filters of the list of plans."""
    rows = Plan.objects.visible_to(scope)
    state = wanted.get("state", LIVE)
    if state == LIVE:
        rows = rows.live()
    elif state == ARCHIVED:
        rows = rows.exclude(archived_at=None)
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if text := wanted.get("q", "").strip():
        found = Q(title__icontains=text) | Q(occasion__icontains=text)
        steps = PlanStep.objects.filter(what__icontains=text).values("plan_id")
        rows = rows.filter(found | Q(pk__in=steps))
    return rows


@dataclass(frozen=True)
class PlanRow:
    """A line of the list of plans."""

    id: int
    kind: str
    title: str
    owner: str
    archived_at: datetime | None
    steps: int
    runs: int


def rows_of(plans: PlanQuerySet, *, start: int, size: int) -> list[PlanRow]:
    rows = plans.annotate(
        steps_n=Count("steps", distinct=True), runs_n=Count("runs", distinct=True)
    ).order_by("title", "pk")
    names = ("pk", "kind", "title", "owner__name", "archived_at", "steps_n", "runs_n")
    return [PlanRow(*row) for row in rows.values_list(*names)[start : start + size]]


def steps_of(plan: Plan) -> list[PlanStep]:
    return list(plan.steps.order_by("minutes", "position"))


def runs_narrowed(scope: Scope, wanted: Mapping[str, str]) -> PlanRunQuerySet:
    """Apply search and filters of the list of triggered plans."""
    rows = PlanRun.objects.visible_to(scope)
    state = wanted.get("state")
    if state == RUNNING:
        rows = rows.running()
    elif state == TO_REVIEW:
        rows = rows.filter(ended_at__isnull=False, reviewed_at=None)
    elif state == REVIEWED:
        rows = rows.exclude(reviewed_at=None)
    if text := wanted.get("q", "").strip():
        rows = rows.filter(Q(title__icontains=text) | Q(reason__icontains=text))
    return rows


@dataclass(frozen=True)
class RunRow:
    """A line of the list of triggered plans; `late` counts open tasks past their time."""

    id: int
    title: str
    reason: str
    triggered_at: datetime
    by: str
    ended_at: datetime | None
    reviewed_at: datetime | None
    tasks: int
    done: int
    late: int


def run_rows(runs: PlanRunQuerySet, *, start: int, size: int, now: datetime) -> list[RunRow]:
    """Return a page of triggered plans, the newest first, in one query."""
    rows = runs.annotate(
        tasks_n=Count("tasks"),
        done_n=Count("tasks", filter=Q(tasks__done_at__isnull=False)),
        late_n=Count("tasks", filter=Q(tasks__done_at=None, ended_at=None, tasks__due_at__lt=now)),
    ).order_by("-triggered_at", "-pk")
    names = (
        "pk", "title", "reason", "triggered_at", "triggered_by__name", "ended_at", "reviewed_at",
        "tasks_n", "done_n", "late_n",
    )  # fmt: skip
    return [RunRow(*row) for row in rows.values_list(*names)[start : start + size]]


def tasks_of(run: PlanRun) -> list[PlanTask]:
    rows = PlanTask.objects.filter(run=run).select_related("owner", "done_by")
    return list(rows.order_by("due_at", "position", "pk"))


@dataclass(frozen=True)
class OwnTask:
    """An open task of one's own."""

    id: int
    run_id: int
    what: str
    due_at: datetime


@dataclass
class Running:
    """A plan that runs, with how many of its tasks are done."""

    id: int
    title: str
    since: datetime
    tasks: int = 0
    done: int = 0


def running(scope: Scope) -> tuple[list[Running], list[OwnTask]]:
    """Return what runs, the newest first, and one's own open tasks by due time: one query."""
    rows = PlanRun.objects.visible_to(scope).running().order_by("-triggered_at", "-pk")
    names = ("pk", "title", "triggered_at", "tasks__pk", "tasks__what", "tasks__due_at",
             "tasks__owner_id", "tasks__done_at")  # fmt: skip
    found: dict[int, Running] = {}
    own = []
    for run, title, since, task, what, due_at, owner, done_at in rows.values_list(*names):
        row = found.setdefault(run, Running(run, title, since))
        if task is None:
            continue
        row.tasks += 1
        row.done += done_at is not None
        if owner == scope.person_id and done_at is None:
            own.append(OwnTask(task, run, what, due_at))
    return list(found.values()), sorted(own, key=lambda one: (one.due_at, one.id))


def open_proposals(scope: Scope) -> list[Proposal]:
    return list(
        Proposal.objects.visible_to(scope).open().order_by("-proposed_at", "-pk")[:PAGE_ROWS]
    )


def plans_by_kind() -> dict[str, list[Plan]]:
    """Return the plans in use of each kind, by title."""
    found: dict[str, list[Plan]] = defaultdict(list)
    for plan in Plan.objects.live().order_by("title", "pk"):
        found[plan.kind].append(plan)
    return found


def candidates(scope: Scope) -> list[Candidate]:
    """Return everybody employed with the distance to whoever triggers, in two queries."""
    everybody, away = members(scope.today), away_on(scope.today)
    me = scope.person_id or 0
    chain = {one.person_id: rung for rung, one in enumerate(above(me, everybody), start=1)}
    return [
        Candidate(
            person_id=one.person_id,
            post=one.post,
            distance=_distance(one, me=me, chain=chain, scope=scope),
            away=one.person_id in away,
        )
        for one in everybody.values()
    ]


def _distance(one: Member, *, me: int, chain: Mapping[int, int], scope: Scope) -> int:
    if one.person_id == me:
        return 0
    if one.person_id in chain:
        return chain[one.person_id]
    if one.person_id in scope.below_ids:
        return NEAR if one.chief_id == me else AROUND
    return FAR


def owners_of(
    steps: Sequence[PlanStep], found: Sequence[Candidate], *, fallback: int
) -> list[tuple[PlanStep, list[int]]]:
    """Return who would own each step: everybody of the post below, or the one who is nearest."""
    result = []
    for step in steps:
        post = Post(step.post)
        people = policies.each_of(post, found, reach=AROUND) if step.each else []
        result.append((step, people or [policies.owner_for(post, found) or fallback]))
    return result
