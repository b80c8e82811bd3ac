"""Which team and month of the roster an address speaks of; what is none counts as not said."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

MONTH = re.compile(r"\A(19[5-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])\Z", re.ASCII)
DAY = re.compile(r"\A(19[5-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])-([0-3][0-9])\Z", re.ASCII)
KEY = re.compile(r"\A[1-9][0-9]{0,14}\Z", re.ASCII)


def month_of(text: str | None, *, today: date) -> date:
    """Return the first day of the month that a text such as 2026-11 names, else of today's."""
    found = MONTH.match(text or "")
    if found is None:
        return today.replace(day=1)
    return date(int(found[1]), int(found[2]), 1)


def day_of(text: str | None) -> date | None:
    """Return the day that a text such as 2026-11-08 names, None for anything else."""
    if not DAY.match(text or ""):
        return None
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def key_of(text: str | None) -> int | None:
    """Return the key that a text holds, None for anything else."""
    return int(text or "0") if KEY.match(text or "") else None


def team_of(
    data: Mapping[str, str], teams: Sequence[tuple[int, str]], *, own: int | None
) -> int | None:
    """Return the chosen team of those that one sees, else one's own, else the first."""
    seen = [pk for pk, _name in teams]
    chosen = key_of(data.get("team"))
    if chosen in seen:
        return chosen
    return own if own in seen else next(iter(seen), None)


def neighbours(month: date) -> tuple[date, date]:
    """Return the months before and after."""
    total = month.year * 12 + month.month - 1
    return (
        date((total - 1) // 12, (total - 1) % 12 + 1, 1),
        date((total + 1) // 12, (total + 1) % 12 + 1, 1),
    )
