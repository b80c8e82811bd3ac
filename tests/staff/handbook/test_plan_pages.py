"""The pages of contingency plans."""

import uuid

import pytest
from django.urls import reverse

from portal.models import AuditEntry, Notice
from staff.handbook.enums import PlanKind
from staff.handbook.models import Plan, PlanRun, PlanTask, Proposal
from tests.factories.handbook import (
    PlanFactory,
    PlanRunFactory,
    PlanStepFactory,
    PlanTaskFactory,
    ProposalFactory,
)
from tests.staff.handbook.conftest import NOW
from tests.staff.handbook.inputs import HOSTILE

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def form(them, *rows, **more):
    """Return what the form of a plan sends; rows are (what, post, minutes)."""
    rows = rows or [("发公告", "LEAD", "10"), ("", "LEAD", "")]
    data = {
        "form_key": str(uuid.uuid4()), "kind": "SYSTEM", "title": "系统故障", "occasion": "登不上",
        "owner": them.deputy.pk, "step-TOTAL_FORMS": len(rows), "step-INITIAL_FORMS": 0,
    }  # fmt: skip
    for index, (what, post, minutes) in enumerate(rows):
        data |= {
            f"step-{index}-what": what, f"step-{index}-post": post,
            f"step-{index}-minutes": minutes,
        }  # fmt: skip
    return data | more


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_any_number_of_rows(client, them, rows, django_assert_num_queries):
    for plan in PlanFactory.create_batch(rows):
        run = PlanRunFactory(plan=plan)
        PlanTaskFactory(run=run, owner=them.agent)
    client.force_login(them.lead.user)
    for view, count, part in (
        ("plans", 11, "/staff/handbook/plans/{}/"), ("plan_runs", 9, "/staff/handbook/runs/{}/"),
    ):  # fmt: skip
        url = reverse(f"staff:{view}")
        client.get(url)
        with django_assert_num_queries(count):
            shown = client.get(url).content.decode()
        keys = Plan.objects.all() if view == "plans" else PlanRun.objects.all()
        assert all(part.format(one.pk) in shown for one in keys)


@pytest.mark.parametrize("rows", [1, 3])
def test_what_runs_costs_the_same_for_any_number_of_tasks(
    client, them, rows, django_assert_num_queries
):
    run = PlanRunFactory(triggered_by=them.lead)
    PlanTaskFactory.create_batch(rows, run=run, owner=them.agent)
    client.force_login(them.lead.user)
    url = reverse("staff:plan_run", args=[run.pk])
    client.get(url)
    with django_assert_num_queries(9):
        shown = client.get(url).content.decode()
    assert shown.count('id="task-') == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_proposals_of_one_kind_cost_little(client, them, rows, django_assert_num_queries):
    PlanFactory()
    for _row in range(rows):
        ProposalFactory()
    client.force_login(them.lead.user)
    url = reverse("staff:plans")
    client.get(url)
    with django_assert_num_queries(12):
        client.get(url)


def test_empty_lists_say_what_would_be_here(page, them):
    assert "There is no contingency plan yet." in page(them.agent, "plans")
    assert reverse("staff:plan_new") in page(them.deputy, "plans")
    assert "No plan fits." in page(them.agent, "plans", q="x")
    assert "No plan has been triggered yet." in page(them.agent, "plan_runs")
    assert "Nothing fits." in page(them.agent, "plan_runs", q="x")


@pytest.mark.parametrize("value", HOSTILE)
def test_lists_stand_hostile_addresses(page, them, value):
    plan = PlanFactory()
    status = 400 if "\x00" in value else 200
    for name in ("q", "kind", "state", "page"):
        page(them.lead, "plans", status=status, **{name: value})
        page(them.lead, "plan_runs", status=status, **{name: value})
    page(them.lead, "plan_trigger", plan.pk, status=status, proposal=value)


def test_plans_are_searched_by_their_steps_and_kept_apart(page, them):
    PlanFactory(title="快递停运", kind=PlanKind.COURIER_STOPPAGE)
    PlanFactory(title="旧预案", archived_at=NOW)
    assert "快递停运" in page(them.agent, "plans", q="平台技术")
    assert "旧预案" not in page(them.agent, "plans")
    assert "旧预案" in page(them.agent, "plans", state="archived")
    assert "快递停运" not in page(them.agent, "plans", kind="LEAK")


def test_a_plan_is_written_once_by_deputies(page, send, them):
    data = form(them)
    first = send(them.deputy, "plan_new", **data)
    assert send(them.deputy, "plan_new", **data)["Location"] == first["Location"]
    assert Plan.objects.get().steps.count() == 1
    shown = send(them.deputy, "plan_new", **form(them), status=422).content.decode()
    assert "There is a plan of this title already." in shown
    page(them.lead, "plan_new", status=403)
    send(them.lead, "plan_new", **form(them), status=403)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", ["X", "", *HOSTILE]),
        ("title", ["", "x" * 81, "a\x00b"]),
        ("occasion", ["", "x" * 1001, "a\x00b"]),
        ("owner", ["", *HOSTILE]),
        ("step-0-what", ["x" * 301, "a\x00b", ""]),
        ("step-0-post", ["", *HOSTILE]),
        ("step-0-minutes", ["", "10081", "9" * 400, "-1", "1_000", "x"]),
        ("step-TOTAL_FORMS", ["", "1001", "x", "9" * 400]),
        ("form_key", ["", *HOSTILE]),
    ],
)
def test_hostile_forms_are_refused(send, them, name, values):
    for value in values:
        data = form(them, ("发公告", "LEAD", "10"), **{name: value})
        send(them.deputy, "plan_new", **data, status=422)
    assert not Plan.objects.exists()


def test_two_who_change_a_plan_at_once_lose_nothing(page, send, them):
    plan = PlanFactory()
    assert "联系平台技术支持" in page(them.deputy, "plan_edit", plan.pk)
    data = form(them, version=1)
    send(them.deputy, "plan_edit", plan.pk, **data)
    late = form(them, ("改短信通知", "DEPUTY", "20"), version=1)
    shown = send(them.supervisor, "plan_edit", plan.pk, **late, status=409).content.decode()
    assert "改短信通知" in shown
    assert "发公告" in shown
    assert 'name="version" value="2"' in shown
    send(them.supervisor, "plan_edit", plan.pk, **late | {"version": 2})
    assert [step.what for step in plan.steps.all()] == ["改短信通知"]
    PlanFactory(title="别的")
    send(them.deputy, "plan_edit", plan.pk, **late | {"version": 3, "title": "别的"}, status=422)
    send(them.deputy, "plan_edit", plan.pk, **late | {"title": ""}, status=422)
    page(them.lead, "plan_edit", plan.pk, status=403)


def test_a_lead_sees_who_would_do_what_and_triggers_once(client, page, send, them):
    plan = PlanFactory(title="系统故障")
    PlanStepFactory(plan=plan, position=3, what="安抚顾客", post="POSTSALE", each=True)
    shown = page(them.lead, "plan_trigger", plan.pk)
    for name in (them.agent.name, them.lead.name, them.deputy.name):
        assert name in shown
    assert not PlanRun.objects.exists()
    data = {"form_key": str(uuid.uuid4()), "reason": "千牛登录不上"}
    for broken in ({"reason": ""}, {"reason": "x" * 501}, {"form_key": "x"}, {"proposal": "x"}):
        send(them.lead, "plan_trigger", plan.pk, **data | broken, status=422)
    first = send(them.lead, "plan_trigger", plan.pk, **data)
    assert send(them.lead, "plan_trigger", plan.pk, **data)["Location"] == first["Location"]
    again = data | {"form_key": str(uuid.uuid4())}
    shown = send(them.deputy, "plan_trigger", plan.pk, **again, status=409).content.decode()
    assert "This plan runs already." in shown
    run = PlanRun.objects.get()
    client.force_login(them.agent.user)
    assert "安抚顾客" in client.get(reverse("portal:tile_open")).content.decode()
    assert "千牛登录不上" in page(them.agent, "plan_run", run.pk)
    page(them.mate, "plan_run", run.pk, status=404)
    page(them.agent, "plan_trigger", plan.pk, status=403)
    send(them.agent, "plan_trigger", plan.pk, **again, status=403)
    assert "系统故障" in page(them.lead, "plans", q="x9x9")  # what runs stands above any search


def test_a_lead_gives_a_task_of_somebody_away_to_a_colleague_who_is_told(page, send, them):
    run = PlanRunFactory(triggered_by=them.supervisor)
    task = PlanTaskFactory(run=run, owner=them.agent)
    other = PlanTaskFactory(run=run, owner=them.lead)
    for wrong in ("", "x", them.stranger.pk, 2**70):
        send(them.lead, "plan_task_give", task.pk, owner=wrong)
    send(them.agent, "plan_task_give", task.pk, owner=them.mate.pk, status=403)
    task.refresh_from_db()
    assert task.owner == them.agent
    due = task.due_at
    for _twice in range(2):
        send(them.lead, "plan_task_give", task.pk, owner=them.mate.pk)
    task.refresh_from_db()
    assert (task.owner, task.due_at, task.done_at) == (them.mate, due, None)
    assert Notice.objects.filter(receiver=them.mate.user, subject=f"plan_run:{run.pk}").count() == 1
    assert AuditEntry.objects.filter(verb="plan.task_given").count() == 1
    page(them.mate, "plan_run", run.pk)
    send(them.mate, "plan_task_done", task.pk, note="已安抚")
    send(them.lead, "plan_task_give", task.pk, owner=them.agent.pk)
    task.refresh_from_db()
    assert task.owner == them.mate
    send(them.deputy, "plan_run_end", run.pk, outcome="恢复")
    send(them.lead, "plan_task_give", other.pk, owner=them.agent.pk)
    other.refresh_from_db()
    assert other.owner == them.lead


def test_tasks_are_done_by_their_owner_and_those_above(page, send, them):
    run = PlanRunFactory(triggered_by=them.supervisor)
    task = PlanTaskFactory(run=run, owner=them.agent)
    other = PlanTaskFactory(run=run, owner=them.mate)
    send(them.mate, "plan_task_done", task.pk, note="x", status=403)
    send(them.stranger, "plan_task_done", task.pk, note="x", status=404)
    send(them.other_lead, "plan_task_done", task.pk, note="x", status=403)
    for note in ("", "x" * 501, "a\x00b"):
        shown = send(them.agent, "plan_task_done", task.pk, note=note, status=422)
        assert shown.content.decode().count("<details") == 1
    for _twice in range(2):
        send(them.agent, "plan_task_done", task.pk, note="<b>已发</b>")
    assert "&lt;b&gt;已发&lt;/b&gt;" in page(them.lead, "plan_run", run.pk)
    send(them.lead, "plan_task_done", other.pk, note="代办")
    assert not PlanTask.objects.open().exists()


def test_what_runs_is_ended_and_reviewed(page, send, them):
    run = PlanRunFactory(triggered_by=them.lead, plan__owner=them.deputy)
    PlanTaskFactory(run=run, owner=them.agent)
    review = {"went_well": "反应快", "to_change": "名单要更新", "plan_updated": "on"}
    send(them.agent, "plan_run_end", run.pk, outcome="x", status=403)
    send(them.other_lead, "plan_run_end", run.pk, outcome="x", status=403)
    send(them.lead, "plan_run_end", run.pk, outcome="", status=422)
    send(them.lead, "plan_run_review", run.pk, **review)
    run.refresh_from_db()
    assert run.reviewed_at is None
    for _twice in range(2):
        send(them.lead, "plan_run_end", run.pk, outcome="十点恢复")
    assert "The review is still missing." in page(them.agent, "plan_run", run.pk)
    assert "Save the review" in page(them.deputy, "plan_run", run.pk)
    send(them.lead, "plan_run_review", run.pk, **review | {"to_change": ""}, status=422)
    send(them.other_lead, "plan_run_review", run.pk, **review, status=403)
    for _twice in range(2):
        send(them.deputy, "plan_run_review", run.pk, **review)
    shown = page(them.agent, "plan_run", run.pk)
    assert "名单要更新" in shown
    assert "The plan was updated." in shown
    assert "not done" in shown
    for state, there in (("reviewed", True), ("running", False), ("to_review", False)):
        assert (run.title in page(them.lead, "plan_runs", state=state)) is there


def test_what_is_proposed_is_triggered_or_dismissed(page, send, them):
    plan = PlanFactory(title="投诉潮", kind=PlanKind.COMPLAINT_WAVE)
    proposal = ProposalFactory(kind=PlanKind.COMPLAINT_WAVE, reason="一小时 30 个投诉")
    other = ProposalFactory(kind=PlanKind.DATA_LEAK)
    shown = page(them.lead, "plans")
    assert "一小时 30 个投诉" in shown
    assert "There is no plan of this kind yet." in shown
    assert "一小时 30 个投诉" not in page(them.agent, "plans")
    assert "一小时 30 个投诉" in page(them.lead, "plan_trigger", plan.pk, proposal=proposal.pk)
    assert "一小时" not in page(them.lead, "plan_trigger", PlanFactory().pk, proposal=proposal.pk)
    data = {"form_key": str(uuid.uuid4()), "reason": "投诉多", "proposal": proposal.pk}
    send(them.lead, "plan_trigger", plan.pk, **data)
    run = PlanRun.objects.get()
    assert (run.proposal, run.link) == (proposal, proposal.link)
    send(them.agent, "proposal_dismiss", other.pk, why="x", status=404)
    send(them.lead, "proposal_dismiss", other.pk, why="")
    assert Proposal.objects.open().get() == other
    for _twice in range(2):
        send(them.lead, "proposal_dismiss", other.pk, why="误报")
    assert not Proposal.objects.open().exists()


def test_plans_are_archived_and_restored(page, send, them):
    plan = PlanFactory(title="停电")
    send(them.lead, "plan_archive", plan.pk, status=403)
    send(them.deputy, "plan_archive", plan.pk)
    assert "it cannot be triggered" in page(them.deputy, "plan", plan.pk)
    assert reverse("staff:plan_trigger", args=[plan.pk]) not in page(them.lead, "plan", plan.pk)
    PlanFactory(title="停电")
    send(them.deputy, "plan_archive", plan.pk, restore="1")
    plan.refresh_from_db()
    assert plan.is_archived
