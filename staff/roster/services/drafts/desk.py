"""A team's month on the desk: what is asked of its cells, and the steps that can be undone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from portal.models import User
from staff.people.models import Posting, Team
from staff.people.services import Refused
from staff.roster.models import Assignment, DraftCell, DraftStep, ShiftType
from staff.roster.policies import drafts
from staff.roster.policies.checks import FREE, Cell, Kind, Turn
from staff.roster.policies.checks.plan import DAY_MINUTES
from staff.roster.services.shifts import Overlap

Key = tuple[int, date]


ONE_DAY = timedelta(days=1)


STEPS_KEPT = 50


MOST_AT_ONCE = 4000


class DayIsFixed(Refused):
    """A fixed day is changed only after it was released."""

    code = "fixed_day"


class NotInTeam(Refused):
    """Somebody is not in the team, or not employed, on that day."""

    code = "not_in_team"


class OtherTeam(Refused):
    """A day with a shift for another team is drafted by that team."""

    code = "other_team"


class UnknownShift(Refused):
    """There is no such shift in use."""

    code = "unknown_shift"


class NothingToUndo(Refused):
    """One's last act upon this draft is undone already, or there was none."""

    code = "nothing_to_undo"


class NoReason(Refused):
    """A short rest is allowed with a reason only (SHIFT-6)."""

    code = "no_reason"


class TooMuch(Refused):
    """More days than one act may change."""

    code = "too_much"


@dataclass(frozen=True, kw_only=True)
class Want:
    """What a day is to be. `seen` is the mark that the editor had on the screen, None: any."""

    person_id: int
    day: date
    shifts: Sequence[int]
    seen: str | None = None

    @property
    def key(self) -> Key:
        return self.person_id, self.day


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """A pattern of shifts, None for a free day, over days that both are included.

    Each person begins `shift_by` steps further on than the one before.
    """

    people: Sequence[int]
    pattern: Sequence[int | None]
    first: date
    last: date
    shift_by: int = 0


@dataclass
class Outcome:
    """Which days an act changed, and which it left alone with the code of the reason."""

    changed: list[Key] = field(default_factory=list)
    skipped: list[tuple[Key, str]] = field(default_factory=list)


class Desk:
    """The days around an act, as published and as drafted, under the lock of the team."""

    def __init__(self, team_id: int, keys: Collection[Key]) -> None:
        if len(keys) > MOST_AT_ONCE:
            raise TooMuch
        Team.objects.select_for_update().get(pk=team_id)
        self.team_id = team_id
        people = {person for person, _day in keys}
        days = [day for _person, day in keys]
        span = (min(days) - ONE_DAY, max(days) + ONE_DAY) if days else (date.min, date.min)
        self.kinds = {
            pk: (Kind.of(pk, code, starts, ends), active)
            for pk, code, starts, ends, active in ShiftType.objects.values_list(
                "pk", "code", "starts", "ends", "is_active"
            )
        }
        self.cells: dict[Key, Cell] = {}
        rows = Assignment.objects.filter(person_id__in=people, day__range=span)
        for person, day, shift, team, lead in rows.values_list(
            "person_id", "day", "shift_type_id", "team_id", "is_lead"
        ):
            turn = Turn(shift, team, lead)
            self.cells[person, day] = (*self.cells.get((person, day), FREE), turn)
        self.cells = {key: drafts.sorted_cell(cell) for key, cell in self.cells.items()}
        self.drafts = {
            (row.person_id, row.day): row
            for row in DraftCell.objects.select_for_update().filter(
                person_id__in=people, day__range=span
            )
        }
        self.places: dict[int, list[tuple[date, date]]] = {}
        postings = Posting.objects.filter(team_id=team_id, person_id__in=people)
        for person, first, last, hired, left in postings.values_list(
            "person_id", "valid_from", "valid_until", "person__hired_on", "person__left_on"
        ):
            span_of = (max(first, hired), min(last or date.max, left or date.max))
            self.places.setdefault(person, []).append(span_of)

    def published(self, key: Key) -> Cell:
        return self.cells.get(key, FREE)

    def planned(self, key: Key) -> Cell:
        drafted = self.drafts.get(key)
        return drafts.cell_of(drafted.turns) if drafted else self.published(key)

    def mark(self, key: Key) -> str:
        drafted = self.drafts.get(key)
        return drafts.mark_of(self.planned(key), drafted.version if drafted else 0)

    def turns(self, shifts: Iterable[int], before: Cell) -> Cell:
        """Return the cell of some shifts; who led one of them before leads it again."""
        wanted = []
        for shift in shifts:
            if not self.kinds.get(shift, (None, False))[1]:
                raise UnknownShift
            wanted.append(Turn(shift, self.team_id))
        return drafts.sorted_cell(drafts.with_leads_kept(tuple(wanted), before))

    def must_be_possible(self, key: Key, cell: Cell, wanted: Mapping[Key, Cell]) -> None:
        """Raise what speaks against a cell beside the others that are wanted with it."""
        person, day = key
        drafted = self.drafts.get(key)
        if drafted and drafted.is_fixed:
            raise DayIsFixed
        foreign = any(turn.team_id not in {self.team_id, None} for turn in self.planned(key))
        if foreign or (drafted and drafted.team_id != self.team_id):
            raise OtherTeam
        inside = any(first <= day <= last for first, last in self.places.get(person, ()))
        guests = any(turn.team_id == self.team_id for turn in self.published(key))
        if cell and not inside and not guests:
            raise NotInTeam
        if self._overlaps(key, cell, wanted):
            raise Overlap

    def _overlaps(self, key: Key, cell: Cell, wanted: Mapping[Key, Cell]) -> bool:
        person, day = key
        spans: list[tuple[int, int]] = []
        for step in (-1, 0, 1):
            near = (person, day + step * ONE_DAY)
            beside = cell if step == 0 else wanted.get(near, self.planned(near))
            for turn in beside:
                kind = self.kinds[turn.shift][0]
                spans.append((step * DAY_MINUTES + kind.start, step * DAY_MINUTES + kind.end))
        spans.sort()
        return any(later[0] < earlier[1] for earlier, later in pairwise(spans))

    def put(self, key: Key, cell: Cell, *, actor: User, now: datetime, **more: Any) -> None:  # noqa: ANN401 -- values of fields
        """Write one day of the draft; a day that is as published needs no row."""
        person, day = key
        row = self.drafts.get(key)
        base = drafts.fingerprint(self.published(key))
        keeps = more.get("is_fixed", False) or more.get("reason", "")
        if cell == self.published(key) and not keeps:
            if row:
                row.delete()
                del self.drafts[key]
            return
        if row is None:
            row = DraftCell(person_id=person, day=day, version=0)
        row.team_id, row.turns, row.base = self.team_id, drafts.stored(cell), base
        row.is_fixed = more.get("is_fixed", False)
        row.reason, row.reason_by = more.get("reason", ""), more.get("reason_by")
        row.changed_by, row.changed_at = actor, now
        row.version += 1
        row.save()
        self.drafts[key] = row


def state_of(row: DraftCell | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "turns": row.turns, "base": row.base, "is_fixed": row.is_fixed, "reason": row.reason,
        "reason_by": row.reason_by_id, "team": row.team_id,
    }  # fmt: skip


def keep_step(
    desk: Desk,
    before: Mapping[Key, dict[str, Any] | None],
    *,
    month: date,
    actor: User,
    now: datetime,
) -> None:
    """Remember what the days were, so that the act can be undone."""
    if not before:
        return
    DraftStep.objects.create(
        team_id=desk.team_id,
        month=month.replace(day=1),
        done_by=actor,
        done_at=now,
        before=[
            [person, day.isoformat(), state, desk.mark((person, day))]
            for (person, day), state in before.items()
        ],
    )
    mine = DraftStep.objects.filter(team_id=desk.team_id, month=month, done_by=actor)
    old = mine.order_by("-pk").values_list("pk", flat=True)[STEPS_KEPT : STEPS_KEPT * 2]
    DraftStep.objects.filter(pk__in=list(old)).delete()


def apply(
    desk: Desk, wanted: Mapping[Key, Cell], *, month: date, actor: User, now: datetime
) -> list[Key]:
    """Write the days that change and remember them; returns their keys."""
    before: dict[Key, dict[str, Any] | None] = {}
    for key, cell in wanted.items():
        if cell == desk.planned(key) and not _is_conflict(desk, key):
            continue
        before[key] = state_of(desk.drafts.get(key))
        desk.put(key, cell, actor=actor, now=now)
    keep_step(desk, before, month=month, actor=actor, now=now)
    return list(before)


def _is_conflict(desk: Desk, key: Key) -> bool:
    row = desk.drafts.get(key)
    return row is not None and row.base != drafts.fingerprint(desk.published(key))
