"""Who hears of a rung, by which way, and what the timeline says of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from complaints.enums import EntryKind, Severity
from complaints.models import CaseAlarm
from complaints.services import alarms, cases, deadlines, ladders, reminders
from complaints.texts import cases as texts
from portal.models import Notice, OutboxMessage
from tests.complaints.ladder.steps import FIRST, planned, received, run_until, tick, told
from tests.complaints.scene import HOUR, MINUTE, NINE
from tests.factories.complaints import ComplaintFactory, FollowUpFactory
from tests.factories.portal import RobotFactory
from tests.factories.staff import AbsenceFactory, AssignmentFactory, PersonFactory, StoreFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_case_without_owner_goes_to_the_lead_on_duty_of_the_stores_team(department):
    AssignmentFactory(person=department.mate, team=department.team, is_lead=True)
    received(department, owner=None)
    run_until(FIRST + 30 * MINUTE)
    assert told() == [
        (department.mate.number, "ACKNOWLEDGE", "BEFORE"),
        (department.mate.number, "ACKNOWLEDGE", "LEAD"),
        (department.deputy.number, "ACKNOWLEDGE", "DEPUTY"),
    ]


def test_without_a_roster_or_with_the_lead_away_a_case_without_owner_passes_up(department):
    received(department, owner=None)
    run_until(FIRST - 15 * MINUTE)
    AbsenceFactory(person=department.lead)
    run_until(FIRST)
    assert told() == [
        (department.lead.number, "ACKNOWLEDGE", "BEFORE"),
        (department.deputy.number, "ACKNOWLEDGE", "LEAD"),
    ]


def test_a_store_that_no_team_serves_is_the_supervisors(department):
    case = ComplaintFactory(store=StoreFactory(), registered_at=NINE)
    deadlines.recount([case.pk], now=NINE)
    run_until(FIRST)
    assert {who for who, _clock, _stage in told()} == {department.supervisor.number}


def test_with_nobody_at_all_the_rungs_are_silenced():
    case = ComplaintFactory(registered_at=NINE)
    deadlines.recount([case.pk], now=NINE)
    run_until(FIRST)
    assert not CaseAlarm.objects.due(FIRST).exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("owner", "stages"),
    [
        ("lead", ["BEFORE", "DUE", "DEPUTY", "SUPERVISOR"]),
        ("deputy", ["BEFORE", "DUE", "SUPERVISOR"]),
        ("supervisor", ["BEFORE", "DUE"]),
        (None, ["BEFORE", "LEAD", "DEPUTY", "SUPERVISOR"]),
    ],
)
def test_rungs_up_to_the_owners_own_post_are_skipped(department, owner, stages):
    case = received(department, owner=owner)
    found = [stage for clock, stage, _at in planned(case) if clock == "ANSWER"]
    assert found == stages


def test_a_new_owner_has_the_rungs_of_the_new_post_and_the_old_one_is_left_alone(department):
    case = received(department)
    run_until(FIRST - 15 * MINUTE)
    cases.set_owner(
        actor=department.deputy,
        complaint_ids=[case.pk],
        owner_id=department.lead.pk,
        now=FIRST - 14 * MINUTE,
    )
    assert not department.agent.user.notices.filter(read_at=None).exists()
    run_until(FIRST)
    assert told()[1:] == [(department.lead.number, "ACKNOWLEDGE", "DUE")]
    cases.take(
        actor=department.agent, complaint_id=case.pk, now=FIRST, seen_owner=department.lead.pk
    )
    run_until(FIRST)
    assert told()[2:] == [(department.lead.number, "ACKNOWLEDGE", "LEAD")]


def test_mail_and_robots_wait_for_the_receivers_next_shift_unless_the_case_is_critical(department):
    department.team.robot = RobotFactory()
    department.team.save()
    for person in (department.agent, department.lead):
        AssignmentFactory(person=person, team=department.team, day=date(2026, 11, 3))
    received(department)
    received(department, severity=Severity.CRITICAL)
    run_until(FIRST)
    rows = OutboxMessage.objects.filter(params__stage="DUE", robot__isnull=False).order_by("pk")
    shift = datetime(2026, 11, 3, 0, 30, tzinfo=UTC)
    assert {row.not_before for row in rows} == {shift, NINE + timedelta(minutes=7.5)}
    assert Notice.objects.filter(kind=alarms.ALARM, urgent=True).exists()


def test_after_an_outage_cases_and_follow_ups_come_in_one_digest(department):
    followup = FollowUpFactory(owner=department.agent, store=department.store, due_at=FIRST)
    reminders.plan([followup], now=NINE)
    received(department)
    late = FIRST + 10 * HOUR
    tick(late)
    while reminders.deliver_due(late):
        pass
    digest = Notice.objects.get(kind=ladders.DIGEST, receiver=department.agent.user)
    assert digest.params == {"count": 3, "cases": 2}
    assert told() == []
    assert CaseAlarm.objects.filter(digest=digest).count() == 2


def test_the_timeline_says_which_deadline_went_up_to_whom(department):
    case = received(department)
    run_until(FIRST + 30 * MINUTE)
    lines = case.timeline.filter(kind=EntryKind.ESCALATED).order_by("pk")
    assert [(row.params["clock"], row.params["stage"]) for row in lines] == [
        ("ACKNOWLEDGE", "LEAD"),
        ("ACKNOWLEDGE", "DEPUTY"),
    ]
    sentence = texts.of_entry(lines[1], owner=department.deputy.name)
    assert department.deputy.name in sentence
    assert "%" not in sentence


def test_a_person_without_post_counts_as_an_agent(department):
    nobody = PersonFactory(posting=False)
    case = ComplaintFactory(store=department.store, owner=nobody, registered_at=NINE)
    deadlines.recount([case.pk], now=NINE)
    assert len(planned(case)) == 10
