"""Writes of the smaller numbers of daily work."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.rulebook.models import Habit
from staff.rulebook.queries import habits


@transaction.atomic
def save_habits(*, actor: User, wanted: Mapping[str, int], now: datetime) -> int:
    """Write the numbers that changed and audit each; returns how many."""
    before = habits.values()
    changed = {
        code: value for code, value in wanted.items() if code in before and before[code] != value
    }
    for code, value in changed.items():
        row, _made = Habit.objects.update_or_create(code=code, defaults={"value": value})
        audit.record(
            actor=actor,
            verb="habit.changed",
            target=row,
            at=now,
            before={"value": before[code]},
            after={"value": value},
        )
    return len(changed)
