"""Objecting to a line of the own statement, the answer, and confirming the statement (INC-6)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from portal import audit
from portal.period import Month
from staff.incentives.enums import DisputeState, MonthState
from staff.incentives.models import Confirmation, Dispute, Settlement
from staff.incentives.policies.limits import LIMITED
from staff.incentives.policies.values import BASE
from staff.incentives.queries import months
from staff.incentives.queries.statements import Disputed, disputable_lines
from staff.incentives.services import ledger, telling
from staff.incentives.services.settling import (
    MonthClosed,
    compute_person,
    correct,
    locked,
)
from staff.people.models import Person


class TooLate(Exception):
    """The time for disputes has run; `until` is the first moment after it."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class NoSuchLine(Exception):
    """The statement has no such line, or it was taken back meanwhile."""


class AlreadyDisputed(Exception):
    """The line is disputed and waits for an answer."""


class AlreadyAnswered(Exception):
    """Somebody has answered the dispute; `dispute` is what it is."""

    def __init__(self, dispute: Dispute) -> None:
        super().__init__(dispute.pk)
        self.dispute = dispute


class NotToBeWaived(Exception):
    """The base salary, and what the limits give back, follow from other facts; correct those."""


class NotPublished(Exception):
    """Only a published statement is confirmed."""


class OwnDispute(Exception):
    """Nobody answers their own dispute."""


@transaction.atomic
def dispute(month: Month, *, person: Person, line: Disputed, reason: str, now: datetime) -> Dispute:
    """Object to a line of one's own statement, drafted or published, and ask for an answer.

    Raises NotSettled, MonthClosed, TooLate, NoSuchLine and AlreadyDisputed.
    """
    settlement = locked(month)
    if settlement.state == MonthState.CLOSED:
        raise MonthClosed(month)
    if settlement.state == MonthState.PUBLISHED and now >= months.disputable_until(settlement):
        raise TooLate(months.disputable_until(settlement))
    if line not in disputable_lines(settlement, person.pk):
        raise NoSuchLine
    try:
        with transaction.atomic():
            made = Dispute.objects.create(
                settlement=settlement, person=person, reason=reason, raised_at=now,
                **line._asdict(),
            )  # fmt: skip
    except IntegrityError:
        raise AlreadyDisputed from None
    audit.record(
        actor=person.user, verb="dispute.raised", target=made, at=now,
        after={"month": str(settlement), "rule": line.rule, "day": line.day.isoformat()},
    )  # fmt: skip
    telling.raised(made, now=now)
    return made


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is answered: the line is taken back or stands, by whom, and the words for it."""

    reverse: bool
    by: Person
    text: str


@transaction.atomic
def answer(dispute_id: int, *, said: Answer, now: datetime) -> Dispute:
    """Answer an open dispute, and take the line back where the answer says so.

    A draft is computed anew without it, a published month gets the reversal, in one transaction
    with the answer. Raises AlreadyAnswered, OwnDispute, NotToBeWaived and MonthClosed.
    """
    ledger.hold()
    found = Dispute.objects.select_related("settlement", "person").get(pk=dispute_id)
    if found.state != DisputeState.OPEN:
        raise AlreadyAnswered(found)
    if said.by.pk == found.person_id:
        raise OwnDispute
    if said.reverse and found.rule in {BASE, LIMITED}:
        raise NotToBeWaived
    settlement = Settlement.objects.select_for_update().get(pk=found.settlement_id)
    if settlement.state == MonthState.CLOSED:
        raise MonthClosed(settlement)
    found.state = DisputeState.REVERSED if said.reverse else DisputeState.UPHELD
    found.answer, found.answered_by, found.answered_at = said.text, said.by, now
    found.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    audit.record(
        actor=said.by.user,
        verb="dispute.upheld" if not said.reverse else "dispute.granted",
        target=found, at=now,
        after={"month": str(settlement), "person": found.person_id},
    )  # fmt: skip
    if said.reverse:
        _take_back(settlement, found, said, now=now)
    telling.answered(found, now=now)
    return found


def _take_back(settlement: Settlement, found: Dispute, said: Answer, *, now: datetime) -> None:
    person = found.person_id
    entries = [(person, entry) for entry in compute_person(settlement, person, now=now)]
    if settlement.state == MonthState.DRAFT:
        ledger.replace_draft(settlement, entries, only=person)
    else:
        correct(settlement, entries, actor=said.by.user, now=now)


@transaction.atomic
def confirm(month: Month, *, person: Person, now: datetime) -> Confirmation:
    """Confirm one's own published statement; once more is no act.

    Raises NotSettled, NotPublished and MonthClosed.
    """
    settlement = locked(month)
    if settlement.state == MonthState.CLOSED:
        raise MonthClosed(month)
    if settlement.state == MonthState.DRAFT:
        raise NotPublished
    found, is_new = Confirmation.objects.get_or_create(
        settlement=settlement, person=person, defaults={"confirmed_at": now}
    )
    if is_new:
        audit.record(
            actor=person.user, verb="statement.confirmed", target=settlement, at=now,
            after={"person": person.pk},
        )  # fmt: skip
    return found
