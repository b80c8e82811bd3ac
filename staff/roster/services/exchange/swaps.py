"""Published shifts that change hands: swaps, open shifts, stand-ins, illness."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import audit, notices, submissions
from staff.people.enums import Post
from staff.people.models import Person, Posting, Team
from staff.people.services import Refused
from staff.roster.enums import SwapState
from staff.roster.models import Assignment, ShiftType, Swap
from staff.roster.policies import drafts
from staff.roster.policies.checks import Cell
from staff.roster.queries.duty import user_ids
from staff.roster.services.exchange.checking import (
    Key,
    NotOnShift,
    NotPending,
    cells_of,
    in_team,
    lock_people,
    must_be_sound,
    names_of,
    write,
)
from staff.roster.services.publishing import Change

SWAP_ASKED, SWAP_ANSWERED, SWAP_DECIDED = "swap.asked", "swap.answered", "swap.decided"


SWAP_WAITS = "swap.waits"


class AlreadyAsked(Refused):
    """The asker has asked about this shift already."""

    code = "already_asked"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A shift to give to a colleague, and the shift to take for it, if any."""

    colleague_id: int
    given_day: date
    given_shift_id: int
    taken_day: date | None = None
    taken_shift_id: int | None = None
    note: str = ""


@transaction.atomic
def ask_swap(
    *, asker: Person, asked: Asked, now: datetime, form_key: uuid.UUID | None = None
) -> Swap:
    """Ask a colleague to swap.

    Raises NotOnShift, AlreadyAsked, and BrokenRules where it could not be approved;
    AlreadySubmitted for a form that is sent twice.
    """
    if form_key and asker.user:
        submissions.claim(key=form_key, user=asker.user, now=now)
    Person.objects.select_for_update().get(pk=asker.pk)
    given = _shift_ahead(asker.pk, asked.given_day, asked.given_shift_id, now=now)
    if given.team_id is None or not in_team(asked.colleague_id, given.team_id, asked.given_day):
        raise NotOnShift
    if asked.taken_day and asked.taken_shift_id:
        _shift_ahead(asked.colleague_id, asked.taken_day, asked.taken_shift_id, now=now)
    pending = Swap.objects.filter(
        asker=asker, given_day=asked.given_day, given_shift_id=asked.given_shift_id,
        state__in=[SwapState.ASKED, SwapState.AGREED],
    )  # fmt: skip
    if pending.exists():
        raise AlreadyAsked
    swap = Swap(
        asker=asker,
        colleague_id=asked.colleague_id,
        team_id=given.team_id,
        given_day=asked.given_day,
        given_shift_id=asked.given_shift_id,
        taken_day=asked.taken_day,
        taken_shift_id=asked.taken_shift_id,
        note=asked.note,
        asked_at=now,
    )
    must_be_sound(swap.team_id, _exchanged(swap))
    swap.save()
    _tell_swap(swap, SWAP_ASKED, [swap.colleague_id], now=now)
    audit.record(actor=asker.user, verb=SWAP_ASKED, target=swap, at=now)
    return swap


def _shift_ahead(person_id: int, day: date, shift_id: int, *, now: datetime) -> Assignment:
    """Return somebody's shift that has not begun. Raises NotOnShift."""
    row = Assignment.objects.filter(
        person_id=person_id, day=day, shift_type_id=shift_id, starts_at__gt=now
    ).first()
    if row is None:
        raise NotOnShift
    return row


def _exchanged(swap: Swap) -> list[Change]:
    """Return the days that a swap changes. Raises NotOnShift where a shift is not there."""
    keys = {(swap.asker_id, swap.given_day), (swap.colleague_id, swap.given_day)}
    if swap.taken_day:
        keys |= {(swap.asker_id, swap.taken_day), (swap.colleague_id, swap.taken_day)}
    before = cells_of(keys)
    after = dict(before)
    _move(after, swap.given_day, swap.given_shift_id, swap.asker_id, swap.colleague_id)
    if swap.taken_day and swap.taken_shift_id:
        _move(after, swap.taken_day, swap.taken_shift_id, swap.colleague_id, swap.asker_id)
    return [
        Change(person_id=key[0], day=key[1], before=before[key], after=after[key])
        for key in sorted(keys, key=lambda one: (one[1], one[0]))
    ]


def _move(cells: dict[Key, Cell], day: date, shift: int, giver: int, taker: int) -> None:
    """Hand a shift over, leading it included."""
    moved = next((turn for turn in cells[giver, day] if turn.shift == shift), None)
    if moved is None or any(turn.shift == shift for turn in cells[taker, day]):
        raise NotOnShift
    left = tuple(turn for turn in cells[giver, day] if turn is not moved)
    cells[giver, day] = left
    cells[taker, day] = drafts.sorted_cell((*cells[taker, day], moved))


@transaction.atomic
def answer_swap(*, person: Person, swap_id: int, agrees: bool, now: datetime) -> Swap:
    """Let the colleague agree or decline. Raises NotPending."""
    state = SwapState.AGREED if agrees else SwapState.DECLINED
    claimed = Swap.objects.filter(pk=swap_id, colleague=person, state=SwapState.ASKED)
    if not claimed.update(state=state, answered_at=now):
        raise NotPending
    swap = Swap.objects.get(pk=swap_id)
    notices.settle(_subject(swap), now=now)
    _tell_swap(swap, SWAP_ANSWERED, [swap.asker_id], now=now)
    if agrees:
        _tell_swap(swap, SWAP_WAITS, _deciders(swap), now=now)
    audit.record(actor=person.user, verb=SWAP_ANSWERED, target=swap, at=now, after={"state": state})
    return swap


@transaction.atomic
def withdraw_swap(*, person: Person, swap_id: int, now: datetime) -> Swap:
    """Let the asker take the question back. Raises NotPending."""
    pending = [SwapState.ASKED, SwapState.AGREED]
    claimed = Swap.objects.filter(pk=swap_id, asker=person, state__in=pending)
    if not claimed.update(state=SwapState.WITHDRAWN):
        raise NotPending
    swap = Swap.objects.get(pk=swap_id)
    notices.settle(_subject(swap), now=now)
    _tell_swap(swap, SWAP_DECIDED, [swap.colleague_id], now=now)
    audit.record(actor=person.user, verb="swap.withdrawn", target=swap, at=now)
    return swap


@transaction.atomic
def decide_swap(
    *, actor: Person, swap_id: int, approve: bool, answer: str = "", now: datetime
) -> Swap:
    """Approve or refuse a swap to which the colleague has agreed; the roster changes with it.

    The rules are held against the roster of this moment. Raises NotPending, NotOnShift and
    BrokenRules.
    """
    user = actor.user
    if user is None:
        raise NotPending
    found = Swap.objects.get(pk=swap_id)
    Team.objects.select_for_update().get(pk=found.team_id)
    lock_people({found.asker_id, found.colleague_id})
    state = SwapState.APPROVED if approve else SwapState.REFUSED
    claimed = Swap.objects.filter(pk=swap_id, state=SwapState.AGREED)
    if not claimed.update(state=state, decided_at=now, decided_by=user, answer=answer):
        raise NotPending
    swap = Swap.objects.get(pk=swap_id)
    if approve:
        _must_be_ahead(swap, now=now)
        changes = _exchanged(swap)
        must_be_sound(swap.team_id, changes)
        write(actor=user, team_id=swap.team_id, changes=changes, now=now, tell=False)
    notices.settle(_subject(swap), now=now)
    _tell_swap(swap, SWAP_DECIDED, [swap.asker_id, swap.colleague_id], now=now)
    audit.record(actor=user, verb=SWAP_DECIDED, target=swap, at=now, after={"state": state})
    return swap


def _must_be_ahead(swap: Swap, *, now: datetime) -> None:
    _shift_ahead(swap.asker_id, swap.given_day, swap.given_shift_id, now=now)
    if swap.taken_day and swap.taken_shift_id:
        _shift_ahead(swap.colleague_id, swap.taken_day, swap.taken_shift_id, now=now)


def _deciders(swap: Swap) -> list[int]:
    """Return who decides: the leads of the team, else the chiefs of both, never the two."""
    both = {swap.asker_id, swap.colleague_id}
    posted = Posting.objects.on(swap.given_day)
    leads = posted.filter(team_id=swap.team_id, post=Post.LEAD).exclude(person_id__in=both)
    found = set(leads.values_list("person_id", flat=True))
    if not found:
        chiefs = posted.filter(person_id__in=both).exclude(chief=None).exclude(chief_id__in=both)
        found = {chief for chief in chiefs.values_list("chief_id", flat=True) if chief}
    return sorted(found)


def _subject(swap: Swap) -> str:
    return f"swap:{swap.pk}"


def _tell_swap(swap: Swap, kind: str, receivers: Sequence[int], *, now: datetime) -> None:
    both = Person.objects.in_bulk([swap.asker_id, swap.colleague_id])
    kinds = ShiftType.objects.in_bulk(
        [pk for pk in (swap.given_shift_id, swap.taken_shift_id) if pk]
    )
    params: dict[str, Any] = {
        "swap": swap.pk,
        "state": swap.state,
        "asker": both[swap.asker_id].name,
        "colleague": both[swap.colleague_id].name,
        "given": [swap.given_day.isoformat(), *names_of(kinds[swap.given_shift_id])],
        "taken": None,
        "answer": swap.answer,
    }
    if swap.taken_day and swap.taken_shift_id:
        params["taken"] = [swap.taken_day.isoformat(), *names_of(kinds[swap.taken_shift_id])]
    users = user_ids(receivers)
    notices.send(
        [
            notices.Draft(
                receiver_id=users[one], key=f"{kind}:{swap.pk}:{swap.state}", kind=kind,
                params=params, subject=_subject(swap),
            )
            for one in receivers
            if one in users
        ],
        now=now,
    )  # fmt: skip
