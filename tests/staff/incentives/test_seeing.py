"""Warnings, sums, lists of disputes, and looks at the wages of others."""

from datetime import UTC, datetime

import pytest

from portal.models import AuditEntry, Notice
from staff.incentives.queries import disputes as lists
from staff.incentives.queries.months import settlement_of
from staff.incentives.queries.statements import seen_by, statements
from staff.incentives.queries.sums import sums_of
from staff.incentives.services import disputes, looking
from staff.people.access import scope_of
from staff.people.enums import Post
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    paid_person,
    published,
    settled,
    statement,
    works,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def scope(person):
    return scope_of(person.user, today=NOW.date())


def test_those_above_are_warned_of_high_deductions_once_a_state():
    office = Office(without=(8, 9))
    lead = paid_person(office.deputy, post=Post.LEAD)
    works(paid_person(lead), "2026-10", without=(8, 9))
    for _time in range(2):
        settled(now=NOW)
    told = Notice.objects.filter(kind="settlement.much")
    assert {row.receiver: row.params["count"] for row in told} == {
        office.deputy.user: 2, office.supervisor.user: 2,
    }  # fmt: skip
    published(now=NOW)
    assert told.all().count() == 4


def test_a_look_at_the_wages_of_somebody_else_is_written_down():
    office = Office()
    settled(now=NOW)
    month = settlement_of(OCTOBER)
    looking.look(month, person=office.agent, actor=office.agent.user, now=NOW)
    assert not AuditEntry.objects.filter(verb="statement.seen").exists()
    looking.look(month, person=office.agent, actor=office.deputy.user, now=NOW)
    entry = AuditEntry.objects.get(verb="statement.seen")
    assert (entry.actor, entry.target_id) == (office.deputy.user, str(office.agent.pk))


def test_sums_over_fewer_than_three_are_hidden():
    office = Office(late={8: 5})
    settled(now=NOW)
    month = settlement_of(OCTOBER)
    assert sums_of(seen_by(scope(office.deputy), month)) is None
    found = sums_of(statements(month))
    assert (found.people, found.base, found.payroll, found.owed, found.paid) == (
        3, 1800000, 1800000 + 3 * 38710, 2000, 0,
    )  # fmt: skip


def test_disputes_wait_for_those_above():
    office = Office(late={8: 11})
    published(now=NOW)
    month = settlement_of(OCTOBER)
    rows = {row.line.rule: row for row in statement(office.agent).lines}
    first = disputes.dispute(
        OCTOBER, person=office.agent, line=rows["ATT-2"].named, reason="x", now=NOW
    )
    rest = next(row for row in statement(office.deputy).lines if row.line.rule == "LEAVE-2")
    own = disputes.dispute(OCTOBER, person=office.deputy, line=rest.named, reason="x", now=NOW)
    assert lists.waiting(scope(office.agent)) == []
    assert lists.waiting(scope(office.deputy)) == [first]
    assert lists.waiting(scope(office.supervisor)) == [first, own]
    assert lists.of_person(month, office.agent.pk) == [first]
    ids = [office.agent.pk, office.deputy.pk]
    assert lists.confirmed(month, ids) == set()
    disputes.confirm(OCTOBER, person=office.agent, now=NOW)
    assert lists.confirmed(month, ids) == {office.agent.pk}
