"""Contingency plans are written, changed, archived and restored (DAY-6)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from portal import audit, submissions
from staff.handbook.enums import PlanKind
from staff.handbook.models import Plan, PlanStep
from staff.handbook.services.telling import user_of
from staff.people.enums import Post
from staff.people.models import Person
from staff.people.services import ChangedMeanwhile, Refused


class TitleTaken(Refused):
    """Another plan has this title."""

    code = "plan_title_taken"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What is to be done by whom, within so many minutes of the trigger."""

    what: str
    post: Post
    minutes: int
    each: bool = False


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a plan says."""

    kind: PlanKind
    title: str
    occasion: str
    owner_id: int
    steps: Sequence[Step]


def _check_title(title: str, *, but: int = 0) -> None:
    if Plan.objects.live().filter(title=title).exclude(pk=but).exists():
        raise TitleTaken


def _put_steps(plan: Plan, steps: Sequence[Step]) -> None:
    plan.steps.all().delete()
    in_order = sorted(steps, key=lambda step: step.minutes)
    PlanStep.objects.bulk_create(
        [
            PlanStep(plan=plan, position=position, **vars(step))
            for position, step in enumerate(in_order, start=1)
        ]
    )


def _record(plan: Plan, *, actor: Person, verb: str, now: datetime) -> None:
    after = {"kind": plan.kind, "owner": plan.owner_id}
    audit.record(actor=actor.user, verb=verb, target=plan, at=now, after=after)


@transaction.atomic
def write_plan(*, actor: Person, wording: Wording, form_key: uuid.UUID, now: datetime) -> Plan:
    """Add a plan. Raises TitleTaken, and AlreadySubmitted for a form sent twice."""
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    _check_title(wording.title)
    plan = Plan.objects.create(
        kind=wording.kind, title=wording.title, occasion=wording.occasion,
        owner_id=wording.owner_id, made_at=now, changed_at=now,
    )  # fmt: skip
    _put_steps(plan, wording.steps)
    _record(plan, actor=actor, verb="plan.added", now=now)
    submissions.finish(submission, result=reverse("staff:plan", args=[plan.pk]))
    return plan


@transaction.atomic
def change_plan(
    *, actor: Person, plan_id: int, version: int, wording: Wording, now: datetime
) -> Plan:
    """Change a plan; what runs already keeps its tasks. Raises ChangedMeanwhile, TitleTaken."""
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    if plan.version != version:
        raise ChangedMeanwhile
    _check_title(wording.title, but=plan_id)
    plan.kind, plan.title, plan.occasion = wording.kind, wording.title, wording.occasion
    plan.owner_id, plan.changed_at = wording.owner_id, now
    plan.version += 1
    plan.save()
    _put_steps(plan, wording.steps)
    _record(plan, actor=actor, verb="plan.changed", now=now)
    return plan


@transaction.atomic
def archive_plan(*, actor: Person, plan_id: int, archive: bool, now: datetime) -> Plan:
    """Take a plan out of use or back; a second time changes nothing. Raises TitleTaken."""
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    if plan.is_archived == archive:
        return plan
    if not archive:
        _check_title(plan.title)
    plan.archived_at = now if archive else None
    plan.version += 1
    plan.save()
    verb = "plan.archived" if archive else "plan.restored"
    _record(plan, actor=actor, verb=verb, now=now)
    return plan
