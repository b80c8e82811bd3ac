"""Versions of the policy: added, changed and withdrawn while they are coming, never afterwards.

A version begins tomorrow at the earliest. Today would be too early: this morning's shifts and the
requests made today are judged by the version of today.
"""

import uuid
from datetime import date, datetime
from typing import Any, cast

from django.db import IntegrityError, transaction

from portal import audit, submissions
from portal.models import User
from staff.rulebook.models import Policy
from staff.rulebook.queries import numbers


class Begun(Exception):
    """The version has begun, or would begin before tomorrow."""


class DayTaken(Exception):
    """There is a version from that day already."""


class Gone(Exception):
    """Somebody else has withdrawn the version."""


class ChangedMeanwhile(Exception):
    """Somebody else has saved the version since it was read; `current` is what stands there."""

    def __init__(self, current: Policy) -> None:
        super().__init__(current)
        self.current = current


def _coming(pk: int, *, seen: int, today: date) -> Policy:
    """Lock a coming version. Raises Gone, Begun or ChangedMeanwhile."""
    stored = Policy.objects.select_for_update().filter(pk=pk).first()
    if stored is None:
        raise Gone
    if stored.valid_from <= today:
        raise Begun
    if stored.version != seen:
        raise ChangedMeanwhile(stored)
    return stored


def _said(policy: Policy | None, names: list[str]) -> dict[str, object]:
    return {name: str(getattr(policy, name)) for name in names} if policy else {}


def _save(policy: Policy) -> None:
    """Raise DayTaken where two people add the same day at once, too."""
    taken = Policy.objects.filter(valid_from=policy.valid_from).exclude(pk=policy.pk)
    if taken.exists():
        raise DayTaken
    try:
        with transaction.atomic():
            policy.save()
    except IntegrityError as error:
        if taken.exists():
            raise DayTaken from error
        raise


@transaction.atomic
def save_policy(
    *,
    actor: User | None,
    policy: Policy,
    today: date,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> Policy:
    """Save a new version, or a coming one that was read as `policy.version`, and audit it.

    The audit tells the numbers that differ from the version before, for a change those that
    differ from what stood there. Raises Begun, DayTaken, ChangedMeanwhile or Gone, and
    AlreadySubmitted for a form sent twice.
    """
    fresh = policy.pk is None
    claimed = None
    if fresh and form_key and actor:
        claimed = submissions.claim(key=form_key, user=actor, now=now)
    if policy.valid_from <= today:
        raise Begun
    old = (
        numbers.before(policy.valid_from)
        if fresh
        else _coming(policy.pk, seen=policy.version, today=today)
    )
    policy.version += 0 if fresh else 1
    cast("Any", policy)._history_user = actor  # noqa: SLF001 -- simple-history's way to be told who
    _save(policy)
    names = [change.number.name for change in numbers.changes(old, policy)] if old else []
    if not fresh and old and old.valid_from != policy.valid_from:
        names.insert(0, "valid_from")
    audit.record(
        actor=actor,
        verb=f"policy.{'added' if fresh else 'changed'}",
        target=policy,
        at=now,
        before=_said(old, names),
        after=_said(policy, names),
    )
    if claimed:
        submissions.finish(claimed, result=f"{policy.pk}")
    return policy


@transaction.atomic
def withdraw_policy(
    *, actor: User | None, policy_id: int, seen: int, today: date, now: datetime
) -> None:
    """Delete a coming version that was read as `seen`, and audit it.

    Raises Begun, ChangedMeanwhile or Gone.
    """
    stored = _coming(policy_id, seen=seen, today=today)
    old = numbers.before(stored.valid_from)
    names = [change.number.name for change in numbers.changes(old, stored)] if old else []
    audit.record(
        actor=actor, verb="policy.removed", target=stored, at=now, before=_said(stored, names)
    )
    cast("Any", stored)._history_user = actor  # noqa: SLF001 -- simple-history's way to be told who
    stored.delete()
