"""Writes of what is set up rather than done: policies, calendars, shift types, names."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction

from portal import audit
from portal.models import User
from staff.rulebook.models import Policy


def _must_not_be_a_policy(row: models.Model) -> None:
    if isinstance(row, Policy):
        raise TypeError("versions of the policy go through save_policy and withdraw_policy")


@transaction.atomic
def save_setting(
    *, actor: User | None, row: models.Model, changed: Iterable[str], now: datetime
) -> None:
    """Save a row that was read from a form, move its version on, and audit what changed.

    Raises TypeError for a version of the policy: what has begun is never changed.
    """
    _must_not_be_a_policy(row)
    names = sorted(changed)
    fresh = row.pk is None
    stored = None if fresh else type(row)._default_manager.filter(pk=row.pk).first()  # noqa: SLF001 -- Django's name for the model's own manager
    if not fresh and hasattr(row, "version"):
        row.version += 1
    row.save()
    audit.record(
        actor=actor,
        verb=f"{row._meta.model_name}.{'added' if fresh else 'changed'}",
        target=row,
        at=now,
        before={name: str(getattr(stored, name, "")) for name in names} if stored else {},
        after={name: str(getattr(row, name, "")) for name in names},
    )


@transaction.atomic
def remove_setting(*, actor: User | None, row: models.Model, now: datetime) -> None:
    """Delete a row that nothing refers to, and audit it. TypeError for a version of the policy."""
    _must_not_be_a_policy(row)
    audit.record(actor=actor, verb=f"{row._meta.model_name}.removed", target=row, at=now)
    row.delete()
