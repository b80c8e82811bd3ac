"""Make-ups of missing punches: asking, deciding, taking back (ATT-13).

How many of a month are free is never stored: it follows from the boundaries when it is read, so
that two decisions at once cannot both be the third.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from portal import audit, notices
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp
from staff.people.models import Person
from staff.roster import queries as roster

DECIDED, ASKED = "makeup.decided", "makeup.asked"


class NoShift(Exception):
    """The person has no shift on that day that has begun."""


class AskedAlready(Exception):
    """There is a request for this day and side; `makeup` is the one."""

    def __init__(self, makeup: MakeUp) -> None:
        super().__init__(makeup.pk)
        self.makeup = makeup


class AlreadyDecided(Exception):
    """Somebody has decided, or changed, the request in the meantime; `makeup` is what it is."""

    def __init__(self, makeup: MakeUp) -> None:
        super().__init__(makeup.pk)
        self.makeup = makeup


class TakenBack(Exception):
    """The person has taken the request back in the meantime: it is not there any more."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is decided: certified or refused, by whom, and the words to the person."""

    certify: bool
    by: Person
    answer: str


@transaction.atomic
def ask(
    *, person: Person, day: date, side: Side, reason: str, deciders: Collection[int], now: datetime
) -> MakeUp:
    """Ask for a make-up and tell those who decide, or do neither.

    `deciders` are people. Raises NoShift and AskedAlready.
    """
    if not person.assignments.filter(day=day, starts_at__lte=now).exists():
        raise NoShift
    try:
        with transaction.atomic():
            makeup = MakeUp.objects.create(
                person=person,
                day=day,
                side=side,
                asked_at=now.replace(microsecond=0),
                reason=reason,
            )
    except IntegrityError:
        raise AskedAlready(MakeUp.objects.get(person=person, day=day, side=side)) from None
    audit.record(
        actor=person.user,
        verb=ASKED,
        target=makeup,
        at=now,
        after={"day": day.isoformat(), "side": side},
    )
    params = {"name": person.name, "day": day.isoformat(), "side": str(side)}
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"makeup:{makeup.pk}:asked",
                kind=ASKED,
                params=params,
                subject=f"makeup:{makeup.pk}",
            )
            for user in roster.user_ids(deciders).values()
        ],
        now=now,
    )
    return makeup


@transaction.atomic
def decide(*, makeup_id: int, version: int, decision: Decision, now: datetime) -> MakeUp:
    """Certify or refuse an open request, audit it and tell the person, or do nothing.

    Raises AlreadyDecided where it is not open any more or not the version that was read, and
    TakenBack where it is gone.
    """
    state = MakeUpState.CERTIFIED if decision.certify else MakeUpState.REFUSED
    claimed = (
        MakeUp.objects.undecided()
        .filter(pk=makeup_id, version=version)
        .update(
            state=state,
            certified_by=decision.by,
            decided_at=now,
            decided_by=decision.by.user,
            answer=decision.answer,
            version=version + 1,
        )
    )
    makeup = MakeUp.objects.select_related("person", "certified_by").filter(pk=makeup_id).first()
    if makeup is None:
        raise TakenBack
    if not claimed:
        raise AlreadyDecided(makeup)
    audit.record(
        actor=decision.by.user,
        verb="makeup.certified" if decision.certify else "makeup.refused",
        target=makeup,
        at=now,
        after={"person": makeup.person_id, "day": makeup.day.isoformat(), "side": makeup.side},
    )
    notices.settle(f"makeup:{makeup_id}", now=now)
    _tell(makeup, decision, now=now)
    return makeup


def _tell(makeup: MakeUp, decision: Decision, *, now: datetime) -> None:
    if makeup.person.user_id is None:
        return
    notices.send(
        [
            notices.Draft(
                receiver_id=makeup.person.user_id,
                key=f"makeup:{makeup.pk}:decided:{makeup.version}",
                kind=DECIDED,
                params={
                    "day": makeup.day.isoformat(),
                    "side": makeup.side,
                    "certified": decision.certify,
                    "by": decision.by.name,
                },
            )
        ],
        now=now,
    )


@transaction.atomic
def withdraw(*, person: Person, makeup_id: int, now: datetime) -> None:
    """Take one's own open request back. Raises AlreadyDecided, and TakenBack the second time."""
    makeup = MakeUp.objects.filter(pk=makeup_id, person=person).first()
    if makeup is None:
        raise TakenBack
    gone, _rows = MakeUp.objects.undecided().filter(pk=makeup_id, person=person).delete()
    if not gone:
        makeup = MakeUp.objects.select_related("certified_by").filter(pk=makeup_id).first()
        raise AlreadyDecided(makeup) if makeup else TakenBack
    audit.record(
        actor=person.user,
        verb="makeup.withdrawn",
        at=now,
        before={"person": person.pk, "day": makeup.day.isoformat(), "side": makeup.side},
    )
    notices.settle(f"makeup:{makeup_id}", now=now)
