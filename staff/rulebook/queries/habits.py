"""The smaller numbers of daily work that a department edits; each room registers its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise

from staff.rulebook.models import Habit

Text = str | Promise
MINUTES, DAYS, TIMES = "minutes", "days", "times"


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One number: `default` holds until the department enters another, `least` to `most`."""

    code: str
    label: Text
    unit: str
    default: int
    least: int
    most: int
    position: int


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a number known; called when an app is ready."""
    _kinds[kind.code] = kind


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.position)


def values() -> Mapping[str, int]:
    """Return all numbers as they hold now; one query."""
    stored = dict(Habit.objects.values_list("code", "value"))
    return {code: stored.get(code, kind.default) for code, kind in _kinds.items()}


def value(code: str) -> int:
    """Return one number, in its unit."""
    row = Habit.objects.filter(code=code).values_list("value", flat=True).first()
    return _kinds[code].default if row is None else row


def span(code: str) -> timedelta:
    """Return a number of minutes or days as a span of time."""
    number = value(code)
    if _kinds[code].unit == DAYS:
        return timedelta(days=number)
    return timedelta(minutes=number)
