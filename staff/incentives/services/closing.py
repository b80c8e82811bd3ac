"""Closing a month: two signatures of different persons, after the time for disputes (INC-6)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal import audit
from portal.models import User
from portal.period import Month
from staff.incentives import access
from staff.incentives.enums import MonthState
from staff.incentives.models import Settlement
from staff.incentives.queries.months import disputable_until
from staff.incentives.services.settling import MonthClosed, locked
from staff.people.models import Person


class NotPublished(Exception):
    """A draft cannot be closed."""


class TimeForDisputes(Exception):
    """Lines can still be disputed; `until` is the first moment at which they cannot."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class OpenDisputes(Exception):
    """Disputes wait for an answer; `count` of them."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class SamePerson(Exception):
    """Two different persons close a month."""


class MayNotClose(Exception):
    """Only deputies and supervisors close a month; `person` is neither."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.pk)
        self.person = person


@transaction.atomic
def sign(month: Month, *, person: Person, actor: User | None, now: datetime) -> Settlement:
    """Sign a month: the first signature is noted, the second, by somebody else, closes it.

    Raises NotSettled, NotPublished, MonthClosed, TimeForDisputes, OpenDisputes, MayNotClose and
    SamePerson.
    """
    settlement = _closable(month, now=now)
    _must_close(person, now=now)
    if settlement.first_closer_id == person.pk:
        raise SamePerson
    if settlement.first_closer_id is None:
        _sign_first(settlement, person, actor=actor, now=now)
    else:
        _close(settlement, person, actor=actor, now=now)
    return settlement


@transaction.atomic
def close(
    month: Month, *, by: Person, also_by: Person, actor: User | None, now: datetime
) -> Settlement:
    """Close a month in the name of two persons at once; raises what `sign` does."""
    settlement = _closable(month, now=now)
    if by.pk == also_by.pk:
        raise SamePerson
    for person in (by, also_by):
        _must_close(person, now=now)
    _sign_first(settlement, by, actor=actor, now=now)
    _close(settlement, also_by, actor=actor, now=now)
    return settlement


def _closable(month: Month, *, now: datetime) -> Settlement:
    settlement = locked(month)
    if settlement.state == MonthState.CLOSED:
        raise MonthClosed(month)
    if settlement.state == MonthState.DRAFT:
        raise NotPublished(month)
    until = disputable_until(settlement)
    if now < until:
        raise TimeForDisputes(until)
    waiting = settlement.disputes.open().count()
    if waiting:
        raise OpenDisputes(waiting)
    return settlement


def _must_close(person: Person, *, now: datetime) -> None:
    if not access.can_close(person, today=timezone.localdate(now)):
        raise MayNotClose(person)


def _sign_first(
    settlement: Settlement, person: Person, *, actor: User | None, now: datetime
) -> None:
    settlement.first_closer, settlement.signed_at = person, now
    settlement.save(update_fields=["first_closer", "signed_at"])
    audit.record(
        actor=actor, verb="settlement.signed", target=settlement, at=now,
        after={"by": person.number},
    )  # fmt: skip


def _close(settlement: Settlement, person: Person, *, actor: User | None, now: datetime) -> None:
    settlement.state = MonthState.CLOSED
    settlement.second_closer, settlement.closed_at = person, now
    settlement.save(update_fields=["state", "second_closer", "closed_at"])
    audit.record(
        actor=actor, verb="settlement.closed", target=settlement, at=now,
        after={"and": person.number},
    )  # fmt: skip
