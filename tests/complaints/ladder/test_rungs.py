"""Which rungs a case has, and when each is told: CMP-4."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.enums import Severity, Stage
from complaints.models import CaseAlarm, Complaint
from complaints.policies import alarms as policies
from complaints.services import alarms, cases, deadlines, intake
from complaints.services.deadlines import Refused
from portal.models import Notice
from staff.rulebook import queries as rulebook
from tests.complaints.ladder.steps import ANSWER, FIRST, planned, received, run_until, tick, told
from tests.complaints.scene import HOUR, MINUTE, NINE, facts
from tests.factories.complaints import CaseAlarmFactory, ComplaintFactory
from tests.factories.staff import AssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_each_deadline_has_its_rungs(department):
    case = received(department)
    assert planned(case) == [
        ("ACKNOWLEDGE", "BEFORE", NINE + 15 * MINUTE),
        ("ACKNOWLEDGE", "DUE", FIRST),
        ("ACKNOWLEDGE", "LEAD", FIRST),
        ("ACKNOWLEDGE", "DEPUTY", FIRST + 30 * MINUTE),
        ("ACKNOWLEDGE", "SUPERVISOR", FIRST + 90 * MINUTE),
        ("ANSWER", "BEFORE", ANSWER - 30 * MINUTE),
        ("ANSWER", "DUE", ANSWER),
        ("ANSWER", "LEAD", ANSWER),
        ("ANSWER", "DEPUTY", ANSWER + 8 * HOUR),  # the desk is closed from 01:00 to 08:30
        ("ANSWER", "SUPERVISOR", ANSWER + 9 * HOUR),
    ]


def test_the_ladder_is_climbed_in_service_time_and_each_rung_is_told_once(department):
    received(department)
    for minutes in (-15, 0, 29, 30, 89, 90, 91, 300):
        run_until(FIRST + minutes * MINUTE)
        run_until(FIRST + minutes * MINUTE)
    agent, lead = department.agent.number, department.lead.number
    assert told() == [
        (agent, "ACKNOWLEDGE", "BEFORE"),
        (agent, "ACKNOWLEDGE", "DUE"),
        (lead, "ACKNOWLEDGE", "LEAD"),
        (department.deputy.number, "ACKNOWLEDGE", "DEPUTY"),
        (department.supervisor.number, "ACKNOWLEDGE", "SUPERVISOR"),
    ]


def test_the_lead_who_took_over_midway_gets_the_next_rung(department):
    AssignmentFactory(person=department.agent, team=department.team)
    shift = AssignmentFactory(person=department.lead, team=department.team, is_lead=True)
    received(department)
    run_until(FIRST - MINUTE)
    shift.delete()
    AssignmentFactory(person=department.mate, team=department.team, is_lead=True)
    run_until(FIRST)
    assert told()[-1] == (department.mate.number, "ACKNOWLEDGE", "LEAD")


def test_acknowledging_stops_its_ladder_settles_its_notices_and_leaves_the_answers(department):
    case = received(department)
    run_until(FIRST)
    deadlines.acknowledge(actor=department.agent, complaint_id=case.pk, now=FIRST + MINUTE)
    run_until(FIRST + 5 * HOUR)
    assert [stage for _who, _clock, stage in told()] == ["BEFORE", "DUE", "LEAD"]
    assert not Notice.objects.filter(kind=alarms.ALARM, read_at=None).exists()
    assert {clock for clock, _stage, _at in planned(case)} == {"ANSWER"}


def test_answering_leaves_nothing_to_tell(department):
    case = received(department)
    deadlines.answer(actor=department.agent, complaint_id=case.pk, text="换货", now=NINE + MINUTE)
    assert planned(case) == []


def test_waiting_moves_the_rungs_and_resuming_moves_them_again(department):
    case = received(department)
    act = {"actor": department.agent, "complaint_id": case.pk}
    deadlines.acknowledge(now=FIRST - MINUTE, **act)
    deadlines.wait(reason="等照片", until=NINE + 5 * HOUR, now=NINE + HOUR, **act)
    moved = ANSWER + 4 * HOUR + timedelta(hours=7.5)
    assert [at for _clock, stage, at in planned(case) if stage == "DUE"] == [moved]
    deadlines.resume(now=NINE + HOUR + MINUTE, **act)
    moved = ANSWER + timedelta(hours=7.5) + MINUTE
    assert [at for _clock, stage, at in planned(case) if stage == "DUE"] == [moved]


def test_a_deadline_that_moves_away_and_back_takes_its_rungs_back_and_tells_nobody_twice(
    department,
):
    case = received(department)
    run_until(FIRST - 15 * MINUTE)
    before = planned(case)
    for severity in ("MINOR", "ORDINARY"):
        _try(case, "grade", department, FIRST - 14 * MINUTE, severity)
    assert planned(case) == before
    assert CaseAlarm.objects.filter(deadline=FIRST).count() == 5


def test_a_graver_severity_brings_the_rungs_forward(department):
    case = cases.register(
        actor=department.agent,
        facts=facts(department.store),
        now=NINE,
        owner_id=department.agent.pk,
    )
    graver = facts(department.store, severity="SERIOUS")
    cases.change(actor=department.agent, complaint_id=case.pk, facts=graver, version=1, now=NINE)
    due = [at for clock, stage, at in planned(case) if (clock, stage) == ("ACKNOWLEDGE", "DUE")]
    assert due == [NINE + 15 * MINUTE]


def test_history_from_a_file_disturbs_nobody(department):
    old = ComplaintFactory.build(
        number="", store=department.store, registered_at=NINE - timedelta(days=9)
    )
    new = ComplaintFactory.build(number="", store=department.store, registered_at=NINE)
    for case in (old, new):
        case.customer.save()
    intake.write_cases(fresh=[old, new], changed=[], actor=None, now=NINE + MINUTE)
    assert planned(old) == []
    assert len(planned(new)) == 8


def test_planning_twice_changes_nothing(department):
    case = received(department)
    before = list(CaseAlarm.objects.order_by("pk").values())
    assert alarms.plan([case], now=NINE + HOUR) == 0
    assert list(CaseAlarm.objects.order_by("pk").values()) == before


def test_a_rung_of_one_deadline_exists_once():
    row = CaseAlarmFactory()
    with pytest.raises(IntegrityError):
        CaseAlarmFactory(complaint=row.complaint)


def test_a_rung_is_told_with_a_claim_only():
    row = CaseAlarmFactory()
    with pytest.raises(IntegrityError):
        CaseAlarm.objects.filter(pk=row.pk).update(delivered_at=NINE)


@pytest.mark.parametrize("cases_of_each", [1, 9])
def test_a_batch_costs_the_same_for_any_number_of_rungs(
    department, cases_of_each, django_assert_num_queries
):
    for owner in ("agent", "mate", None):
        for _ in range(cases_of_each):
            received(department, owner=owner)
    run_until(FIRST - MINUTE)
    with django_assert_num_queries(25):  # one looks who listens
        alarms.tell_due(FIRST)
    assert Notice.objects.filter(kind=alarms.ALARM).count() == 8 * cases_of_each


@pytest.mark.parametrize("many", [1, 40])
def test_planning_costs_the_same_for_any_number_of_cases(many, department):
    rows = [ComplaintFactory(store=department.store, registered_at=NINE) for _ in range(many)]
    assert deadlines.recount([row.pk for row in rows], now=NINE) == many
    assert CaseAlarm.objects.count() == 8 * many


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["acknowledge", "answer", "wait", "resume", "grade", "tick", "give", "take_away"]
        ),
        st.integers(0, 900),
        st.sampled_from(list(Severity)),
    ),
    max_size=8,
)


@settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_random_moves_leave_exactly_the_rungs_of_the_final_deadlines(department, acts):
    case, now = received(department), NINE
    for name, minutes, severity in acts:
        now += minutes * MINUTE
        _try(case, name, department, now, severity)
        run_until(now)
    case.refresh_from_db()
    told_rungs = {
        (row.clock, row.stage, row.deadline)
        for row in CaseAlarm.objects.filter(complaint=case).exclude(delivered_at=None)
    }

    expected = []
    for clock, by, met in alarms.DEADLINES:
        deadline = getattr(case, by)
        if deadline is not None and getattr(case, met) is None:
            expected += [
                (clock, rung.stage, rung.due_at)
                for rung in policies.rungs(
                    deadline=deadline,
                    received_at=case.registered_at,
                    ladder=rulebook.ladder_of(rulebook.policy_on(NINE.date())),
                    desk=rulebook.timetable(),
                    owner_rank=0 if case.owner_id else None,
                )
                if (clock, rung.stage, deadline) not in told_rungs
                and not (rung.stage == Stage.BEFORE and rung.due_at <= now)
            ]

    assert sorted(planned(case)) == sorted(expected)
    told_of = CaseAlarm.objects.filter(complaint=case).exclude(delivered_at=None)
    assert told_of.count() == len(told_rungs)


def _try(case, name, department, now, severity):
    act = {"actor": department.agent, "complaint_id": case.pk, "now": now}
    try:
        if name == "grade":
            before = Complaint.objects.values_list("severity", flat=True).get(pk=case.pk)
            Complaint.objects.filter(pk=case.pk).update(severity=severity)
            graded = deadlines.Graded(complaint_id=case.pk, before=before, after=severity)
            deadlines.note_severities([graded], actor=department.agent, now=now)
            deadlines.recount([case.pk], now=now)
        elif name == "tick":
            deadlines.end_waits(now)
        elif name in ("give", "take_away"):
            owner = department.mate.pk if name == "give" else None
            cases.set_owner(actor=department.lead, complaint_ids=[case.pk], owner_id=owner, now=now)
        elif name == "wait":
            deadlines.wait(reason="x", until=now + timedelta(hours=3), **act)
        elif name == "answer":
            deadlines.answer(text="x", **act)
        else:
            getattr(deadlines, name)(**act)
    except Refused:
        pass


def test_a_case_that_owes_nothing_any_more_is_left_alone(department):
    case = received(department)
    Complaint.objects.filter(pk=case.pk).update(due_at=None)
    tick(FIRST)
    case.refresh_from_db()
    alarms.plan([case], now=FIRST)
    assert not CaseAlarm.objects.waiting().exists()
    assert not Notice.objects.filter(kind=alarms.ALARM).exists()
