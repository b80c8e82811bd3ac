"""One request: asked for, decided, taken back."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from portal import audit, notices, submissions
from portal.models import User
from staff.leave import access
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies import asking
from staff.leave.policies.asking import Refusal
from staff.leave.policies.days import overlaps, parts_of
from staff.leave.queries.standing import Standing, live_request, sick_by_day, standing_of
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence, Person
from staff.people.services import Away, Refused, record_absence, withdraw_absence
from staff.rulebook.queries import NoPolicy

ASKED, DECIDED, WITHDRAWN = "leave.asked", "leave.decided", "leave.withdrawn"


class RuleBroken(Refused):
    """A rule of the house does not allow the request; `refusal` says which."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(**refusal.params)
        self.refusal = refusal
        self.code = refusal.code


class AlreadyDecided(Refused):
    """Somebody has decided, or the person has taken the request back. `leave` is how it stands."""

    code = "already_decided"

    def __init__(self, leave: LeaveRequest) -> None:
        super().__init__()
        self.leave = leave


class ChangedMeanwhile(Refused):
    """The request says something else than what was looked at. `leave` is how it stands."""

    code = "changed_meanwhile"

    def __init__(self, leave: LeaveRequest) -> None:
        super().__init__()
        self.leave = leave


class Begun(Refused):
    """The first day has begun: the request stands (LEAVE-7)."""

    code = "begun"


class OwnRequest(Refused):
    """Nobody decides their own request."""

    code = "own_request"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody asks for. Both days are included."""

    kind: LeaveKind
    first_day: date
    last_day: date
    half: Half = Half.WHOLE
    reason: str = ""
    call_taken_by_id: int | None = None


def begins_at(day: date) -> datetime:
    """Return the first moment of a day of the department."""
    return datetime.combine(day, time(), timezone.get_default_timezone())


def refusal_of(
    person: Person, wish: Wish, *, asked_at: datetime, standing: Standing | None = None
) -> Refusal | None:
    """Return why a request would be refused that is made now, None where it may be made."""
    found = _why_malformed(person, wish)
    if found:
        return found
    asked_on = timezone.localdate(asked_at)
    known = standing or standing_of(person, first=wish.first_day, last=wish.last_day)
    try:
        rules = known.versions.leave_on(asked_on)
        late = asking.why_too_late(
            wish.kind, first_day=wish.first_day, asked_on=asked_on, rules=rules
        )
        return late or _why_not_beside(person, wish, known)
    except NoPolicy:
        return Refusal("no_policy", "")


def _why_malformed(person: Person, wish: Wish) -> Refusal | None:
    return asking.why_malformed(
        asking.Shape(
            kind=wish.kind,
            first_day=wish.first_day,
            last_day=wish.last_day,
            half=wish.half,
            names_call=wish.call_taken_by_id is not None,
            own_call=wish.call_taken_by_id == person.pk,
        ),
        hired_on=person.hired_on,
        left_on=person.left_on,
    )


def _why_not_beside(
    person: Person, wish: Wish, known: Standing, *, without: int | None = None
) -> Refusal | None:
    """Check the clash and the rest days left against what stands at this moment."""
    asked = parts_of(wish.first_day, wish.last_day, half=wish.half, kind=wish.kind)
    if found := asking.why_clash(asked, known.parts):
        return found
    same = live_request(
        person.pk, first_day=wish.first_day, kind=wish.kind,
        without=[without] if without else [],
    )  # fmt: skip
    if same:
        return Refusal(
            "same_day", "LEAVE-1", {"day": same.first_day.isoformat(), "kind": same.kind}
        )
    return asking.why_no_rest_left(asked, known.parts, entitled=known.entitled)


@transaction.atomic
def request_leave(
    *,
    actor: Person,
    wish: Wish,
    form_key: uuid.UUID,
    now: datetime,
    result: Callable[[LeaveRequest], str] | None = None,
) -> LeaveRequest:
    """Ask for days off for oneself, and tell those who decide.

    `result` gives the path that the form led to. Raises RuleBroken, and AlreadySubmitted for a
    form sent twice.
    """
    person = Person.objects.select_for_update().select_related(None).get(pk=actor.pk)
    user = actor.user
    if user is None:
        raise OwnRequest
    submission = submissions.claim(key=form_key, user=user, now=now)
    if refusal := refusal_of(person, wish, asked_at=now):
        raise RuleBroken(refusal)
    leave = LeaveRequest.objects.create(
        person=person,
        kind=wish.kind,
        first_day=wish.first_day,
        last_day=wish.last_day,
        half=wish.half,
        reason=wish.reason,
        call_taken_by_id=wish.call_taken_by_id,
        asked_at=now,
        recorded_at=now,
        recorded_by=user,
    )
    audit.record(actor=user, verb="leave.requested", target=leave, at=now, after=_facts(leave))
    _tell_deciders(leave, kind=ASKED, key="asked", now=now)
    submissions.finish(submission, result=result(leave) if result else "")
    return leave


@transaction.atomic
def decide_leave(
    *,
    actor: Person,
    leave_id: int,
    approve: bool,
    why: str = "",
    version: int | None = None,
    now: datetime,
) -> LeaveRequest:
    """Approve or refuse a request, write the absences, and tell the person.

    Clash and rest days are checked again at this moment, with the person locked. `version` is
    the one that was looked at. Raises AlreadyDecided, ChangedMeanwhile, RuleBroken, OwnRequest.
    """
    person_id = LeaveRequest.objects.values_list("person_id", flat=True).get(pk=leave_id)
    person = Person.objects.select_for_update().get(pk=person_id)
    leave = LeaveRequest.objects.select_for_update().get(pk=leave_id)
    leave.person = person
    if person_id == actor.pk:
        raise OwnRequest
    if leave.state != LeaveState.REQUESTED:
        raise AlreadyDecided(leave)
    if version is not None and leave.version != version:
        raise ChangedMeanwhile(leave)
    if approve:
        _must_fit(leave)
    leave.state = LeaveState.APPROVED if approve else LeaveState.REFUSED
    leave.decided_by, leave.decided_at, leave.why = actor, now, why
    leave.version += 1
    leave.save(update_fields=["state", "decided_by", "decided_at", "why", "version"])
    if approve:
        write_absences(leave, actor=actor.user, now=now)
    verb = "leave.approved" if approve else "leave.refused"
    deciders = access.deciders_of(person_id, access.staff_on(timezone.localdate(now)))
    exception = deciders.exception_of(actor.pk)
    audit.record(
        actor=actor.user, verb=verb, target=leave, at=now,
        after=_facts(leave) | ({"exception": exception} if exception else {}),
    )  # fmt: skip
    notices.settle(leave.source, now=now)
    _tell_person(leave, now=now)
    return leave


def _must_fit(leave: LeaveRequest) -> None:
    known = standing_of(
        leave.person, first=leave.first_day, last=leave.last_day, without=[leave.pk]
    )
    wish = wish_of(leave)
    refusal = _why_malformed(leave.person, wish)
    if refusal := refusal or _why_not_beside(leave.person, wish, known, without=leave.pk):
        raise RuleBroken(refusal)


def wish_of(leave: LeaveRequest) -> Wish:
    """Return what a stored request asks for."""
    return Wish(
        kind=LeaveKind(leave.kind),
        first_day=leave.first_day,
        last_day=leave.last_day,
        half=Half(leave.half),
        reason=leave.reason,
        call_taken_by_id=leave.call_taken_by_id,
    )


def write_absences(leave: LeaveRequest, *, actor: User | None, now: datetime) -> None:
    """Note the days of an approved request; a sick call of such a day makes room for them.

    Of a whole sick day the half that the leave leaves open stays sick.
    """
    parts = parts_of(
        leave.first_day, leave.last_day, half=Half(leave.half), kind=LeaveKind(leave.kind)
    )
    sick = sick_by_day([leave.person_id], [part.day for part in parts])
    for part in parts:
        for row in sick.get((leave.person_id, part.day), []):
            if overlaps(part.half, Half(row.half)):
                withdraw_absence(actor=actor, absence_id=row.pk, now=now)
                _keep_other_half(row, part.half, actor=actor, now=now)
        away = Away(day=part.day, half=part.half, kind=AbsenceKind(part.kind), source=leave.source)
        record_absence(actor=actor, person_id=leave.person_id, away=away, now=now)


def _keep_other_half(sick: Absence, half: Half, *, actor: User | None, now: datetime) -> None:
    if sick.half != Half.WHOLE or half == Half.WHOLE:
        return
    rest = Half.SECOND if half == Half.FIRST else Half.FIRST
    away = Away(day=sick.day, half=rest, kind=AbsenceKind.SICK, source=sick.source)
    record_absence(actor=actor, person_id=sick.person_id, away=away, now=now)


@transaction.atomic
def withdraw_leave(*, actor: Person, leave_id: int, now: datetime) -> LeaveRequest:
    """Take one's own request back, also an approved one, until its first day begins (LEAVE-7).

    Raises Begun, AlreadyDecided for one that is refused or withdrawn, OwnRequest for others'.
    """
    person = Person.objects.select_for_update().get(pk=actor.pk)
    leave = LeaveRequest.objects.select_for_update().get(pk=leave_id)
    if leave.person_id != person.pk:
        raise OwnRequest
    leave.person = person
    if leave.state not in {LeaveState.REQUESTED, LeaveState.APPROVED}:
        raise AlreadyDecided(leave)
    if not asking.can_withdraw(begins_at=begins_at(leave.first_day), now=now):
        raise Begun
    leave.state, leave.withdrawn_at = LeaveState.WITHDRAWN, now
    leave.version += 1
    leave.save(update_fields=["state", "withdrawn_at", "version"])
    rows = Absence.objects.filter(source=leave.source, state=AbsenceState.APPROVED)
    for absence_id in rows.values_list("pk", flat=True):
        withdraw_absence(actor=actor.user, absence_id=absence_id, now=now)
    audit.record(
        actor=actor.user, verb="leave.withdrawn", target=leave, at=now, before=_facts(leave)
    )
    notices.settle(leave.source, now=now)
    if leave.decided_by_id:
        _tell_deciders(leave, kind=WITHDRAWN, key="withdrawn", now=now)
    return leave


def _facts(leave: LeaveRequest) -> dict[str, object]:
    """What the audit log keeps: no reason, which is nobody else's business (§10)."""
    return {
        "person": leave.person.number,
        "kind": leave.kind,
        "first_day": leave.first_day.isoformat(),
        "last_day": leave.last_day.isoformat(),
        "half": leave.half,
    }


def _params(leave: LeaveRequest) -> dict[str, str | int]:
    return {
        "leave": leave.pk,
        "person": str(leave.person),
        "kind": leave.kind,
        "first_day": leave.first_day.isoformat(),
        "last_day": leave.last_day.isoformat(),
        "half": leave.half,
    }


def _tell_deciders(leave: LeaveRequest, *, kind: str, key: str, now: datetime) -> None:
    staff = access.staff_on(timezone.localdate(now))
    deciders = access.deciders_of(leave.person_id, staff).person_ids
    users = Person.objects.filter(pk__in=deciders, user__isnull=False)
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"{leave.source}:{key}",
                kind=kind,
                params=_params(leave),
                subject=leave.source if kind == ASKED else "",
            )
            for user in users.values_list("user_id", flat=True)
            if user
        ],
        now=now,
    )


def _tell_person(leave: LeaveRequest, *, now: datetime) -> None:
    """Tell the person what was decided, and by whom (LEAVE-7)."""
    if not leave.person.user_id or leave.decided_by is None:
        return
    params = _params(leave) | {"state": leave.state, "by": leave.decided_by.name}
    notices.send(
        [
            notices.Draft(
                receiver_id=leave.person.user_id,
                key=f"{leave.source}:decided",
                kind=DECIDED,
                params=params,
            )
        ],
        now=now,
    )
