"""Drafts as changes over what is published, and acts that change many days at once."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from staff.roster.policies.checks.plan import FREE, Cell, Turn

Key = tuple[int, date]
"""Person and day."""

WEEK = timedelta(days=7)


def fingerprint(cell: Cell) -> str:
    """Return a short text that is equal for equal cells only; empty for a free day."""
    return ",".join(
        f"{turn.shift}.{turn.team_id or ''}.{int(turn.is_lead)}" for turn in sorted_cell(cell)
    )


def sorted_cell(cell: Cell) -> Cell:
    """Return the cell in the one order in which cells are compared."""
    if len(cell) < 2:  # noqa: PLR2004 -- one shift is in order
        return cell
    return tuple(sorted(cell, key=lambda turn: (turn.shift, turn.team_id or 0, turn.is_lead)))


def mark_of(cell: Cell, version: int) -> str:
    """Return what somebody saw of a day: its shifts, and the version of its draft (0: none)."""
    return f"{fingerprint(cell)}~{version}" if version else fingerprint(cell)


def cell_of(turns: Sequence[Sequence[Any]]) -> Cell:
    """Return a cell from its stored form, a list of `[shift, team, lead]`."""
    if not turns:
        return FREE
    return sorted_cell(tuple(Turn(int(shift), team, bool(lead)) for shift, team, lead in turns))


def stored(cell: Cell) -> list[list[Any]]:
    """Return a cell as it is stored."""
    return [[turn.shift, turn.team_id, turn.is_lead] for turn in sorted_cell(cell)]


def copied_week(
    cells: Mapping[Key, Cell], people: Sequence[int], *, source: date, target: date
) -> dict[Key, Cell]:
    """Return what seven days from `target` are when they repeat those from `source`."""
    return {
        (person, target + timedelta(days=step)): cells.get(
            (person, source + timedelta(days=step)), FREE
        )
        for person in people
        for step in range(7)
    }


def rotated(
    pattern: Sequence[int | None],
    people: Sequence[int],
    *,
    team_id: int,
    first: date,
    last: date,
    shift_by: int,
) -> dict[Key, Cell]:
    """Return the days of people who follow a pattern of shifts, None for a free day.

    Each person begins `shift_by` steps further on than the one before; both days are included.
    """
    found: dict[Key, Cell] = {}
    for place, person in enumerate(people):
        for step in range((last - first).days + 1):
            shift = pattern[(step + place * shift_by) % len(pattern)]
            cell = FREE if shift is None else (Turn(shift, team_id),)
            found[person, first + timedelta(days=step)] = cell
    return found


def with_leads_kept(wanted: Cell, before: Cell) -> Cell:
    """Return a wanted cell in which whoever led the same shift before leads it again."""
    led = {(turn.shift, turn.team_id) for turn in before if turn.is_lead}
    return tuple(
        turn._replace(is_lead=turn.is_lead or (turn.shift, turn.team_id) in led) for turn in wanted
    )
