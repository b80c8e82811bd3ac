"""From a line to the punch with its file, the make-up, the leave and the answers."""

from datetime import UTC, date, datetime

import pytest

from staff.attendance.enums import Side
from staff.incentives.queries.evidence import evidence_of
from staff.incentives.queries.months import settlement_of
from staff.incentives.services import disputes
from staff.models import Punch
from staff.people.enums import AbsenceKind
from tests.factories.leave import LeaveRequestFactory
from tests.factories.staff import AbsenceFactory, MakeUpFactory, RedPacketPaymentFactory
from tests.staff.attendance.record import at
from tests.staff.incentives.staging import OCTOBER, Office, published, settled, statement

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


def evidence(person, rule, nth=0):
    rows = [row for row in statement(person).lines if row.line.rule == rule]
    return evidence_of(settlement_of(OCTOBER), person.pk, rows[nth])


def test_a_fine_leads_to_its_punch_with_file_and_row(django_assert_max_num_queries):
    office = Office(late={8: 11})
    Punch.objects.filter(punched_at=at("2026-10-08 08:41")).update(
        file_name="打卡.csv", file_sha256="a" * 64, sheet="每日统计", row=17, column="K"
    )
    payment = RedPacketPaymentFactory(person=office.agent, day=date(2026, 10, 8))
    published(now=NOW)
    with django_assert_max_num_queries(13):
        found = evidence(office.agent, "ATT-2")
    assert (found.punch.file_name, found.punch.row, found.punch.column) == ("打卡.csv", 17, "K")
    assert found.planned_at == at("2026-10-08 08:30")
    assert [shift.shift_type.code for shift in found.shifts] == ["day"]
    assert (found.payment, found.policy.valid_from) == (payment, date(2020, 1, 1))
    assert found.confirmed_at == NOW
    doubled = evidence(office.agent, "ATT-11")
    assert doubled.punch == found.punch


def test_a_made_up_punch_leads_to_its_request():
    office = Office()
    for day in (5, 6, 7, 8):
        office.agent.punches.filter(punched_at=at(f"2026-10-0{day} 17:35")).delete()
        MakeUpFactory(person=office.agent, day=date(2026, 10, day), side=Side.OUT, certified=True)
    settled(now=NOW)
    found = evidence(office.agent, "ATT-13")
    assert (found.makeup.day, found.figures["number"]) == (date(2026, 10, 8), 4)
    assert found.makeup.certified_by
    assert (found.confirmed_by, found.confirmed_at, found.punch) == (None, None, None)


def test_absence_leads_to_its_days_and_shifts():
    office = Office(without=(8, 9))
    settled(now=NOW)
    found = evidence(office.agent, "ATT-8")
    assert found.days == [(date(2026, 10, 8), 2), (date(2026, 10, 9), 2)]
    assert [shift.day.day for shift in found.shifts] == [8, 9]


def test_leave_leads_to_its_request():
    office = Office(without=(8,))
    day = date(2026, 10, 8)
    asked = LeaveRequestFactory(
        person=office.agent, kind="PERSONAL", first_day=day, last_day=day, state="APPROVED",
        decided_by=office.deputy, decided_at=NOW,
    )  # fmt: skip
    AbsenceFactory(person=office.agent, day=day, kind=AbsenceKind.PERSONAL)
    settled(now=NOW)
    assert evidence(office.agent, "LEAVE-4").leave == [asked]
    rest = evidence(office.agent, "LEAVE-2")
    assert (rest.figures["entitled"], rest.figures["taken"]) == (4, 0)


def test_a_reversal_leads_to_the_line_and_back_and_to_the_answer():
    office = Office(late={8: 35})
    published(now=NOW)
    row = next(row for row in statement(office.agent).lines if row.line.rule == "ATT-6")
    made = disputes.dispute(
        OCTOBER, person=office.agent, line=row.named, reason="打卡机坏了", now=NOW
    )
    said = disputes.Answer(reverse=True, by=office.deputy, text="核实了")
    disputes.answer(made.pk, said=said, now=NOW)
    old, new = evidence(office.agent, "ATT-6"), evidence(office.agent, "ATT-6", 1)
    assert old.reversed_by.reverses_id == new.reverses.number == row.number
    assert [(each.reason, each.answer) for each in old.disputes] == [("打卡机坏了", "核实了")]
    assert new.confirmed_by == office.deputy.user
