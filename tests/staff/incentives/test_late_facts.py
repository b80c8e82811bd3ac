"""Whatever comes late for a closed month is seen, and nothing else makes a line."""

from datetime import UTC, date, datetime

import pytest

from portal.period import Month
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.policies.values import Record
from staff.incentives.policies.chain import facts_digest
from staff.incentives.policies.settling import settle
from staff.incentives.queries.computing import Computation, plan_of
from staff.incentives.queries.facts import Reading, chosen, numbers_of, people_of
from staff.incentives.services import settling
from staff.models import LedgerLine, MakeUp, Salary
from staff.people.enums import AbsenceKind, AbsenceState
from staff.rulebook import queries as rulebook
from tests.factories.staff import (
    AbsenceFactory,
    MakeUpFactory,
    RedPacketPaymentFactory,
)
from tests.staff.attendance.record import SHANGHAI
from tests.staff.incentives.book import Facts, facts_of, numbers
from tests.staff.incentives.staging import (
    OCTOBER,
    Office,
    bring_example,
    closed,
    lines,
    punch,
    settled,
    shift,
    works,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DECEMBER = datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
NOVEMBER = OCTOBER.next()
OWN = [("ATT-10", "11-30", 20000), ("LEAVE-2", "11-30", 40000)]
DAY = date(2026, 10, 8)
BACK = [("ATT-10", "10-31", -20000)]


def nothing(_office):
    return None


def late_punch(office):
    punch(office.agent, "2026-10-08 03:00")  # near no shift


def late_leave(office):
    AbsenceFactory(person=office.agent, day=DAY, kind=AbsenceKind.PERSONAL)


def late_salary(office):
    Salary.objects.filter(person=office.agent).update(base_fen=930000)


def late_shift(office):
    shift(office.agent, "2026-10-08", "evening", "18:30", "22:00")


def late_leaving(office):
    office.agent.left_on = date(2026, 11, 30)
    office.agent.save()


def lost_shift(office):
    office.agent.assignments.filter(day=DAY).delete()


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (nothing, OWN),
        (late_punch, OWN),
        (late_leaving, OWN),
        (lost_shift, OWN),
        (late_leave, [("LEAVE-4", "10-08", -19355), *BACK, *OWN]),
        (late_shift, [("ATT-7", "10-08", -96775), *BACK, *OWN]),
        (
            late_salary,
            [
                ("LEAVE-2", "10-31", -38710), ("LEAVE-2", "10-31", 60000),
                ("ORG-3", "10-31", -600000), ("ORG-3", "10-31", 930000),
                ("ATT-10", "11-30", 20000), ("LEAVE-2", "11-30", 62000),
            ],
        ),
    ],
)  # fmt: skip
def test_late_facts_make_lines_of_the_next_open_month(what, found):
    office = Office()
    works(office.agent, "2026-11")
    closed(office, now=NOW)
    what(office)
    settled(NOVEMBER, now=DECEMBER)
    assert lines(office.agent, NOVEMBER) == found
    settled(NOVEMBER, now=DECEMBER)
    assert lines(office.agent, NOVEMBER) == found
    settling.publish(NOVEMBER, actor=None, now=DECEMBER)
    count = LedgerLine.objects.count()
    settled(NOVEMBER, now=DECEMBER)
    assert (lines(office.agent, NOVEMBER), LedgerLine.objects.count()) == (found, count)


def test_a_certified_make_up_that_comes_late_takes_the_absence_back():
    office = Office()
    works(office.agent, "2026-11")
    office.agent.punches.filter(punched_at__date=DAY).last().delete()
    makeup = MakeUpFactory(person=office.agent, day=DAY, side=Side.OUT)
    closed(office, now=NOW)
    assert lines(office.agent)[0] == ("ATT-6", "10-08", -58065)
    MakeUp.objects.filter(pk=makeup.pk).update(
        state=MakeUpState.CERTIFIED, certified_by=office.deputy, decided_at=DECEMBER
    )
    settled(NOVEMBER, now=DECEMBER)
    assert lines(office.agent, NOVEMBER) == [
        ("ATT-6", "10-08", 58065), ("ATT-10", "10-31", 20000), *OWN,
    ]  # fmt: skip


def test_a_payment_that_was_in_time_takes_the_doubling_back():
    office = Office(late={8: 5})
    works(office.agent, "2026-11")
    closed(office, now=NOW)
    RedPacketPaymentFactory(
        person=office.agent, day=DAY, paid_at=datetime(2026, 10, 9, tzinfo=UTC),
        recorded_at=DECEMBER,
    )  # fmt: skip
    settled(NOVEMBER, now=DECEMBER)
    assert lines(office.agent, NOVEMBER) == [("ATT-11", "10-12", 1000), *OWN]


def test_leave_that_is_withdrawn_later_is_given_back():
    office = Office()
    works(office.agent, "2026-11")
    away = AbsenceFactory(person=office.agent, day=DAY, kind=AbsenceKind.PERSONAL)
    closed(office, now=NOW)
    away.state = AbsenceState.WITHDRAWN
    away.save()
    settled(NOVEMBER, now=DECEMBER)
    assert lines(office.agent, NOVEMBER) == [
        ("LEAVE-4", "10-08", 19355), ("ATT-10", "10-31", 20000), *OWN,
    ]  # fmt: skip


def test_only_those_whose_facts_have_changed_are_judged_again():
    office = Office()
    closed(office, now=NOW)
    late_leave(office)
    people = people_of([OCTOBER, NOVEMBER])
    computation = Computation(
        plan=plan_of(settling.Settlement(month=NOVEMBER.first_day)),
        numbers=settling.numbers(),
        now=DECEMBER,
    )
    reading = Reading(people, computation.plan.months)
    facts = {
        (one.pk, month.first_day): reading.facts(one, month)
        for one in people
        for month in computation.plan.months
    }
    touched = computation._touched([one.pk for one in people], facts, {})  # noqa: SLF001 -- what is measured
    assert touched == {(office.agent.pk, OCTOBER.first_day)}


# --- the window that is read --------------------------------------------------------------------


def test_what_is_read_comes_to_the_same_as_the_whole_record(tmp_path):
    """Two weeks of the month before are enough, but for make-ups that have to be numbered."""
    bring_example(tmp_path)
    real = numbers_of(rulebook.versions())
    for month in (Month(2026, 8), Month(2026, 9)):
        people = people_of([month])
        alone = Reading(people, [month])
        among = Reading(people, [month.previous(), month, month.next()])
        whole = {row["number"]: facts for row, facts in facts_of(month)}
        for one in people:
            read = alone.facts(one, month)
            assert facts_digest(read, ()) == facts_digest(among.facts(one, month), ())
            expected = settle(whole[one.number], numbers=numbers(), zone=SHANGHAI, now=DECEMBER)
            found = settle(read, numbers=real, zone=SHANGHAI, now=DECEMBER)
            assert [line.says for line in found.lines] == [line.says for line in expected.lines]


def test_make_ups_of_the_month_before_are_numbered_from_its_first_day():
    office = Office("2026-09")
    works(office.agent, "2026-10")
    for day in (1, 2, 3, 29):  # the fourth costs, and is doubled in October
        moment = f"2026-09-{day:02}"
        office.agent.punches.filter(punched_at__date=date.fromisoformat(moment)).order_by(
            "punched_at"
        ).last().delete()
        MakeUpFactory(
            person=office.agent, day=date.fromisoformat(moment), side=Side.OUT, certified=True
        )
    settled(now=NOW)
    assert lines(office.agent)[0] == ("ATT-11", "10-05", -1000)


def test_a_digest_of_facts_knows_no_order_and_every_fact():
    office = Office(late={8: 5})
    (someone,) = chosen([office.agent.pk])
    facts = Reading([someone], [OCTOBER]).facts(someone, OCTOBER)
    record = facts.record
    turned = Record(record.shifts[::-1], record.punches[::-1], record.makeups, record.away)
    parts = {
        "month": facts.month, "hired_on": facts.hired_on, "left_on": None, "base": facts.base,
        "record": record,
    }  # fmt: skip
    digest = facts_digest(facts, ())
    assert facts_digest(Facts(**parts | {"record": turned}), ()) == digest
    others = [
        facts_digest(Facts(**parts | {"base": 1}), ()),
        facts_digest(Facts(**parts | {"left_on": DAY}), ()),
        facts_digest(Facts(**parts | {"record": Record(record.shifts, record.punches[1:])}), ()),
        facts_digest(Facts(**parts | {"record": Record(record.shifts[1:], record.punches)}), ()),
        facts_digest(facts, [("ATT-1", DAY, "IN", DAY, 0)]),
    ]
    assert len({digest, *others}) == 6
