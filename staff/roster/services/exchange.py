"""Published shifts that change hands: swaps, open shifts, stand-ins, illness."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal import audit, notices
from portal.models import User
from staff.people.enums import AbsenceKind, AbsenceState, Half, Post
from staff.people.models import Absence, Person, Posting, Team
from staff.people.services import Away, Refused, record_absence
from staff.roster.enums import OpenShiftState, SwapState
from staff.roster.models import Assignment, OpenShift, ShiftType, Swap
from staff.roster.policies import drafts
from staff.roster.policies.checks import FREE, Cell, Finding, Turn
from staff.roster.policies.exchange import what_breaks
from staff.roster.queries.duty import user_ids
from staff.roster.queries.month import month_of
from staff.roster.services.publishing import BrokenRules, Change, write_changes

Key = tuple[int, date]
SWAP_ASKED, SWAP_ANSWERED, SWAP_DECIDED = "swap.asked", "swap.answered", "swap.decided"
SWAP_WAITS = "swap.waits"
SHIFT_OFFERED, SHIFT_TAKEN = "openshift.offered", "openshift.taken"
SICK = "roster:sick"


class NotOnShift(Refused):
    """Somebody does not work that shift, or it has begun."""

    code = "not_on_shift"


class NotPending(Refused):
    """The swap was answered, decided or withdrawn meanwhile."""

    code = "not_pending"


class AlreadyAsked(Refused):
    """The asker has asked about this shift already."""

    code = "already_asked"


class Taken(Refused):
    """Somebody was faster, or the shift is no longer open."""

    code = "taken"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A shift to give to a colleague, and the shift to take for it, if any."""

    colleague_id: int
    given_day: date
    given_shift_id: int
    taken_day: date | None = None
    taken_shift_id: int | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A shift that lacks somebody; `offered_to` asks one person only."""

    team_id: int
    day: date
    shift_type_id: int
    offered_to: int | None = None
    note: str = ""


@transaction.atomic
def ask_swap(*, asker: Person, asked: Asked, now: datetime) -> Swap:
    """Ask a colleague to swap.

    Raises NotOnShift, AlreadyAsked, and BrokenRules where it could not be approved.
    """
    Person.objects.select_for_update().get(pk=asker.pk)
    given = _shift_ahead(asker.pk, asked.given_day, asked.given_shift_id, now=now)
    if given.team_id is None or not _in_team(asked.colleague_id, given.team_id, asked.given_day):
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
    _must_be_sound(swap.team_id, _exchanged(swap))
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


def _in_team(person_id: int, team_id: int, day: date) -> bool:
    posted = Posting.objects.on(day).filter(person_id=person_id, team_id=team_id)
    return posted.filter(Q(person__left_on=None) | Q(person__left_on__gte=day)).exists()


def _cells(keys: Collection[Key]) -> dict[Key, Cell]:
    """Return the published days."""
    found: dict[Key, Cell] = dict.fromkeys(keys, FREE)
    rows = Assignment.objects.filter(
        person_id__in={person for person, _day in keys}, day__in={day for _person, day in keys}
    )
    for person, day, shift, team, lead in rows.values_list(
        "person_id", "day", "shift_type_id", "team_id", "is_lead"
    ):
        if (person, day) in found:
            found[person, day] = (*found[person, day], Turn(shift, team, lead))
    return {key: drafts.sorted_cell(cell) for key, cell in found.items()}


def _exchanged(swap: Swap) -> list[Change]:
    """Return the days that a swap changes. Raises NotOnShift where a shift is not there."""
    keys = {(swap.asker_id, swap.given_day), (swap.colleague_id, swap.given_day)}
    if swap.taken_day:
        keys |= {(swap.asker_id, swap.taken_day), (swap.colleague_id, swap.taken_day)}
    before = _cells(keys)
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


def _must_be_sound(team_id: int, changes: Sequence[Change]) -> None:
    """Raise BrokenRules where a rule that must be kept would newly be broken."""
    cells = {(one.person_id, one.day): one.after for one in changes}
    broken: list[Finding] = []
    for month in sorted({one.day.replace(day=1) for one in changes}):
        found = month_of(team_id, month)
        broken += what_breaks(found.plan, found.rules, cells)
    if broken:
        raise BrokenRules(broken)


def _write(
    *, actor: User, team_id: int, changes: Sequence[Change], now: datetime, tell: bool
) -> None:
    """Write changed days, month by month."""
    for month in sorted({one.day.replace(day=1) for one in changes}):
        some = [one for one in changes if one.day.replace(day=1) == month]
        write_changes(actor=actor, team_id=team_id, month=month, changes=some, now=now, tell=tell)


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
    _lock({found.asker_id, found.colleague_id})
    state = SwapState.APPROVED if approve else SwapState.REFUSED
    claimed = Swap.objects.filter(pk=swap_id, state=SwapState.AGREED)
    if not claimed.update(state=state, decided_at=now, decided_by=user, answer=answer):
        raise NotPending
    swap = Swap.objects.get(pk=swap_id)
    if approve:
        _must_be_ahead(swap, now=now)
        changes = _exchanged(swap)
        _must_be_sound(swap.team_id, changes)
        _write(actor=user, team_id=swap.team_id, changes=changes, now=now, tell=False)
    notices.settle(_subject(swap), now=now)
    _tell_swap(swap, SWAP_DECIDED, [swap.asker_id, swap.colleague_id], now=now)
    audit.record(actor=user, verb=SWAP_DECIDED, target=swap, at=now, after={"state": state})
    return swap


def _must_be_ahead(swap: Swap, *, now: datetime) -> None:
    _shift_ahead(swap.asker_id, swap.given_day, swap.given_shift_id, now=now)
    if swap.taken_day and swap.taken_shift_id:
        _shift_ahead(swap.colleague_id, swap.taken_day, swap.taken_shift_id, now=now)


def _lock(ids: Collection[int]) -> None:
    """Hold people, in one order for all."""
    list(Person.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


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


def _names_of(kind: ShiftType) -> list[str]:
    return [kind.name_zh, kind.name_en]


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
        "given": [swap.given_day.isoformat(), *_names_of(kinds[swap.given_shift_id])],
        "taken": None,
        "answer": swap.answer,
    }
    if swap.taken_day and swap.taken_shift_id:
        params["taken"] = [swap.taken_day.isoformat(), *_names_of(kinds[swap.taken_shift_id])]
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


@transaction.atomic
def offer_shift(*, actor: User, offer: Offer, now: datetime) -> OpenShift:
    """Offer a shift to the team, or ask one person; those who are free that day are told."""
    kind = ShiftType.objects.get(pk=offer.shift_type_id)
    row = OpenShift.objects.create(
        team_id=offer.team_id,
        day=offer.day,
        shift_type=kind,
        offered_to_id=offer.offered_to,
        note=offer.note,
        posted_by=actor,
        posted_at=now,
    )
    receivers = [offer.offered_to] if offer.offered_to else _free_people(offer)
    users = user_ids(receivers)
    params = {
        "open": row.pk, "day": offer.day.isoformat(), "shift": _names_of(kind),
        "asked": bool(offer.offered_to),
    }  # fmt: skip
    notices.send(
        [
            notices.Draft(
                receiver_id=user, key=f"open:{row.pk}", kind=SHIFT_OFFERED, params=params,
                subject=f"open:{row.pk}",
            )
            for user in sorted(users.values())
            if user != actor.pk
        ],
        now=now,
    )  # fmt: skip
    audit.record(actor=actor, verb=SHIFT_OFFERED, target=row, at=now)
    return row


def _free_people(offer: Offer) -> list[int]:
    """Return who of the team neither works nor is away that day."""
    posted = Posting.objects.on(offer.day).filter(team_id=offer.team_id)
    members = set(posted.values_list("person_id", flat=True))
    busy = Assignment.objects.filter(person_id__in=members, day=offer.day)
    away = Absence.objects.filter(
        person_id__in=members, day=offer.day, state=AbsenceState.APPROVED, half=Half.WHOLE
    )
    taken = set(busy.values_list("person_id", flat=True)) | set(
        away.values_list("person_id", flat=True)
    )
    return sorted(members - taken)


@transaction.atomic
def take_open(*, person: Person, open_id: int, now: datetime) -> OpenShift:
    """Take an open shift: the first who comes has it. Raises Taken, NotOnShift and BrokenRules."""
    user = person.user
    if user is None:
        raise Taken
    mine = Q(offered_to=None) | Q(offered_to=person)
    claimed = OpenShift.objects.filter(mine, pk=open_id, state=OpenShiftState.OPEN)
    if not claimed.update(state=OpenShiftState.TAKEN, taken_by=person, taken_at=now):
        raise Taken
    row = OpenShift.objects.select_related("shift_type").get(pk=open_id)
    _put(actor=user, row=row, person=person, now=now)
    notices.settle(f"open:{row.pk}", now=now)
    notices.send(
        [
            notices.Draft(
                receiver_id=row.posted_by_id, key=f"open:{row.pk}:taken", kind=SHIFT_TAKEN,
                params={"person": person.name, "day": row.day.isoformat(),
                        "shift": _names_of(row.shift_type)},
                subject=f"open:{row.pk}",
            )
        ],
        now=now,
    )  # fmt: skip
    audit.record(actor=user, verb=SHIFT_TAKEN, target=row, at=now)
    return row


def _put(*, actor: User, row: OpenShift, person: Person, now: datetime) -> None:
    change = _added(
        person, team_id=row.team_id, day=row.day, shift_type_id=row.shift_type_id, now=now
    )
    _write(actor=actor, team_id=row.team_id, changes=[change], now=now, tell=False)


def _added(person: Person, *, team_id: int, day: date, shift_type_id: int, now: datetime) -> Change:
    """Return a day of somebody with one shift more, held against the rules.

    Raises NotOnShift for a shift that has ended or for somebody of another team.
    """
    Team.objects.select_for_update().get(pk=team_id)
    _lock({person.pk})
    if not _in_team(person.pk, team_id, day) or day < timezone.localdate(now):
        raise NotOnShift
    before = _cells([(person.pk, day)])[person.pk, day]
    if any(turn.shift == shift_type_id for turn in before):
        raise NotOnShift
    after = drafts.sorted_cell((*before, Turn(shift_type_id, team_id)))
    change = Change(person_id=person.pk, day=day, before=before, after=after)
    _must_be_sound(team_id, [change])
    return change


@transaction.atomic
def put_on(*, actor: User, offer: Offer, now: datetime) -> None:
    """Put one person on a published shift at once, who is told.

    Raises NotOnShift and BrokenRules.
    """
    person = Person.objects.get(pk=offer.offered_to or 0)
    change = _added(
        person, team_id=offer.team_id, day=offer.day, shift_type_id=offer.shift_type_id, now=now
    )
    _write(actor=actor, team_id=offer.team_id, changes=[change], now=now, tell=True)


@transaction.atomic
def close_open(*, actor: User, open_id: int, now: datetime) -> bool:
    """Offer a shift no longer; False where it is taken or closed already."""
    claimed = OpenShift.objects.filter(pk=open_id, state=OpenShiftState.OPEN)
    if not claimed.update(state=OpenShiftState.CLOSED):
        return False
    row = OpenShift.objects.get(pk=open_id)
    notices.settle(f"open:{row.pk}", now=now)
    audit.record(actor=actor, verb="openshift.closed", target=row, at=now)
    return True


@transaction.atomic
def stand_in(
    *, actor: User, team_id: int, day: date, shift_type_id: int, person_id: int, now: datetime
) -> None:
    """Let somebody on a shift lead it in place of whoever does (ORG-7). Raises NotOnShift."""
    Team.objects.select_for_update().get(pk=team_id)
    rows = Assignment.objects.select_for_update().filter(
        team_id=team_id, day=day, shift_type_id=shift_type_id
    )
    people = {row.person_id: row for row in rows}
    if person_id not in people:
        raise NotOnShift
    keys = [(one, day) for one, row in people.items() if row.is_lead or one == person_id]
    changes = []
    for key, cell in _cells(keys).items():
        after = tuple(
            turn._replace(is_lead=key[0] == person_id) if turn.shift == shift_type_id else turn
            for turn in cell
        )
        changes.append(Change(person_id=key[0], day=day, before=cell, after=after))
    changed = [one for one in changes if one.before != one.after]
    if changed:
        _write(actor=actor, team_id=team_id, changes=changed, now=now, tell=True)


@transaction.atomic
def call_sick(*, actor: User, person_id: int, day: date, now: datetime) -> Absence:
    """Note that somebody is ill on a day. Raises AlreadyAway and NotEmployed.

    It takes them off coverage and excuses nothing (LEAVE-3).
    """
    away = Away(day=day, kind=AbsenceKind.SICK, source=SICK)
    return record_absence(actor=actor, person_id=person_id, away=away, now=now)
