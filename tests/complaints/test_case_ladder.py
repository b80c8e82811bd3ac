import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.enums import AlarmClock, EntryKind, Severity, Stage
from complaints.models import CaseAlarm, Complaint
from complaints.policies import alarms as policies
from complaints.services import alarms, cases, deadlines, intake, ladders, reminders
from complaints.services.deadlines import Refused
from complaints.texts import cases as texts
from portal.models import Notice, OutboxMessage
from staff.rulebook import queries as rulebook
from tests.complaints.test_case_services import facts
from tests.factories.complaints import CaseAlarmFactory, ComplaintFactory, FollowUpFactory
from tests.factories.portal import RobotFactory
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    PersonFactory,
    StoreFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)  # Monday, 09:00 in Shanghai
FIRST = NINE + 30 * MINUTE  # acknowledge by
ANSWER = NINE + 16 * HOUR  # answer by, the end of the service day


@pytest.fixture
def department():
    return Department()


def received(department, *, at=NINE, owner="agent", **more):
    """Return a case of the team's store with its deadlines and rungs."""
    case = ComplaintFactory(
        store=department.store,
        owner=getattr(department, owner) if owner else None,
        registered_at=at,
        **more,
    )
    deadlines.recount([case.pk], now=at)
    case.refresh_from_db()
    return case


def run_until(now):
    """Let the tick do its work at each moment at which a rung is due until then."""
    moments = set(CaseAlarm.objects.due(now).values_list("due_at", flat=True))
    for moment in (*sorted(moments), now):
        tick(moment)


def tick(now):
    while alarms.tell_due(now):
        pass


def told(kind=alarms.ALARM):
    rows = Notice.objects.filter(kind=kind).order_by("pk").select_related("receiver")
    return [(row.receiver.username, row.params["clock"], row.params["stage"]) for row in rows]


def planned(case):
    """Return the rungs that wait, in the order of time."""
    rows = CaseAlarm.objects.waiting().filter(complaint=case).order_by("due_at", "pk")
    return list(rows.values_list("clock", "stage", "due_at"))


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


def at_once(*works):
    """Do all works in threads of their own and return what went wrong."""
    problems = []

    def guarded(work):
        try:
            work()
        except Exception as error:  # noqa: BLE001 -- whatever it is fails the test below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


@pytest.mark.django_db(transaction=True)
def test_ticks_side_by_side_tell_each_rung_once(monkeypatch):
    monkeypatch.setattr(alarms, "BATCH", 7)
    department = Department()
    for _ in range(20):
        received(department)
    run_until(FIRST - MINUTE)

    problems = at_once(*[lambda: tick(FIRST)] * 8)
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

    problems = at_once(acknowledge, *[lambda: tick(FIRST)] * 3)

    assert problems == []
    assert not CaseAlarm.objects.waiting().filter(clock=AlarmClock.ACKNOWLEDGE).exists()
    assert not Notice.objects.filter(kind=alarms.ALARM, read_at=None).exists()


def test_a_person_without_post_counts_as_an_agent(department):
    nobody = PersonFactory(posting=False)
    case = ComplaintFactory(store=department.store, owner=nobody, registered_at=NINE)
    deadlines.recount([case.pk], now=NINE)
    assert len(planned(case)) == 10


def test_a_case_that_owes_nothing_any_more_is_left_alone(department):
    case = received(department)
    Complaint.objects.filter(pk=case.pk).update(due_at=None)
    tick(FIRST)
    case.refresh_from_db()
    alarms.plan([case], now=FIRST)
    assert not CaseAlarm.objects.waiting().exists()
    assert not Notice.objects.filter(kind=alarms.ALARM).exists()
