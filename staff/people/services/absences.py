"""Days on which somebody is away: all that roster and follow-ups know of leave."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from portal import audit
from portal.models import User
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence, Person
from staff.people.services.places import must_be_employed
from staff.people.services.refusals import Refused


class AlreadyAway(Refused):
    """The person is away on that day, or that half of it, already."""

    code = "already_away"


@dataclass(frozen=True, kw_only=True)
class Away:
    """A day off. `source` says what it comes from, for instance `leave:12`."""

    day: date
    half: Half = Half.WHOLE
    kind: AbsenceKind
    source: str = ""


@transaction.atomic
def record_absence(*, actor: User | None, person_id: int, away: Away, now: datetime) -> Absence:
    """Note that somebody is away on a day. Raises AlreadyAway and NotEmployed."""
    person = Person.objects.select_for_update().get(pk=person_id)
    must_be_employed(person, away.day)
    clashing = Q() if away.half == Half.WHOLE else Q(half__in=[Half.WHOLE, away.half])
    if Absence.objects.filter(
        clashing, person=person, day=away.day, state=AbsenceState.APPROVED
    ).exists():
        raise AlreadyAway
    absence = Absence.objects.create(
        person=person,
        day=away.day,
        half=away.half,
        kind=away.kind,
        state=AbsenceState.APPROVED,
        source=away.source,
        recorded_at=now,
        changed_at=now,
    )
    audit.record(
        actor=actor, verb="person.absence_recorded", target=person, at=now,
        after={"day": away.day.isoformat(), "half": away.half},
    )  # fmt: skip
    return absence


@transaction.atomic
def withdraw_absence(*, actor: User | None, absence_id: int, now: datetime) -> bool:
    """Take an absence back; False where somebody did so before."""
    withdrawn = Absence.objects.filter(pk=absence_id, state=AbsenceState.APPROVED).update(
        state=AbsenceState.WITHDRAWN, changed_at=now
    )
    if not withdrawn:
        return False
    absence = Absence.objects.select_related("person").get(pk=absence_id)
    audit.record(
        actor=actor, verb="person.absence_withdrawn", target=absence.person, at=now,
        before={"day": absence.day.isoformat(), "half": absence.half},
    )  # fmt: skip
    return True
