"""Drafts, publication, corrections and what comes late, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.models import AuditEntry, Notice
from portal.period import Month
from staff.incentives.enums import MonthState
from staff.incentives.queries.computing import Computation, plan_of
from staff.incentives.queries.months import settlement_of
from staff.incentives.queries.statements import statements
from staff.incentives.services import settling
from staff.models import DraftLine, LedgerLine, Salary, Settlement
from staff.people.enums import AbsenceKind
from tests.factories.staff import (
    AbsenceFactory,
    PolicyFactory,
    RedPacketPaymentFactory,
    SalaryFactory,
)
from tests.staff.attendance.record import at
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    closed,
    lines,
    paid_person,
    published,
    punch,
    settled,
    statement,
    works,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
NOVEMBER = Month(2026, 11)
DECEMBER = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
REST = ("LEAVE-2", "10-31", 38710)
BONUS = ("ATT-10", "10-31", 20000)


def test_a_faultless_month_is_base_bonus_and_rest_days():
    office = Office()
    done = settled(now=NOW)
    assert lines(office.agent) == [BONUS, REST]
    found = statement(office.agent)
    assert (found.base, found.wage, found.total, found.days_employed) == (600000, 19355, 658710, 31)
    assert (done.people, done.lines) == (3, 7)
    assert LedgerLine.objects.count() == 0
    assert AuditEntry.objects.get(verb="settlement.computed").after == {"people": 3, "lines": 7}


def test_a_draft_follows_the_facts_and_writes_nothing_else():
    office = Office()
    settled(now=NOW)
    before = list(DraftLine.objects.values_list("person", "rule", "day", "amount_fen", "evidence"))
    settled(now=NOW)
    fields = ("person", "rule", "day", "amount_fen", "evidence")
    assert list(DraftLine.objects.values_list(*fields)) == before
    AbsenceFactory(person=office.agent, day=date(2026, 10, 8), kind=AbsenceKind.PERSONAL)
    settled(now=NOW)
    assert lines(office.agent) == [("LEAVE-4", "10-08", -19355), REST]


def test_three_days_of_absence_forfeit_the_month_and_leave_the_account():
    office = Office(without=(8, 9, 20))
    settled(now=NOW)
    found = statement(office.agent)
    assert lines(office.agent) == [("ATT-9", "10-20", -600000)]
    assert (found.total, found.flags, found.is_much) == (0, ["dismissal_proposed"], True)
    office.agent.user.refresh_from_db()
    assert office.agent.user.is_active


def test_two_days_of_absence_are_criticised_in_public():
    office = Office(without=(8, 9))
    settled(now=NOW)
    assert lines(office.agent)[0] == ("ATT-8", "10-09", -193550)
    assert statement(office.agent).flags == ["notice_of_criticism"]


def test_who_joins_within_the_month_is_paid_for_these_days():
    office = Office()
    joined = paid_person(office.deputy, hired_on=date(2026, 10, 16))
    settled(now=NOW)
    found = statement(joined)
    assert (found.days_employed, found.base) == (16, 309680)
    assert lines(joined) == [("LEAVE-2", "10-31", 19355)]


def test_a_doubling_of_who_has_left_makes_a_statement_without_a_base():
    office = Office()
    gone = paid_person(office.deputy, left_on=date(2026, 10, 31))
    works(gone, "2026-10", late={30: 5})
    settled(NOVEMBER, now=DECEMBER)
    found = statement(gone, NOVEMBER)
    assert lines(gone, NOVEMBER) == [("ATT-11", "11-02", -1000)]
    assert (found.number, found.days_employed, found.base, found.owed) == (gone.number, 0, 0, 1000)
    stranger = paid_person(office.deputy, left_on=date(2026, 9, 30))
    settled(NOVEMBER, now=DECEMBER)
    assert statement(stranger, NOVEMBER) is None


def test_a_month_takes_the_salary_that_held_in_it():
    office = Office()
    SalaryFactory(person=office.agent, base_fen=700000, valid_from=date(2026, 11, 1))
    SalaryFactory(person=office.agent, base_fen=310000, valid_from=date(2026, 10, 1))
    settled(now=NOW)
    assert statement(office.agent).base == 310000


def test_publication_writes_the_ledger_and_tells_everybody_once():
    office = Office(late={8: 11})
    settled(now=NOW)
    drafted = lines(office.agent)
    published(now=NOW)
    assert lines(office.agent) == drafted
    assert DraftLine.objects.count() == 0
    numbers = list(LedgerLine.objects.values_list("number", flat=True).order_by("number"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert {row.receiver for row in Notice.objects.filter(kind="statement.published")} == {
        office.agent.user, office.deputy.user, office.supervisor.user,
    }  # fmt: skip
    mark = AuditEntry.objects.get(verb="settlement.published").after
    last = LedgerLine.objects.get(number=numbers[-1])
    assert (mark["number"], mark["digest"], mark["month"]) == (numbers[-1], last.digest, "2026-10")
    with pytest.raises(settling.AlreadyPublished):
        published(now=NOW)


def test_a_month_is_published_when_it_is_over():
    Office()
    for moment in ("2026-10-31 23:59", "2026-10-10 12:00"):
        with pytest.raises(settling.NotOver):
            published(now=at(moment))
    published(now=at("2026-11-01 00:00"))


def test_a_published_month_is_corrected_by_reversals_and_only_what_differs():
    office = Office(late={8: 11, 9: 3})
    published(now=NOW)
    count = LedgerLine.objects.count()
    settled(now=NOW)
    assert LedgerLine.objects.count() == count
    punch(office.agent, "2026-10-08 08:33")  # he was there at 08:33 after all
    done = settled(now=NOW)
    assert done.lines == LedgerLine.objects.count() - count == 4
    old = LedgerLine.objects.get(rule="ATT-2", reverses=None)
    back = LedgerLine.objects.get(reverses=old)
    assert (back.rule, back.day, back.amount_fen) == ("ATT-2", old.day, 2000)
    assert lines(office.agent) == [
        ("ATT-1", "10-08", -1000),
        ("ATT-2", "10-08", -2000),
        ("ATT-2", "10-08", 2000),
        ("ATT-1", "10-09", -1000),
        ("ATT-11", "10-12", -2000),
        ("ATT-11", "10-12", 2000),
        ("ATT-11", "10-12", -1000),
        ("ATT-11", "10-12", -1000),
        REST,
    ]
    assert statement(office.agent).owed == 4000
    assert [row.line.rule for row in statement(office.agent).own if row.stands].count("ATT-1") == 2
    told = Notice.objects.get(kind="statement.corrected")
    assert told.receiver == office.agent.user


def test_a_corrected_salary_changes_the_base_of_a_published_month():
    office = Office()
    published(now=NOW)
    Salary.objects.filter(person=office.agent).update(base_fen=620000)
    settled(now=NOW)
    found = statement(office.agent)
    assert (found.base, found.wage, found.total) == (620000, 20000, 620000 + 20000 + 40000)
    assert lines(office.agent) == [BONUS, REST, ("LEAVE-2", "10-31", -38710),
                                   ("LEAVE-2", "10-31", 40000)]  # fmt: skip


def test_a_payment_is_read_and_never_written_on_a_line():
    office = Office(late={8: 5})
    published(now=NOW)
    assert (statement(office.agent).owed, statement(office.agent).paid) == (2000, 0)
    RedPacketPaymentFactory(
        person=office.agent, day=date(2026, 10, 8), paid_at=NOW, recorded_at=NOW
    )
    assert (statement(office.agent).owed, statement(office.agent).paid) == (0, 2000)
    assert statement(office.agent).total == 600000 + 38710


def test_a_payment_counts_for_a_closed_month_if_it_was_known_at_closing():
    office = Office(late={8: 5, 15: 5})
    in_time, late = NOW + timedelta(days=6), NOW + timedelta(days=8)
    closed(office, now=NOW)
    RedPacketPaymentFactory(person=office.agent, day=date(2026, 10, 8), recorded_at=in_time)
    RedPacketPaymentFactory(person=office.agent, day=date(2026, 10, 15), recorded_at=late)
    found = statement(office.agent)
    assert (found.owed, found.paid) == (2000, 2000)


def test_what_comes_late_for_a_closed_month_lands_in_the_next_open_one_with_a_reference():
    office = Office(late={8: 35})
    works(office.agent, "2026-11")
    closed(office, now=NOW)
    assert lines(office.agent) == [("ATT-6", "10-08", -58065), REST]
    before = list(LedgerLine.objects.order_by("number").values())
    punch(office.agent, "2026-10-08 08:29")
    with pytest.raises(settling.MonthClosed):
        settled(now=DECEMBER)
    settled(NOVEMBER, now=DECEMBER)
    closed_line = LedgerLine.objects.get(rule="ATT-6")
    found = statement(office.agent, NOVEMBER)
    rows = found.lines
    assert [(row.line.rule, row.line.amount, row.about.month) for row in rows] == [
        ("ATT-6", 58065, 10),
        ("ATT-10", 20000, 10),
        ("ATT-10", 20000, 11),
        ("LEAVE-2", 40000, 11),
    ]
    assert [row.reverses for row in rows] == [closed_line.number, None, None, None]
    assert found.total == 600000 + 20000 + 58065 + 20000 + 40000
    published(NOVEMBER, now=DECEMBER)
    assert list(LedgerLine.objects.order_by("number").values())[: len(before)] == before
    assert LedgerLine.objects.get(reverses=closed_line).settlement.month == NOVEMBER.first_day
    count = LedgerLine.objects.count()
    settled(NOVEMBER, now=DECEMBER)
    assert LedgerLine.objects.count() == count
    assert lines(office.agent) == [("ATT-6", "10-08", -58065), REST]


def test_what_comes_late_twice_is_counted_from_what_stands():
    office = Office(late={8: 35})
    works(office.agent, "2026-11")
    closed(office, now=NOW)
    punch(office.agent, "2026-10-08 08:41")
    closed(office, NOVEMBER, now=DECEMBER)
    punch(office.agent, "2026-10-08 08:29")
    january = datetime(2027, 1, 4, 4, 0, tzinfo=UTC)
    settled(Month(2026, 12), now=january)
    found = {
        (row.line.rule, row.line.amount, row.about.month)
        for row in statement(office.agent, Month(2026, 12)).lines
    }
    assert found == {
        ("ATT-2", 2000, 10),  # the red packet that came late is taken back
        ("ATT-11", 2000, 10),
        ("ATT-10", 20000, 10),
        ("LEAVE-2", 38710, 12),
    }


def test_what_is_late_waits_for_the_first_month_that_is_not_closed():
    office = Office(late={8: 35})
    closed(office, now=NOW)
    punch(office.agent, "2026-10-08 08:29")
    settled(Month(2026, 12), now=datetime(2027, 1, 4, 4, 0, tzinfo=UTC))
    assert {row.about.month for row in statement(office.agent, Month(2026, 12)).lines} == {12}


def test_a_cap_gives_back_in_one_line_and_the_total_adds_up():
    PolicyFactory(valid_from=date(2021, 1, 1), deduction_cap_percent=20)
    office = Office(without=(8, 9))
    settled(now=NOW)
    found = statement(office.agent)
    assert [row.line.rule for row in found.lines] == ["ATT-8", "INC-9", "LEAVE-2"]
    pay = 600000 + 38710
    assert found.total == pay - pay * 20 // 100
    assert not found.is_much


def test_a_policy_from_november_leaves_the_bytes_of_october():
    Office(late={8: 11}, without=(20,))
    settled(now=NOW)
    fields = ("person", "rule", "policy", "day", "amount_fen", "evidence")
    before = list(DraftLine.objects.values_list(*fields))
    PolicyFactory(valid_from=date(2026, 11, 1), late_2_fen=99_00, absence_2_wage_days=9)
    settled(now=NOW)
    assert list(DraftLine.objects.values_list(*fields)) == before


def test_people_are_read_in_batches_and_queries_do_not_grow(monkeypatch):
    office = Office()
    counts = []
    for batch in (125, 125, 125, 3):
        monkeypatch.setattr("staff.incentives.queries.facts.PEOPLE_AT_ONCE", batch)
        with CaptureQueriesContext(connection) as caught:
            settled(now=NOW)
        counts.append(len(caught))
        for _n in range(3):
            works(paid_person(office.deputy), "2026-10")
    _first, again, more, batches = counts
    assert again == more <= 22
    assert batches <= more + 3 * 7 + 1  # four batches of three: seven queries each


def test_a_statement_costs_few_queries(django_assert_num_queries):
    office = Office(late={8: 5})
    published(now=NOW)
    settlement = settlement_of(OCTOBER)
    with django_assert_num_queries(4):
        assert len(statements(settlement)) == 3
    with django_assert_num_queries(5):
        assert statement(office.agent)


def test_a_computation_writes_nothing_and_tells_how_far_it_is():
    Office()
    settlement = Settlement(month=OCTOBER.first_day, state=MonthState.DRAFT)
    told = []
    computation = Computation(plan=plan_of(settlement), numbers=settling.numbers(), now=NOW)
    found = list(computation.entries(progress=lambda done, of: told.append((done, of))))
    assert len(found) == 3
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert not DraftLine.objects.exists()
