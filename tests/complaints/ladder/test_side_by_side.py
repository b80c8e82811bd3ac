"""Ticks beside each other and beside an act."""

import pytest

from complaints.enums import AlarmClock
from complaints.models import CaseAlarm
from complaints.services import alarms, deadlines
from portal.models import Notice
from tests.at_once import problems_of
from tests.complaints.ladder.steps import FIRST, received, run_until, tick
from tests.complaints.scene import MINUTE
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.django_db(transaction=True)
def test_ticks_side_by_side_tell_each_rung_once(monkeypatch):
    monkeypatch.setattr(alarms, "BATCH", 7)
    department = Department()
    for _ in range(20):
        received(department)
    run_until(FIRST - MINUTE)

    problems = problems_of(*[lambda: tick(FIRST)] * 8)
    tick(FIRST)

    assert problems == []
    assert Notice.objects.filter(kind=alarms.ALARM).count() == 60
    assert CaseAlarm.objects.exclude(delivered_at=None).count() == 60


@pytest.mark.django_db(transaction=True)
def test_acknowledging_while_the_tick_runs_neither_waits_for_ever_nor_tells_afterwards():
    department = Department()
    rows = [received(department) for _ in range(12)]

    def acknowledge():
        for case in rows:
            deadlines.acknowledge(actor=department.agent, complaint_id=case.pk, now=FIRST)

    problems = problems_of(acknowledge, *[lambda: tick(FIRST)] * 3)

    assert problems == []
    assert not CaseAlarm.objects.waiting().filter(clock=AlarmClock.ACKNOWLEDGE).exists()
    assert not Notice.objects.filter(kind=alarms.ALARM, read_at=None).exists()
