"""One's own month and day, and the web punch."""

from datetime import date, timedelta

import pytest
import time_machine

from staff.attendance.models import Punch
from staff.people.enums import AbsenceKind, AbsenceState
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    MakeUpFactory,
    PunchFactory,
    RedPacketPaymentFactory,
)
from tests.staff.attendance.record import at
from tests.staff.attendance.views.steps import DAY, HOSTILE, NOW
from tests.staff.browser import as_, page, said, send

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("them")
def test_my_month_says_why_in_words(client):
    shown = page(client, "attendance")
    assert "In at 08:41 for 08:30: 11 min late, red packet of 20.00 yuan (ATT-2)." in shown
    assert "Out at 17:37 for 17:30: 7 min extended, no fault (SHIFT-3)." in shown
    assert "No punch-out for 17:30, and not made up: 0.5 days of absence (ATT-13)." in shown
    assert "day=2026-11-03&amp;side=OUT" in shown


def test_my_month_shows_leave_strays_and_what_is_not_judged(client, them):
    AbsenceFactory(person=them.agent, day=date(2026, 11, 4))
    PunchFactory(person=them.agent, punched_at=at("2026-11-04 03:00:07"))
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 5))
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 6))
    shown = page(client, "attendance")
    assert "rest day (whole day)" in shown
    assert "Punch at 03:00:07 near no shift, without consequence." in shown
    assert "Not judged before" in shown
    assert "2026-11-06" not in shown
    assert page(client, "attendance", month="2026-10") != shown
    assert "Nothing in this month." in page(client, "attendance", month="2026-09")


def test_a_late_punch_is_seen_at_once_and_judged_later(client, them):
    AssignmentFactory(person=them.agent, team=them.team, day=date(2026, 11, 5))
    PunchFactory(person=them.agent, punched_at=at("2026-11-05 08:43:10"))
    shown = page(client, "attendance")
    assert "Clocked in at 08:43, 13 min after 08:30." in shown
    assert "13 min late" in shown
    assert "Not judged before" in shown


def test_leave_beyond_the_years_is_said(client, them):
    for n in range(31):
        AbsenceFactory(
            person=them.agent, day=date(2026, 10, 1) + timedelta(days=n), kind=AbsenceKind.PERSONAL
        )
    shown = page(client, "attendance", month="2026-10")
    assert "Beyond the leave of the year: 1 days count as absence (LEAVE-6)." in shown


def test_the_month_of_others_is_for_those_above(client, them):
    assert "11 min late" in page(as_(client, them.lead), "attendance_person", them.agent.number)
    page(as_(client, them.mate), "attendance_person", them.agent.number, status=404)
    page(as_(client, them.other_lead), "attendance_person", them.agent.number, status=404)
    page(as_(client, them.lead), "attendance_person", them.deputy.number, status=404)


def test_the_day_shows_every_punch_with_its_source(client, them):
    PunchFactory(
        person=them.agent,
        punched_at=at("2026-11-02 08:44:59"),
        file_name="考勤报表.xlsx",
        file_sha256="a" * 64,
        sheet="每日统计",
        row=7,
        column="上班1打卡时间",
        remark="迟到",
    )
    PunchFactory(person=them.agent, punched_at=at("2026-11-02 02:00"))
    MakeUpFactory(person=them.agent, reason="手机没电")
    RedPacketPaymentFactory(person=them.agent, withdrawn_at=NOW)
    AbsenceFactory(person=them.agent, state=AbsenceState.WITHDRAWN)
    shown = page(client, "attendance_day", them.agent.number, "2026-11-02")
    for text in (
        "考勤报表.xlsx", "每日统计", "上班1打卡时间", "a" * 64, "迟到", "手机没电", "08:44:59",
        "counts as punch-in", "at the start, a different one counts", "near no shift",
        "By the policy valid from", "taken back at",
    ):  # fmt: skip
        assert text in shown, text
    page(client, "attendance_day", them.agent.number, "2026-13-01", status=404)


def test_a_stand_in_sees_the_day_of_the_shift_and_no_more(client, them):
    AssignmentFactory(person=them.mate, team=them.team, day=DAY, is_lead=True)
    PunchFactory(person=them.agent, punched_at=at("2026-11-02 02:00:09"))
    AbsenceFactory(person=them.agent, kind=AbsenceKind.SICK)
    shown = page(as_(client, them.mate), "attendance_day", them.agent.number, "2026-11-02")
    assert "11 min late" in shown
    assert "02:00:09" not in shown
    page(client, "attendance_day", them.agent.number, "2026-11-03", status=404)


def test_clocking_writes_one_punch_a_second(client, them):
    response = send(client, "clock", side="IN")
    send(client, "clock", side="IN")
    punch = Punch.objects.get(source="web")
    assert (punch.person, punch.kind, punch.punched_at) == (them.agent, "IN", NOW)
    assert "Clocked in at 12:00:00." in said(client, response)
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        assert "Clocked out at 12:00:01." in said(client, send(client, "clock", side="OUT"))


@pytest.mark.usefixtures("them")
@pytest.mark.parametrize("side", ["", *HOSTILE])
def test_clocking_takes_in_and_out_only(client, side):
    assert "Choose whether you come or go." in said(client, send(client, "clock", side=side))
    assert not Punch.objects.filter(source="web").exists()
