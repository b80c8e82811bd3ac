"""What was promised of complaints, literally and from end to end (CMP-3 to CMP-10, CMP-14)."""

import json
from datetime import date, datetime, time
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, LinkPurpose, RemedyKind
from complaints.models import CaseAlarm, Complaint, Proposal, Revisit
from complaints.policies.stages import Need
from complaints.services import alarms, closing, deadlines, links, merging, stages, tasks
from complaints.services.links import About
from portal.models import Notice, OutboxMessage
from portal.transfer import registry
from tests.api.calling import Caller
from tests.at_once import at_once
from tests.complaints.scene import HOUR, NINE
from tests.complaints.way.steps import at_investigation, at_revisit, attempt, fresh, move, proposed
from tests.factories.complaints import ComplaintFactory
from tests.factories.portal import RobotFactory
from tests.factories.staff import AssignmentFactory, Department, PolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FROM = date(2026, 11, 1)


def always(minutes):
    """From then on every answer has the same budget, whenever the complaint came."""
    PolicyFactory(valid_from=FROM, same_day_until=time(0), answer_minutes=minutes)


def received(department, *, at=NINE, **more):
    case = ComplaintFactory(
        store=department.store, owner=department.agent, registered_at=at, **more
    )
    deadlines.recount([case.pk], now=at)
    return fresh(case)


def clock(hour, minute=0, *, day=2):
    """A moment of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour, minute, tzinfo=timezone.get_default_timezone())


def acting(department, case):
    return {"actor": department.agent, "complaint_id": case.pk}


def wait(department, case, at, until):
    deadlines.wait(reason="等照片", until=until, now=at, **acting(department, case))


def graded(department, case, severity, at):
    before = fresh(case).severity
    Complaint.objects.filter(pk=case.pk).update(severity=severity)
    change = deadlines.Graded(complaint_id=case.pk, before=before, after=severity)
    deadlines.note_severities([change], actor=department.agent, now=at)
    deadlines.recount([case.pk], now=at)


# --- Deadlines (CMP-4) -----------------------------------------------------------------------


def test_received_at_23_50_with_120_minutes_to_answer_is_due_at_09_20(department):
    always(120)
    case = received(department, at=clock(23, 50))
    assert case.answer_by == clock(9, 20, day=3)


def test_waiting_from_10_to_14_moves_the_eight_hours_from_17_to_21(department):
    always(480)
    case = received(department)
    assert case.answer_by == clock(17)
    wait(department, case, clock(10), clock(18))
    deadlines.resume(now=clock(14), **acting(department, case))
    assert fresh(case).answer_by == clock(21)


def test_paused_and_then_directly_resolved_counts_the_same(department):
    always(480)
    straight, resumed = received(department), received(department)
    for case in (straight, resumed):
        wait(department, case, clock(10), clock(18))
    deadlines.resume(now=clock(14), **acting(department, resumed))
    for case in (straight, resumed):
        deadlines.answer(text="换货", now=clock(14), **acting(department, case))
    kept = [
        (one.answered_at, one.answered_late, one.used_seconds, one.waited_seconds)
        for one in map(fresh, (straight, resumed))
    ]
    assert kept == [(clock(14), None, 3600, 4 * 3600)] * 2


def test_a_change_of_severity_while_paused_keeps_what_was_used(department):
    always(480)
    case = received(department)
    wait(department, case, clock(10), clock(18))
    graded(department, case, "SERIOUS", clock(11))
    deadlines.resume(now=clock(14), **acting(department, case))
    case = fresh(case)
    assert case.answer_by == clock(17)  # 240 minutes less the 60 that were used, from 14:00
    assert deadlines.recount([case.pk], now=NINE) == 0


def late_by_37(department):
    always(480)
    case = received(department)
    deadlines.answer(text="换货", now=clock(17, 37), **acting(department, case))
    return case


def later(department, case):
    """All that may come afterwards: priority, pause, an end, reopening, another case merged in."""
    graded(department, case, "MINOR", clock(18))
    who = frozenset({stages.Who.HANDLER, stages.Who.LEAD})
    move(department.lead, case, CaseStage.WITHDRAWN, clock(19), reason="撤诉", who=who)
    move(department.lead, case, CaseStage.INVESTIGATION, clock(20), reason="又来", who=who)
    other = received(department, at=clock(19))
    merging.merge(
        actor=department.lead,
        complaint_id=other.pk,
        into_id=case.pk,
        reason="同一件",
        now=clock(21),
    )


@pytest.mark.parametrize("more", [False, True])
def test_37_minutes_late_is_37_in_list_page_api_and_export_for_ever(department, more, tmp_path):
    case = late_by_37(department)
    if more:
        later(department, case)
    deadlines.recount([case.pk], now=clock(23, day=9))
    client = Client(headers={"accept-language": "en"})
    client.force_login(department.agent.user)
    for address in (reverse("complaints:list"), reverse("complaints:case", args=[case.number])):
        assert "late by 37 min" in client.get(address).content.decode(), address
    caller = Caller(department.agent)
    rows = {row["number"]: row for row in caller.get("/complaints").json()["items"]}
    assert rows[case.number]["answered_late_seconds"] == 37 * 60
    shown = caller.get(f"/complaints/{case.number}").json()
    assert shown["answered_late_seconds"] == 37 * 60
    path = tmp_path / "complaints.json"
    written = ["--format", "json", "--output", str(path)]
    call_command("export", "complaints", *written, stdout=StringIO())
    exported = {row["number"]: row for row in json.loads(path.read_text("utf-8"))}
    assert exported[case.number]["answered_late_minutes"] == "37"
    page = client.get(reverse("portal:export_kind", args=["complaints"]), {"format": "csv"})
    lines = b"".join(page.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[-3] for line in lines if case.number in line] == ["37"]


def test_what_an_export_works_out_is_passed_over_when_it_comes_back(department, tmp_path):
    case = late_by_37(department)
    path = tmp_path / "complaints.csv"
    call_command("export", "complaints", "--output", str(path), stdout=StringIO())
    assert "answered_late_minutes" in path.read_text("utf-8-sig").splitlines()[0]
    out, err = StringIO(), StringIO()
    call_command("import", "complaints", str(path), stdout=out, stderr=err)
    assert out.getvalue().strip() == "complaints: 0 added, 0 changed, 1 unchanged, 0 rejected"
    assert err.getvalue() == ""
    assert fresh(case).answered_late == 37 * 60
    client = Client()
    client.force_login(department.lead.user)
    kind = registry.get("complaints")
    assert "answered_late_minutes" not in [column.name for column in kind.read]
    upload = client.get(reverse("portal:transfers")).content.decode()
    assert "外部编号" in upload
    assert "答复超时分钟" not in upload


# --- The ladder (CMP-10) ---------------------------------------------------------------------


def climb(until):
    """Let the tick do its work at each moment at which a rung is due until then, twice."""
    moments = set(CaseAlarm.objects.due(until).values_list("due_at", flat=True))
    for moment in (*sorted(moments), until):
        for _ in range(2):
            while alarms.tell_due(moment):
                pass


def told():
    rows = CaseAlarm.objects.exclude(delivered_at=None).filter(clock="ANSWER")
    return [(row.stage, row.delivered_at) for row in rows.order_by("delivered_at", "pk")]


def test_lead_deputy_and_supervisor_at_0_30_and_90_minutes_of_service_time_each_once(department):
    always(480)
    case = received(department, at=clock(16, 50))
    deadlines.acknowledge(now=clock(16, 51), **acting(department, case))
    assert case.answer_by == clock(0, 50, day=3)
    climb(clock(12, day=3))
    assert told() == [
        ("BEFORE", clock(0, 20, day=3)),
        ("DUE", clock(0, 50, day=3)),
        ("LEAD", clock(0, 50, day=3)),
        ("DEPUTY", clock(8, 50, day=3)),  # the desk is closed from 01:00 to 08:30
        ("SUPERVISOR", clock(9, 50, day=3)),
    ]
    sent = Notice.objects.filter(kind=alarms.ALARM, params__clock="ANSWER")
    assert sorted(sent.values_list("receiver__username", flat=True)) == sorted(
        [
            department.agent.number, department.agent.number, department.lead.number,
            department.deputy.number, department.supervisor.number,
        ]
    )  # fmt: skip


def test_the_lead_changed_midway_gets_the_next_and_the_first_none(department):
    always(480)
    AssignmentFactory(person=department.agent, team=department.team)
    first = AssignmentFactory(person=department.lead, team=department.team, is_lead=True)
    received(department)
    climb(clock(9, 30))  # the acknowledgement is missed: the lead of then is told
    first.delete()
    AssignmentFactory(person=department.mate, team=department.team, is_lead=True)
    climb(clock(17))
    leads = Notice.objects.filter(kind=alarms.ALARM, params__stage="LEAD").order_by("pk")
    assert [(one.receiver.username, one.params["clock"]) for one in leads] == [
        (department.lead.number, "ACKNOWLEDGE"),
        (department.mate.number, "ANSWER"),
    ]


def test_acknowledged_stops_the_ladder_between_two_rungs(department):
    always(480)
    case = received(department)
    climb(clock(9, 45))
    deadlines.acknowledge(now=clock(9, 50), **acting(department, case))
    climb(clock(12))
    stages_told = Notice.objects.filter(kind=alarms.ALARM).values_list("params__stage", flat=True)
    assert sorted(stages_told) == ["BEFORE", "DUE", "LEAD"]


def test_nobody_off_shift_is_disturbed(department):
    """The portal's notice waits quietly; mail and robots wait for the receiver's shift."""
    always(480)
    department.team.robot = RobotFactory()
    department.team.save()
    begins = {}
    for person, day in (
        (department.agent, 3), (department.lead, 4), (department.deputy, 5),
        (department.supervisor, 6),
    ):  # fmt: skip
        AssignmentFactory(person=person, team=department.team, day=date(2026, 11, day))
        begins[person.user_id] = clock(8, 30, day=day)
    received(department, at=clock(16, 50))
    climb(clock(12, day=3))
    mails = OutboxMessage.objects.filter(kind=alarms.ALARM, channel="MAIL")
    assert {row.user_id for row in mails} == set(begins)
    for row in mails:
        assert row.not_before == max(begins[row.user_id], row.created_at), row.params
    robots = OutboxMessage.objects.filter(kind=alarms.ALARM, channel="ROBOT")
    assert {row.not_before for row in robots} <= set(begins.values())
    assert robots.exists()
    assert not Notice.objects.filter(kind=alarms.ALARM, urgent=True).exists()


# --- Approval (CMP-7) ------------------------------------------------------------------------


def in_admin(person, proposal):
    """Return a browser of somebody, the address of a proposal in the administration, its form."""
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(person.user)
    address = reverse("admin:complaints_proposal_change", args=[proposal.pk])
    version = browser.get(address).context["adminform"].form["seen"].value()
    return browser, address, {"seen": version, "answer": "approve", "words": "合理"}


def test_the_own_proposal_is_refused_on_page_admin_and_api(department):
    case = at_investigation(department)
    proposal = proposed(department, case, (RemedyKind.EXCHANGE, 3000), by=department.deputy)
    browser, address, answer = in_admin(department.deputy, proposal)
    assert "Nobody decides on their own proposal" in browser.post(address, answer).content.decode()
    page = reverse("complaints:decide_proposal", args=[case.number, 1])
    sent = {"version": proposal.version, "reason": "x", "answer": "approve"}
    told = browser.post(page, sent, follow=True).content.decode()
    assert "Nobody decides on their own proposal" in told
    refused = Caller(department.deputy).post(
        f"/complaints/{case.number}/proposals/1/decision",
        {"approve": True, "reason": "x"},
        If_Match=f'"{proposal.version}"',
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "OWN")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("SUBMITTED", None)


def test_another_decides_in_the_admin_once_and_the_proposer_is_told(department):
    case = at_investigation(department)
    proposal = proposed(department, case, (RemedyKind.EXCHANGE, 3000))
    first = in_admin(department.deputy, proposal)
    second = in_admin(department.supervisor, proposal)
    browser, address, answer = first
    assert browser.post(address, {**answer, "words": ""}).status_code == 200
    assert browser.post(address, answer).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("APPROVED", department.deputy)
    assert proposal.decision == "合理"
    assert department.agent.user.notices.filter(kind="proposal.decided").exists()
    late, address, answer = second
    assert late.post(address, {**answer, "answer": "refuse"}).status_code == 403
    assert 'name="answer"' not in late.get(address).content.decode()
    proposal.refresh_from_db()
    assert proposal.decided_by == department.deputy


def test_what_changed_while_somebody_looked_is_not_decided_in_the_admin(department):
    proposal = proposed(department, at_investigation(department), (RemedyKind.EXCHANGE, 3000))
    browser, address, answer = in_admin(department.deputy, proposal)
    Proposal.objects.filter(pk=proposal.pk).update(version=F("version") + 1, total_fen=4000)
    told = browser.post(address, answer, follow=True).content.decode()
    assert "Somebody has changed this meanwhile" in told
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("SUBMITTED", None)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "9" * 400, "1_000", "<script>"])
def test_hostile_input_never_breaks_the_decision_in_the_admin(department, text):
    proposal = proposed(department, at_investigation(department), (RemedyKind.EXCHANGE, 3000))
    browser, address, _answer = in_admin(department.deputy, proposal)
    wild = text.encode("utf-8", "surrogatepass")
    sent = dict.fromkeys(("answer", "words", "seen"), wild)
    assert browser.post(address, sent).status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == "SUBMITTED"


# --- Closing (CMP-9) -------------------------------------------------------------------------


def test_a_satisfied_customer_does_not_close_a_case_with_an_open_task(department):
    case = at_revisit(department, at_investigation(department))
    now = NINE + 6 * HOUR
    order = tasks.Order(
        department=tasks.departments()[0], what="查库存", owner_id=department.agent.pk
    )
    task = tasks.give(actor=department.agent, complaint_id=case.pk, order=order, now=now)
    happy = attempt(closing.Revisited.SATISFIED, score=5, thanked=True)
    closing.revisit(actor=department.agent, complaint_id=case.pk, attempt=happy, now=now)
    client = Client()
    client.force_login(department.agent.user)
    wish = {"seen": "REVISIT", "to": "SATISFIED", "reason": ""}
    client.post(reverse("complaints:move", args=[case.number]), wish)
    assert fresh(case).stage == CaseStage.REVISIT
    caller = Caller(department.agent)
    refused = caller.post(f"/complaints/{case.number}/stage", wish)
    assert (refused.status_code, fresh(case).stage) == (409, CaseStage.REVISIT)
    with pytest.raises(stages.Refused) as why:
        move(department.agent, case, CaseStage.SATISFIED, now)
    assert why.value.answer.missing == (Need.TASKS_DONE, Need.CAUSE)
    tasks.cancel(actor=department.agent, task_id=task.pk, reason="不用了", now=now)
    with pytest.raises(stages.Refused) as why:
        move(department.agent, case, CaseStage.SATISFIED, now)
    assert why.value.answer.missing == (Need.CAUSE,)


# --- The personal link (CMP-14) --------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_many_votes_at_the_same_moment_one_counts():
    department = Department()
    case = received(department)
    Complaint.objects.filter(pk=case.pk).update(stage=CaseStage.REVISIT)
    about = About(purpose=LinkPurpose.SCORE, complaint=fresh(case))
    token, _link = links.make(about, actor=department.agent, language="en", now=timezone.now())

    def vote():
        return Client().post(reverse("complaints:link", args=[token]), {"score": "5"}).status_code

    assert sorted(at_once(*[vote] * 6)) == [302, 404, 404, 404, 404, 404]
    assert Revisit.objects.count() == 1
