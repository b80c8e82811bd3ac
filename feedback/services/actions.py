"""Improvement actions are set, changed, done or dropped (FBK-4)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from feedback.enums import ActionState, ItemKind, ItemState
from feedback.models import Action, Item
from feedback.services.channels import ChangedMeanwhile
from portal import audit, submissions
from portal.models import User
from staff.daily.models import PassedOn
from staff.people.models import Person


class AlreadyActed(Exception):
    """Somebody has made an action of the finding."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What an action is made of: an item, a finding of a shift (DAY-2), or neither.

    A finding leads to one action that is not dropped.
    """

    item_id: int | None = None
    finding_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    store_id: int
    title: str
    department: str
    owner_id: int
    due_on: date
    check_on: date
    gauge: str
    window_days: int
    text: str = ""
    topic_id: int | None = None


@transaction.atomic
def make_action(
    *,
    actor: Person,
    facts: ActionFacts,
    origin: Origin,
    form_key: uuid.UUID,
    today: date,
    now: datetime,
) -> Action:
    """Set an action; the item behind it is a suggestion acted upon.

    Raises AlreadySubmitted, AlreadyActed.
    """
    claim = submissions.claim(key=form_key, user=_user(actor), now=now)
    if origin.finding_id is not None:
        PassedOn.objects.select_for_update().get(pk=origin.finding_id)
        stands = Action.objects.filter(finding_id=origin.finding_id)
        stands = stands.exclude(state=ActionState.DROPPED)
        if stands.exists():
            raise AlreadyActed
    items = Item.objects.select_for_update()
    item = items.get(pk=origin.item_id) if origin.item_id else None
    action = Action.objects.create(
        **vars(facts), item=item, product_id=item.product_id if item else None,
        finding_id=origin.finding_id, made_by=actor, made_at=now, made_on=today,
    )  # fmt: skip
    if item is not None:
        kind = item.kind if item.kind not in {"", ItemKind.SPAM} else ItemKind.SUGGESTION
        if item.triaged_at is None or item.kind != kind:
            item.triaged_by, item.triaged_at, item.by_rule = actor, now, None
        item.kind, item.state, item.changed_at = kind, ItemState.DONE, now
        item.version += 1
        item.save()
    audit.record(
        actor=actor.user, verb="action.made", target=action, at=now,
        after={
            "item": origin.item_id, "finding": origin.finding_id,
            "owner": facts.owner_id, "due_on": facts.due_on.isoformat(),
        },
    )  # fmt: skip
    submissions.finish(claim, result=reverse("feedback:action", args=[action.pk]))
    return action


@transaction.atomic
def change_action(
    *, actor: Person, action_id: int, facts: ActionFacts, version: int, now: datetime
) -> Action:
    """Change what an open action says. Raises ChangedMeanwhile."""
    action = _open(action_id, version)
    for name, value in vars(facts).items():
        setattr(action, name, value)
    action.version += 1
    action.save()
    audit.record(
        actor=actor.user, verb="action.changed", target=action, at=now,
        after={"owner": facts.owner_id, "due_on": facts.due_on.isoformat()},
    )  # fmt: skip
    return action


@transaction.atomic
def finish_action(
    *, actor: Person, action_id: int, version: int, done_on: date | None, now: datetime
) -> Action:
    """Close an action: done on a day, from which its effect is measured, or dropped (None).

    Raises ChangedMeanwhile.
    """
    action = _open(action_id, version)
    action.state = ActionState.DONE if done_on else ActionState.DROPPED
    action.done_on = done_on
    action.version += 1
    action.save()
    audit.record(
        actor=actor.user, verb="action.done" if done_on else "action.dropped", target=action, at=now
    )
    return action


def _open(action_id: int, version: int) -> Action:
    action = Action.objects.select_for_update().get(pk=action_id)
    if action.version != version or action.state != ActionState.OPEN:
        raise ChangedMeanwhile(action)
    return action


def _user(actor: Person) -> User:
    if actor.user is None:
        raise ValueError("somebody without a sign-in sends no form")
    return actor.user
