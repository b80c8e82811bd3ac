"""Reminders of missing reports: by the clock once for each stage, and by the lead."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal import ticking
from portal.models import Notice
from staff.daily.enums import ReminderStage
from staff.daily.models import ReportReminder
from staff.daily.queries.shifts import shift_of
from staff.daily.services import reminders
from tests.at_once import problems_of
from tests.factories.daily import DAY, ReportReminderFactory
from tests.factories.staff import AbsenceFactory
from tests.staff.daily.scene import END, department, file

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def them():
    return department()


def told(kind):
    rows = Notice.objects.filter(kind=kind, read_at=None)
    return sorted(rows.values_list("receiver__username", flat=True))


def names(*people):
    return sorted(person.number for person in people)


def test_agents_are_told_half_an_hour_before_the_end_once(them):
    assert reminders.remind_due(END - 31 * MINUTE) == 0
    assert reminders.oldest_due(END - 31 * MINUTE) is None
    now = END - 30 * MINUTE
    assert reminders.oldest_due(now) == now
    assert reminders.remind_due(now) == 2
    assert reminders.remind_due(now + MINUTE) == 0
    assert told(reminders.DUE) == names(them.agent, them.mate)  # leads owe no report
    assert reminders.oldest_due(now + MINUTE) is None


def test_whoever_is_late_is_told_again_half_an_hour_after_the_end(them):
    reminders.remind_due(END - 5 * MINUTE)
    file(them.agent)
    assert told(reminders.DUE) == names(them.mate)  # filing silences
    assert reminders.remind_due(END + 29 * MINUTE) == 0
    assert reminders.oldest_due(END + 40 * MINUTE) == END + 30 * MINUTE
    assert reminders.remind_due(END + 40 * MINUTE) == 1
    assert told(reminders.OVERDUE) == names(them.mate)


@pytest.mark.usefixtures("them")
def test_after_an_outage_only_the_later_stage_is_told_and_old_shifts_are_left_alone():
    assert reminders.remind_due(END + timedelta(hours=3)) == 2
    assert told(reminders.DUE) == []
    Notice.objects.all().delete()
    ReportReminder.objects.all().delete()
    assert reminders.remind_due(END + timedelta(hours=12, minutes=1)) == 0


def test_who_is_away_owes_no_report(them):
    AbsenceFactory(person=them.agent, day=DAY)
    reminders.remind_due(END)
    assert told(reminders.DUE) == names(them.mate)


def test_the_step_is_registered_with_the_tick(them):
    ticking.run(clock=lambda: END)
    assert told(reminders.DUE) == names(them.agent, them.mate)


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_tell_once(them):
    assert problems_of(*[lambda: reminders.remind_due(END)] * 2) == []
    assert told(reminders.DUE) == names(them.agent, them.mate)
    assert ReportReminder.objects.count() == 2


def remind(them, now):
    shift = shift_of(them.team.pk, DAY, "day")
    return reminders.remind_missing(actor=them.lead, shift=shift, now=now)


def test_a_lead_reminds_those_missing_at_most_once_in_a_quarter_of_an_hour(them):
    file(them.agent)
    first = remind(them, END)
    again = remind(them, END + 14 * MINUTE)
    later = remind(them, END + 16 * MINUTE)
    assert [(one.told, one.lately) for one in (first, again, later)] == [(1, 0), (0, 1), (1, 0)]
    assert Notice.objects.filter(kind=reminders.ASKED, receiver=them.mate.user).count() == 2
    assert Notice.objects.filter(receiver=them.agent.user).count() == 0
    file(them.mate, now=END + 20 * MINUTE)
    none = remind(them, END + 60 * MINUTE)
    assert (none.told, none.lately) == (0, 0)
    assert told(reminders.ASKED) == []


def test_a_stage_of_the_clock_stands_once_and_the_lead_may_ask_often(them):
    for _time in range(2):
        ReportReminderFactory(person=them.agent, stage=ReminderStage.LEAD)
    ReportReminderFactory(person=them.agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReportReminderFactory(person=them.agent)
