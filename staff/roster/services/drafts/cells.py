"""Drafts of rosters: days are changed, many at once, taken back, and discarded."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal import audit
from portal.models import User
from staff.people.models import Team
from staff.people.services import ChangedMeanwhile, Refused
from staff.roster.models import Assignment, DraftCell, DraftStep
from staff.roster.policies import drafts
from staff.roster.policies.checks import FREE, Cell
from staff.roster.services.drafts.desk import (
    MOST_AT_ONCE,
    ONE_DAY,
    Desk,
    Key,
    NoReason,
    NothingToUndo,
    Outcome,
    Rotation,
    TooMuch,
    Want,
    apply,
    keep_step,
    state_of,
)


@transaction.atomic
def set_shifts(
    *, actor: User, team_id: int, month: date, wants: Sequence[Want], now: datetime
) -> Outcome:
    """Set some days of a draft, all or none.

    Setting a day again also settles a conflict: it has been looked at. Raises ChangedMeanwhile,
    Overlap, DayIsFixed, OtherTeam, NotInTeam and UnknownShift.
    """
    desk = Desk(team_id, [want.key for want in wants])
    wanted: dict[Key, Cell] = {}
    for want in wants:
        if want.seen is not None and want.seen != desk.mark(want.key):
            raise ChangedMeanwhile
        wanted[want.key] = desk.turns(want.shifts, desk.planned(want.key))
    for key, cell in wanted.items():
        desk.must_be_possible(key, cell, wanted)
    return Outcome(changed=apply(desk, wanted, month=month, actor=actor, now=now))


def _where_possible(
    desk: Desk, wanted: Mapping[Key, Cell], *, month: date, actor: User, now: datetime
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
    outcome.changed = apply(desk, fine, month=month, actor=actor, now=now)
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
    desk = Desk(team_id, keys)
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
    desk = Desk(team_id, keys)
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
    desk = Desk(team_id, [(one, day) for one in {person, *others}])
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
    return Outcome(changed=apply(desk, wanted, month=month, actor=actor, now=now))


@transaction.atomic
def fix(*, actor: User, team_id: int, month: date, key: Key, fixed: bool, now: datetime) -> Outcome:
    """Fix a day as it is planned, so that nobody changes it by the way, or release it."""
    desk = Desk(team_id, [key])
    row = desk.drafts.get(key)
    if (row.is_fixed if row else False) == fixed:
        return Outcome()
    before = {key: state_of(row)}
    reason = {"reason": row.reason, "reason_by": row.reason_by} if row else {}
    desk.put(key, desk.planned(key), actor=actor, now=now, is_fixed=fixed, **reason)
    keep_step(desk, before, month=month, actor=actor, now=now)
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
    desk = Desk(team_id, [key])
    row = desk.drafts.get(key)
    before = {key: state_of(row)}
    fixed = row.is_fixed if row else False
    desk.put(
        key, desk.planned(key), actor=actor, now=now, is_fixed=fixed, reason=reason.strip()[:200],
        reason_by=actor,
    )  # fmt: skip
    keep_step(desk, before, month=month, actor=actor, now=now)
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
    desk = Desk(team_id, list(was))
    for key, (state, mark) in was.items():
        if desk.mark(key) != mark:
            raise ChangedMeanwhile
        _restore(desk, key, state, actor=actor, now=now)
    step.delete()
    return Outcome(changed=list(was))


def _restore(
    desk: Desk, key: Key, state: Mapping[str, Any] | None, *, actor: User, now: datetime
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
