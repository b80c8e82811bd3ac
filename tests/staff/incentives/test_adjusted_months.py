"""A decided amount becomes a line once, and is taken back where its decision is (INC-1, INC-4)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.money import Fen
from portal.period import Month
from staff.incentives.models import LedgerLine
from staff.incentives.services import adjustments
from tests.factories.staff import PersonFactory
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    closed,
    lines,
    published,
    settled,
    statement,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
NOVEMBER = Month(2026, 11)
REST = ("LEAVE-2", "10-31", 38710)
BONUS = ("ATT-10", "10-31", 20000)
FREIGHT = ("INC-4", "10-20", -1200)


def decide(person, *, by, source="liability:1:1", amount=-1200, rule="INC-4"):
    adjustments.decide(
        amounts=[
            adjustments.Amount(
                source=source, person_id=person.pk, rule=rule, day=date(2026, 10, 20),
                amount=Fen(amount), reason="重发运费",
            )
        ],
        by=by, now=NOW,
    )  # fmt: skip


def overturn(*, by, source="liability:1:1"):
    adjustments.withdraw(sources=[source], by=by, because="改判", now=NOW)


def test_a_draft_has_the_line_and_its_decision_as_evidence():
    office = Office()
    decide(office.agent, by=office.supervisor)
    decide(office.agent, by=office.supervisor, source="target:3:1", amount=20000, rule="INC-2")
    settled(now=NOW)
    settled(now=NOW)
    assert lines(office.agent) == [("INC-2", "10-20", 20000), FREIGHT, BONUS, REST]
    found = statement(office.agent)
    assert found.total == 658710 + 20000 - 1200
    assert found.lines[1].line.evidence == {"decision": "liability:1:1"}
    overturn(by=office.supervisor)
    settled(now=NOW)
    assert FREIGHT not in lines(office.agent)


def test_published_it_is_reversed_once_where_the_decision_is_overturned():
    office = Office()
    decide(office.agent, by=office.supervisor)
    published(now=NOW)
    overturn(by=office.supervisor)
    for _again in range(2):
        settled(now=NOW)
    rows = LedgerLine.objects.filter(rule="INC-4").order_by("number")
    assert [(row.amount_fen, row.reverses) for row in rows] == [(-1200, None), (1200, rows[0])]
    assert statement(office.agent).total == 658710


def test_decided_after_publication_it_comes_once():
    office = Office()
    published(now=NOW)
    decide(office.agent, by=office.supervisor)
    for _again in range(2):
        settled(now=NOW)
    assert LedgerLine.objects.filter(rule="INC-4").count() == 1
    assert statement(office.agent).total == 658710 - 1200


def test_what_is_overturned_after_closing_comes_back_in_the_next_month():
    office = Office()
    decide(office.agent, by=office.supervisor)
    closed(office, now=NOW)
    overturn(by=office.supervisor)
    for _again in range(2):
        settled(NOVEMBER, now=DECEMBER)
    found = [line for line in lines(office.agent, NOVEMBER) if line[0] == "INC-4"]
    assert found == [("INC-4", "10-20", 1200)]
    assert LedgerLine.objects.filter(settlement__month=OCTOBER.first_day, rule="INC-4").count() == 1


def test_decided_for_a_closed_month_it_lands_in_the_next_one():
    office = Office()
    closed(office, now=NOW)
    decide(office.agent, by=office.supervisor)
    settled(NOVEMBER, now=DECEMBER)
    assert FREIGHT in lines(office.agent, NOVEMBER)


def test_whoever_had_left_before_still_has_the_line_and_pays_nothing():
    office = Office()
    gone = PersonFactory(left_on=date(2026, 8, 31))
    decide(gone, by=office.supervisor)
    settled(now=NOW)
    assert lines(gone) == [FREIGHT, ("INC-9", "10-31", 1200)]
    assert statement(gone).total == 0


def test_forfeited_wages_take_the_place_of_decided_amounts():
    office = Office(without=(5, 6, 7))
    decide(office.agent, by=office.supervisor)
    settled(now=NOW + timedelta(days=1))
    assert lines(office.agent) == [("ATT-9", "10-07", -600000)]
