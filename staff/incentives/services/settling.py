"""Settling a month: a draft that may be replaced, its publication, and what corrects it later.

Whatever is written takes one lock and one transaction: of two at once the second sees what the
first wrote. The portal computes ahead of the lock, so that its progress can be seen; what was
computed ahead counts only while the month stands on the same ground.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from portal import audit
from portal.models import User
from portal.period import Month
from staff.incentives.enums import DisputeState, MonthState
from staff.incentives.models import Dispute, DraftLine, Settlement
from staff.incentives.policies.corrections import Entry
from staff.incentives.policies.values import Numbers
from staff.incentives.queries.computing import Computation, Plan, Progress, plan_of
from staff.incentives.queries.facts import numbers_of
from staff.incentives.queries.statements import statements
from staff.incentives.services import ledger, telling
from staff.rulebook import queries as rulebook


class NotSettled(Exception):
    """Nobody has settled the month yet."""


class NotOver(Exception):
    """The month still runs, so it cannot be published."""


class AlreadyPublished(Exception):
    """The month is published already."""


class MonthClosed(Exception):
    """A closed month never changes (INC-6)."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: a draft's lines, or those that went into the ledger.

    `is_new` says that the month was published by it.
    """

    settlement: Settlement
    people: int
    lines: int
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a computation stands on besides the facts: months, the ledger's end, lines waived."""

    plan: Plan
    end: ledger.Tail
    waived: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """A month computed without the lock, and the ground on which that was done."""

    ground: Ground
    entries: Sequence[tuple[int, Entry]]


def locked(month: Month) -> Settlement:
    """Hold the lock of the ledger and return the month. Raises NotSettled."""
    ledger.hold()
    found = Settlement.objects.select_for_update().filter(month=month.first_day).first()
    if found is None:
        raise NotSettled(month)
    return found


def compute_ahead(
    month: Month, *, publishing: bool, now: datetime, progress: Progress | None = None
) -> Ahead:
    """Compute a month without holding anything and without writing.

    Raises what settling or publishing it would raise: MonthClosed, NoPolicy, and for publishing
    AlreadyPublished and NotOver.
    """
    settlement = Settlement.objects.filter(month=month.first_day).first()
    settlement = settlement or Settlement(month=month.first_day)
    if settlement.state == MonthState.CLOSED:
        raise MonthClosed(month)
    if publishing:
        _must_be_publishable(settlement, month, now=now)
    ground = _ground(settlement)
    return Ahead(ground, _computed(settlement, now=now, progress=progress))


@transaction.atomic
def settle(month: Month, *, actor: User | None, now: datetime, ahead: Ahead | None = None) -> Done:
    """Compute a month anew: a draft is replaced, a published month corrected by reversals.

    The same facts give the same lines, however often and in whatever order they came. Raises
    MonthClosed, and NoPolicy before the first version of the policy.
    """
    settlement = _held(month, actor=actor, now=now)
    entries = _entries(settlement, ahead, now=now)
    _note_computation(settlement, actor=actor, now=now)
    if settlement.state == MonthState.PUBLISHED:
        telling.corrected(settlement, [person for person, _entry in entries], now=now)
        return correct(settlement, entries, actor=actor, now=now)
    lines = ledger.replace_draft(settlement, entries)
    _warn(settlement, now=now)
    done = Done(settlement, _people(entries), lines)
    audit.record(
        actor=actor, verb="settlement.computed", target=settlement, at=now,
        after={"people": done.people, "lines": lines},
    )  # fmt: skip
    return done


@transaction.atomic
def publish(month: Month, *, actor: User | None, now: datetime, ahead: Ahead | None = None) -> Done:
    """Compute a month once more, write its lines into the ledger, and tell everybody.

    Raises AlreadyPublished, MonthClosed, NotOver and NoPolicy.
    """
    settlement = _held(month, actor=actor, now=now)
    _must_be_publishable(settlement, month, now=now)
    entries = _entries(settlement, ahead, now=now)
    _note_computation(settlement, actor=actor, now=now)
    DraftLine.objects.filter(settlement=settlement).delete()
    settlement.state, settlement.published_at = MonthState.PUBLISHED, now
    settlement.published_by = actor
    settlement.save(update_fields=["state", "published_at", "published_by"])
    end = ledger.append(settlement, entries, actor=actor, now=now)
    audit.record(
        actor=actor, verb="settlement.published", target=settlement, at=now,
        after=marked(settlement, end) | {"people": _people(entries), "lines": len(entries)},
    )  # fmt: skip
    telling.published(settlement, [person for person, _entry in entries], now=now)
    _warn(settlement, now=now)
    return Done(settlement, _people(entries), len(entries), is_new=True)


def correct(
    settlement: Settlement,
    entries: Sequence[tuple[int, Entry]],
    *,
    actor: User | None,
    now: datetime,
) -> Done:
    """Write reversals and new lines of a published month and audit them; the caller locks.

    A first signature is void then: what was signed has changed. Nothing new is no act.
    """
    if entries:
        if settlement.first_closer_id:
            settlement.first_closer = settlement.signed_at = None
            settlement.save(update_fields=["first_closer", "signed_at"])
        end = ledger.append(settlement, entries, actor=actor, now=now)
        audit.record(
            actor=actor, verb="settlement.corrected", target=settlement, at=now,
            after=marked(settlement, end) | {"people": _people(entries), "lines": len(entries)},
        )  # fmt: skip
    return Done(settlement, _people(entries), len(entries))


def compute_person(settlement: Settlement, person_id: int, *, now: datetime) -> list[Entry]:
    """Return one person's new entries of a month that is not closed."""
    found = computation_of(settlement, now=now).entries(only=[person_id])
    return [entry for _person, entries in found for entry in entries]


def computation_of(settlement: Settlement, *, now: datetime) -> Computation:
    """Return the month ready to be computed by the policy as it stands."""
    return Computation(plan=plan_of(settlement), numbers=numbers(), now=now)


def numbers() -> Numbers:
    """Return the numbers of all versions of the policy, read now."""
    return numbers_of(rulebook.versions())


def marked(settlement: Settlement, end: ledger.Tail) -> dict[str, object]:
    """Return what the audit log keeps of the ledger's end, for `manage.py verify`."""
    return {"month": str(settlement), "number": end.number, "digest": end.digest}


def _held(month: Month, *, actor: User | None, now: datetime) -> Settlement:
    """Hold the lock and return the month, made where it is new. Raises MonthClosed."""
    ledger.hold()
    settlement, _fresh = Settlement.objects.select_for_update().get_or_create(
        month=month.first_day, defaults={"computed_at": now, "computed_by": actor}
    )
    if settlement.state == MonthState.CLOSED:
        raise MonthClosed(month)
    return settlement


def _must_be_publishable(settlement: Settlement, month: Month, *, now: datetime) -> None:
    if settlement.state == MonthState.PUBLISHED:
        raise AlreadyPublished(month)
    if timezone.localdate(now) <= month.last_day:
        raise NotOver(month)


def _ground(settlement: Settlement) -> Ground:
    waived = Dispute.objects.filter(state=DisputeState.REVERSED)
    return Ground(plan_of(settlement), ledger.tail(), waived.count())


def _entries(
    settlement: Settlement, ahead: Ahead | None, *, now: datetime
) -> Sequence[tuple[int, Entry]]:
    """Return what was computed ahead while its ground still stands, else compute now."""
    if ahead is not None and ahead.ground == _ground(settlement):
        return ahead.entries
    return _computed(settlement, now=now, progress=None)


def _computed(
    settlement: Settlement, *, now: datetime, progress: Progress | None
) -> list[tuple[int, Entry]]:
    found = computation_of(settlement, now=now).entries(progress=progress)
    return [(person, entry) for person, entries in found for entry in entries]


def _note_computation(settlement: Settlement, *, actor: User | None, now: datetime) -> None:
    settlement.computed_at, settlement.computed_by = now, actor
    settlement.save(update_fields=["computed_at", "computed_by"])


def _warn(settlement: Settlement, *, now: datetime) -> None:
    """Warn of deductions that wage law may forbid (INC-9)."""
    found = statements(settlement)
    telling.much(settlement, [one.person_id for one in found if one.is_much], now=now)


def _people(entries: Sequence[tuple[int, Entry]]) -> int:
    return len({person for person, _entry in entries})
