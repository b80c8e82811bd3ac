"""Drafts of rosters: days are changed, many at once, taken back, and discarded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal import audit
from portal.models import User
from staff.people.models import Posting, Team
from staff.people.services import ChangedMeanwhile, Refused
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


class _Desk:
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


def _state(row: DraftCell | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "turns": row.turns, "base": row.base, "is_fixed": row.is_fixed, "reason": row.reason,
        "reason_by": row.reason_by_id, "team": row.team_id,
    }  # fmt: skip


def _keep_step(
    desk: _Desk,
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


def _apply(
    desk: _Desk, wanted: Mapping[Key, Cell], *, month: date, actor: User, now: datetime
) -> list[Key]:
    """Write the days that change and remember them; returns their keys."""
    before: dict[Key, dict[str, Any] | None] = {}
    for key, cell in wanted.items():
        if cell == desk.planned(key) and not _is_conflict(desk, key):
            continue
        before[key] = _state(desk.drafts.get(key))
        desk.put(key, cell, actor=actor, now=now)
    _keep_step(desk, before, month=month, actor=actor, now=now)
    return list(before)


def _is_conflict(desk: _Desk, key: Key) -> bool:
    row = desk.drafts.get(key)
    return row is not None and row.base != drafts.fingerprint(desk.published(key))


@transaction.atomic
def set_shifts(
    *, actor: User, team_id: int, month: date, wants: Sequence[Want], now: datetime
) -> Outcome:
    """Set some days of a draft, all or none.

    Setting a day again also settles a conflict: it has been looked at. Raises ChangedMeanwhile,
    Overlap, DayIsFixed, OtherTeam, NotInTeam and UnknownShift.
    """
    desk = _Desk(team_id, [want.key for want in wants])
    wanted: dict[Key, Cell] = {}
    for want in wants:
        if want.seen is not None and want.seen != desk.mark(want.key):
            raise ChangedMeanwhile
        wanted[want.key] = desk.turns(want.shifts, desk.planned(want.key))
    for key, cell in wanted.items():
        desk.must_be_possible(key, cell, wanted)
    return Outcome(changed=_apply(desk, wanted, month=month, actor=actor, now=now))


def _where_possible(
    desk: _Desk, wanted: Mapping[Key, Cell], *, month: date, actor: User, now: datetime
) -> Outcome:
    """Write the days against which nothing speaks; the others are named."""
    outcome = Outcome()
    fine: dict[Key, Cell] = {}
    for key in sorted(wanted, key=lambda one: (one[1], one[0])):
        cell = wanted[key]
        beside = {one: cell for one, cell in wanted.items() if one[0] == key[0] and one in fine}
        try:
            desk.must_be_possible(key, cell, beside)
        except Refused as refusal:
            if cell != desk.planned(key):
                outcome.skipped.append((key, refusal.code))
            continue
        fine[key] = cell
    outcome.changed = _apply(desk, fine, month=month, actor=actor, now=now)
    return outcome


@transaction.atomic
def copy_week(
    *,
    actor: User,
    team_id: int,
    people: Sequence[int],
    days: tuple[date, date],
    now: datetime,
) -> Outcome:
    """Repeat the seven days from the first day of `days` from the second on.

    Days that cannot be as copied are left alone and named.
    """
    source, target = days
    keys = [
        (person, day + step * ONE_DAY) for person in people for day in days for step in range(7)
    ]
    desk = _Desk(team_id, keys)
    cells = {
        key: tuple(turn for turn in desk.planned(key) if turn.team_id == team_id) for key in keys
    }
    wanted = drafts.copied_week(cells, people, source=source, target=target)
    return _where_possible(desk, wanted, month=target.replace(day=1), actor=actor, now=now)


@transaction.atomic
def rotate(*, actor: User, team_id: int, rotation: Rotation, now: datetime) -> Outcome:
    """Fill days with a pattern of shifts. Days that cannot be as wanted are left alone and named.

    Raises TooMuch and UnknownShift.
    """
    first, last = rotation.first, rotation.last
    steps = (last - first).days + 1
    if steps * len(rotation.people) > MOST_AT_ONCE:
        raise TooMuch
    keys = [(person, first + step * ONE_DAY) for person in rotation.people for step in range(steps)]
    desk = _Desk(team_id, keys)
    desk.turns({shift for shift in rotation.pattern if shift is not None}, FREE)
    wanted = drafts.rotated(
        rotation.pattern,
        rotation.people,
        team_id=team_id,
        first=first,
        last=last,
        shift_by=rotation.shift_by,
    )
    kept = {key: drafts.with_leads_kept(cell, desk.planned(key)) for key, cell in wanted.items()}
    return _where_possible(desk, kept, month=first.replace(day=1), actor=actor, now=now)


@transaction.atomic
def set_lead(
    *, actor: User, team_id: int, month: date, key: Key, seen: str | None, now: datetime
) -> Outcome:
    """Let somebody lead their shift of a day, or no longer; whoever led it steps down."""
    person, day = key
    others = set(
        Assignment.objects.filter(team_id=team_id, day=day).values_list("person_id", flat=True)
    ) | set(DraftCell.objects.filter(team_id=team_id, day=day).values_list("person_id", flat=True))
    desk = _Desk(team_id, [(one, day) for one in {person, *others}])
    if seen is not None and seen != desk.mark(key):
        raise ChangedMeanwhile
    cell = desk.planned(key)
    mine = [turn for turn in cell if turn.team_id == team_id]
    if not mine:
        return Outcome()
    leads = not mine[0].is_lead
    wanted = {key: (*(t for t in cell if t not in mine), mine[0]._replace(is_lead=leads))}
    wanted[key] = drafts.sorted_cell((*wanted[key], *mine[1:]))
    if leads:
        for other in others - {person}:
            shown = desk.planned((other, day))
            stepped = tuple(
                turn._replace(is_lead=False)
                if (turn.shift, turn.team_id) == (mine[0].shift, team_id)
                else turn
                for turn in shown
            )
            if stepped != shown:
                wanted[other, day] = stepped
    for one, turns in wanted.items():
        desk.must_be_possible(one, turns, wanted)
    return Outcome(changed=_apply(desk, wanted, month=month, actor=actor, now=now))


@transaction.atomic
def fix(*, actor: User, team_id: int, month: date, key: Key, fixed: bool, now: datetime) -> Outcome:
    """Fix a day as it is planned, so that nobody changes it by the way, or release it."""
    desk = _Desk(team_id, [key])
    row = desk.drafts.get(key)
    if (row.is_fixed if row else False) == fixed:
        return Outcome()
    before = {key: _state(row)}
    reason = {"reason": row.reason, "reason_by": row.reason_by} if row else {}
    desk.put(key, desk.planned(key), actor=actor, now=now, is_fixed=fixed, **reason)
    _keep_step(desk, before, month=month, actor=actor, now=now)
    return Outcome(changed=[key])


@transaction.atomic
def excuse(
    *, actor: User, team_id: int, month: date, key: Key, reason: str, now: datetime
) -> Outcome:
    """Allow somebody's shift of a day less than the least rest, with a reason (SHIFT-6).

    Raises NoReason.
    """
    if not reason.strip():
        raise NoReason
    desk = _Desk(team_id, [key])
    row = desk.drafts.get(key)
    before = {key: _state(row)}
    fixed = row.is_fixed if row else False
    desk.put(
        key, desk.planned(key), actor=actor, now=now, is_fixed=fixed, reason=reason.strip()[:200],
        reason_by=actor,
    )  # fmt: skip
    _keep_step(desk, before, month=month, actor=actor, now=now)
    return Outcome(changed=[key])


@transaction.atomic
def undo(*, actor: User, team_id: int, month: date, now: datetime) -> Outcome:
    """Take one's last act upon a draft back.

    Raises NothingToUndo, and ChangedMeanwhile where somebody has changed one of the days since.
    """
    mine = DraftStep.objects.filter(team_id=team_id, month=month.replace(day=1), done_by=actor)
    step = mine.order_by("-pk").first()
    if step is None:
        raise NothingToUndo
    was = {
        (person, date.fromisoformat(day)): (state, mark) for person, day, state, mark in step.before
    }
    desk = _Desk(team_id, list(was))
    for key, (state, mark) in was.items():
        if desk.mark(key) != mark:
            raise ChangedMeanwhile
        _restore(desk, key, state, actor=actor, now=now)
    step.delete()
    return Outcome(changed=list(was))


def _restore(
    desk: _Desk, key: Key, state: Mapping[str, Any] | None, *, actor: User, now: datetime
) -> None:
    row = desk.drafts.get(key)
    if state is None:
        if row:
            row.delete()
        return
    if row is None:
        row = DraftCell(person_id=key[0], day=key[1], version=0)
    row.team_id, row.turns, row.base = state["team"], state["turns"], state["base"]
    row.is_fixed, row.reason, row.reason_by_id = (
        state["is_fixed"], state["reason"], state["reason_by"],
    )  # fmt: skip
    row.changed_by, row.changed_at = actor, now
    row.version += 1
    row.save()


@transaction.atomic
def discard(*, actor: User, team_id: int, month: date, last: date, now: datetime) -> int:
    """Throw the draft of a month away, fixed days and all; returns how many days it had."""
    Team.objects.select_for_update().get(pk=team_id)
    found = DraftCell.objects.filter(team_id=team_id, day__range=(month, last))
    count = found.count()
    found.delete()
    DraftStep.objects.filter(Q(team_id=team_id, month=month)).delete()
    if count:
        audit.record(
            actor=actor, verb="roster.draft_discarded", at=now,
            after={"team": team_id, "month": month.isoformat(), "days": count},
        )  # fmt: skip
    return count
