"""Shifts that wait for somebody: offered, taken, given; stand-ins and illness."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal import audit, notices, submissions
from portal.models import User
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence, Person, Posting, Team
from staff.people.services import Away, Refused, record_absence
from staff.roster.enums import OpenShiftState
from staff.roster.models import Assignment, OpenShift, ShiftType
from staff.roster.policies import drafts
from staff.roster.policies.checks import Turn
from staff.roster.queries.duty import user_ids
from staff.roster.services.exchange.checking import (
    NotOnShift,
    cells_of,
    in_team,
    lock_people,
    must_be_sound,
    names_of,
    write,
)
from staff.roster.services.publishing import Change

SHIFT_OFFERED, SHIFT_TAKEN = "openshift.offered", "openshift.taken"


SICK = "roster:sick"


class Taken(Refused):
    """Somebody was faster, or the shift is no longer open."""

    code = "taken"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A shift that lacks somebody; `offered_to` asks one person only."""

    team_id: int
    day: date
    shift_type_id: int
    offered_to: int | None = None
    note: str = ""


@transaction.atomic
def offer_shift(
    *, actor: User, offer: Offer, now: datetime, form_key: uuid.UUID | None = None
) -> OpenShift:
    """Offer a shift to the team, or ask one person; those who are free that day are told.

    Raises NotOnShift for somebody of another team, who could not take it, and AlreadySubmitted
    for a form that is sent twice.
    """
    if form_key:
        submissions.claim(key=form_key, user=actor, now=now)
    if offer.offered_to and not in_team(offer.offered_to, offer.team_id, offer.day):
        raise NotOnShift
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
        "open": row.pk, "day": offer.day.isoformat(), "shift": names_of(kind),
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
                        "shift": names_of(row.shift_type)},
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
    write(actor=actor, team_id=row.team_id, changes=[change], now=now, tell=False)


def _added(person: Person, *, team_id: int, day: date, shift_type_id: int, now: datetime) -> Change:
    """Return a day of somebody with one shift more, held against the rules.

    Raises NotOnShift for a shift that has ended or for somebody of another team.
    """
    Team.objects.select_for_update().get(pk=team_id)
    lock_people({person.pk})
    if not in_team(person.pk, team_id, day) or day < timezone.localdate(now):
        raise NotOnShift
    before = cells_of([(person.pk, day)])[person.pk, day]
    if any(turn.shift == shift_type_id for turn in before):
        raise NotOnShift
    after = drafts.sorted_cell((*before, Turn(shift_type_id, team_id)))
    change = Change(person_id=person.pk, day=day, before=before, after=after)
    must_be_sound(team_id, [change])
    return change


@transaction.atomic
def put_on(*, actor: User, offer: Offer, now: datetime, form_key: uuid.UUID | None = None) -> None:
    """Put one person on a published shift at once, who is told.

    Raises NotOnShift and BrokenRules, and AlreadySubmitted for a form that is sent twice.
    """
    if form_key:
        submissions.claim(key=form_key, user=actor, now=now)
    person = Person.objects.get(pk=offer.offered_to or 0)
    change = _added(
        person, team_id=offer.team_id, day=offer.day, shift_type_id=offer.shift_type_id, now=now
    )
    write(actor=actor, team_id=offer.team_id, changes=[change], now=now, tell=True)


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
    for key, cell in cells_of(keys).items():
        after = tuple(
            turn._replace(is_lead=key[0] == person_id) if turn.shift == shift_type_id else turn
            for turn in cell
        )
        changes.append(Change(person_id=key[0], day=day, before=cell, after=after))
    changed = [one for one in changes if one.before != one.after]
    if changed:
        write(actor=actor, team_id=team_id, changes=changed, now=now, tell=True)


@transaction.atomic
def call_sick(*, actor: User, person_id: int, day: date, now: datetime) -> Absence:
    """Note that somebody is ill on a day. Raises AlreadyAway and NotEmployed.

    It takes them off coverage and excuses nothing (LEAVE-3).
    """
    away = Away(day=day, kind=AbsenceKind.SICK, source=SICK)
    return record_absence(actor=actor, person_id=person_id, away=away, now=now)
