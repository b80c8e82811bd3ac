"""Contingency plans: proposed, triggered once, done or gone up, ended, reviewed."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from portal import submissions
from portal.models import AuditEntry, Notice, OutboxMessage
from staff.handbook import access
from staff.handbook.enums import PlanKind
from staff.handbook.models import Plan, PlanRun, PlanTask, Proposal
from staff.handbook.policies import plans as policies
from staff.handbook.policies.plans import Candidate
from staff.handbook.services import plans as plan_services
from staff.handbook.services import runs as services
from staff.people.access import scope_of
from staff.people.enums import Post
from staff.people.models import Person
from staff.people.services import ChangedMeanwhile
from tests.at_once import at_once
from tests.factories.handbook import (
    PlanFactory,
    PlanRunFactory,
    PlanStepFactory,
    PlanTaskFactory,
    ProposalFactory,
)
from tests.factories.portal import RobotFactory
from tests.factories.staff import AbsenceFactory
from tests.staff.handbook.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.both]

TODAY = date(2026, 11, 5)
DUE = datetime(2026, 11, 5, 4, 0, tzinfo=UTC)


def scope(person):
    return scope_of(person.user, today=TODAY)


def start(actor, plan, *, key=None, proposal=None):
    return services.trigger(
        actor=actor, scope=scope(actor), form_key=key or uuid.uuid4(), now=NOW,
        wanted=services.Trigger(
            plan_id=plan.pk, reason="千牛登录不上", proposal_id=proposal.pk if proposal else None
        ),
    )  # fmt: skip


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("receiver__person__number", flat=True))


def numbers(*people):
    return {one.number for one in people}


def who(pk, post, distance, *, away=False):
    return Candidate(person_id=pk, post=post, distance=distance, away=away)


ME, CHIEF, FAR = who(1, Post.LEAD, 0), who(2, Post.DEPUTY, 1), who(3, Post.LEAD, 100)


@pytest.mark.parametrize(
    ("post", "candidates", "expected"),
    [
        (Post.LEAD, [FAR, ME], 1),
        (Post.LEAD, [FAR, who(1, Post.LEAD, 0, away=True)], 3),
        (Post.DEPUTY, [ME, CHIEF, FAR], 2),
        (Post.SUPERVISOR, [ME, CHIEF], 2),
        (Post.POSTSALE, [ME, CHIEF, who(4, Post.PRESALE, 50)], 1),
        (Post.POSTSALE, [CHIEF], 2),
        (Post.DEPUTY, [ME, who(2, Post.DEPUTY, 1, away=True)], 1),
        (Post.DEPUTY, [who(2, Post.DEPUTY, 1, away=True)], 2),
        (Post.LEAD, [who(5, Post.LEAD, 50), who(4, Post.LEAD, 50)], 4),
        (Post.LEAD, [who(5, Post.PRESALE, 0)], None),
        (Post.LEAD, [], None),
    ],
)
def test_the_nearest_who_holds_the_post_and_is_there_owns_a_step(post, candidates, expected):
    assert policies.owner_for(post, candidates) == expected


def test_each_of_a_post_is_everybody_within_reach_who_is_there():
    rows = [
        who(1, Post.LEAD, 0), who(9, Post.POSTSALE, 50), who(8, Post.POSTSALE, 60),
        who(7, Post.POSTSALE, 100), who(6, Post.POSTSALE, 50, away=True),
    ]  # fmt: skip
    assert policies.each_of(Post.POSTSALE, rows, reach=60) == [9, 8]


def test_rungs_are_the_due_time_and_half_an_hour_later():
    rungs = [
        policies.next_rung(stage, due_at=DUE, up_after=timedelta(minutes=30)) for stage in range(3)
    ]
    assert rungs == [DUE, DUE + timedelta(minutes=30), None]


def test_triggering_gives_out_tasks_and_tells_at_once(them):
    plan = PlanFactory(owner=them.deputy)
    PlanStepFactory(
        plan=plan, position=3, what="回复顾客", post=Post.POSTSALE, each=True, minutes=5
    )
    robot = RobotFactory()
    them.team.robot = them.other_team.robot = robot
    them.team.save()
    them.other_team.save()
    run = start(them.lead, plan)
    tasks = {(task.what, task.owner): task for task in run.tasks.all()}
    assert set(tasks) == {
        ("回复顾客", them.agent), ("在群里发公告", them.lead), ("联系平台技术支持", them.deputy),
    }  # fmt: skip
    assert tasks["回复顾客", them.agent].due_at == NOW + timedelta(minutes=5)
    assert told(services.TASK) == numbers(them.agent, them.deputy)
    assert told(services.TRIGGERED) == numbers(them.supervisor, them.other_lead)
    assert Notice.objects.filter(urgent=True).count() == 4
    assert OutboxMessage.objects.get(channel="ROBOT").robot == robot
    entry = AuditEntry.objects.get(verb="plan.triggered")
    assert entry.after == {"plan": plan.pk, "tasks": 3, "proposal": None}


def test_a_supervisor_reaches_everybody_of_a_post_and_the_absent_are_left_out(them):
    plan = PlanFactory(steps=False)
    PlanStepFactory(plan=plan, post=Post.POSTSALE, each=True)
    AbsenceFactory(person=them.agent, day=TODAY)
    run = start(them.supervisor, plan)
    assert [task.owner for task in run.tasks.all()] == [them.stranger]


def test_where_nobody_holds_the_post_the_next_above_takes_it(them):
    plan = PlanFactory(steps=False)
    PlanStepFactory(plan=plan, post=Post.PRESALE, each=True)
    run = start(them.other_lead, plan)
    assert [task.owner for task in run.tasks.all()] == [them.mate]  # the nearest elsewhere
    them.mate.postings.update(valid_until=TODAY - timedelta(days=1))
    other = PlanFactory(steps=False)
    PlanStepFactory(plan=other, post=Post.PRESALE, each=True)
    assert [task.owner for task in start(them.other_lead, other).tasks.all()] == [them.other_lead]


def test_a_plan_runs_once_at_a_time(them):
    plan = PlanFactory()
    key = uuid.uuid4()
    run = start(them.lead, plan, key=key)
    with pytest.raises(submissions.AlreadySubmitted) as sent:
        start(them.lead, plan, key=key)
    assert sent.value.result == f"/staff/handbook/runs/{run.pk}/"
    with pytest.raises(services.AlreadyRunning):
        start(them.deputy, plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanRunFactory(plan=plan)
    services.end_run(actor=them.lead, run_id=run.pk, outcome="恢复", now=NOW)
    assert start(them.deputy, plan).pk != run.pk


@pytest.mark.django_db(transaction=True)
def test_two_leads_at_once_trigger_once(them):
    plan = PlanFactory(owner=them.deputy)
    results = at_once(lambda: start(them.lead, plan), lambda: start(them.other_lead, plan))
    assert sorted(type(one).__name__ for one in results) == ["AlreadyRunning", "PlanRun"]
    assert PlanRun.objects.count() == 1


@pytest.mark.parametrize("gone", [{"archived_at": NOW}, {"steps": False}])
def test_a_plan_out_of_use_or_without_steps_is_not_triggered(them, gone):
    with pytest.raises(services.PlanGone):
        start(them.lead, PlanFactory(**gone))


def test_a_step_that_changes_later_leaves_what_runs_alone(them):
    plan = PlanFactory()
    run = start(them.lead, plan)
    wording = plan_services.Wording(
        kind=PlanKind.OWN, title="新", occasion="x", owner_id=them.lead.pk,
        steps=[plan_services.Step(what="别的", post=Post.LEAD, minutes=1)],
    )  # fmt: skip
    plan_services.change_plan(
        actor=them.deputy, plan_id=plan.pk, version=1, wording=wording, now=NOW
    )
    assert [task.what for task in run.tasks.order_by("position")] == [
        "在群里发公告", "联系平台技术支持",
    ]  # fmt: skip
    run.refresh_from_db()
    assert run.title != "新"
    with pytest.raises(ChangedMeanwhile):
        plan_services.change_plan(
            actor=them.deputy, plan_id=plan.pk, version=1, wording=wording, now=NOW
        )


# Tasks


def test_a_task_is_done_once_with_a_note(them):
    run = start(them.lead, PlanFactory(owner=them.deputy))
    task = run.tasks.get(owner=them.deputy)
    services.finish_task(actor=them.deputy, task_id=task.pk, note="已联系", now=NOW)
    assert not Notice.objects.filter(receiver=them.deputy.user, read_at=None).exists()
    task.refresh_from_db()
    assert (task.done_by, task.note, task.next_at) == (them.deputy, "已联系", None)
    with pytest.raises(services.AlreadyDone):
        services.finish_task(actor=them.deputy, task_id=task.pk, note="x", now=NOW)


def test_an_overdue_task_goes_up_to_the_deputy_and_then_the_supervisor(them):
    PlanTaskFactory(owner=them.agent, due_at=NOW, run__plan__title="系统故障")
    late = NOW + timedelta(minutes=30)
    assert services.oldest_due(NOW) == NOW
    assert [services.act_due(NOW) for _twice in range(2)] == [1, 0]
    assert told(services.LATE) == numbers(them.agent, them.deputy)
    assert services.act_due(late - timedelta(seconds=1)) == 0
    assert [services.act_due(late) for _twice in range(2)] == [1, 0]
    assert told(services.LATE) == numbers(them.agent, them.deputy, them.supervisor)
    assert services.oldest_due(late + timedelta(days=1)) is None


def test_after_an_outage_both_rungs_are_told(them):
    PlanTaskFactory(owner=them.agent, due_at=NOW)
    late = NOW + timedelta(hours=5)
    assert [services.act_due(late) for _thrice in range(3)] == [1, 1, 0]
    assert told(services.LATE) == numbers(them.agent, them.deputy, them.supervisor)


def test_a_task_of_the_deputy_goes_to_the_supervisor_at_once(them):
    PlanTaskFactory(owner=them.deputy, due_at=NOW)
    services.act_due(NOW)
    assert told(services.LATE) == numbers(them.deputy, them.supervisor)


def test_what_is_done_or_over_goes_nowhere(them):
    run = start(them.lead, PlanFactory(owner=them.deputy))
    done, left = run.tasks.order_by("position")
    services.finish_task(actor=them.lead, task_id=done.pk, note="已发", now=NOW)
    services.end_run(actor=them.lead, run_id=run.pk, outcome="恢复", now=NOW)
    assert services.act_due(NOW + timedelta(hours=2)) == 0
    assert told(services.LATE) == set()
    with pytest.raises(services.HasEnded):
        services.finish_task(actor=them.deputy, task_id=left.pk, note="x", now=NOW)
    assert told(services.ENDED) == numbers(them.deputy)


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_take_a_rung_once(them):
    task = PlanTaskFactory(owner=them.agent, due_at=NOW)

    def tick():
        return services.escalate(task_id=task.pk, now=NOW)

    assert sorted(at_once(tick, tick)) == [False, True]
    assert Notice.objects.count() == 2


# End and review


def test_what_has_ended_is_reviewed_once_and_asked_for_each_morning(them):
    run = start(them.lead, PlanFactory(owner=them.deputy))
    review = services.Review(went_well="快", to_change="名单", plan_updated=True)
    with pytest.raises(services.StillRunning):
        services.review_run(actor=them.lead, run_id=run.pk, review=review, now=NOW)
    services.end_run(actor=them.supervisor, run_id=run.pk, outcome="恢复", now=NOW)
    with pytest.raises(services.HasEnded):
        services.end_run(actor=them.lead, run_id=run.pk, outcome="x", now=NOW)
    morning = datetime(2026, 11, 6, 1, 30, tzinfo=UTC)  # half past nine in Shanghai
    assert services.act_due(morning - timedelta(seconds=1)) == 0
    assert [services.act_due(morning) for _twice in range(2)] == [1, 0]
    assert told(services.TO_REVIEW) == numbers(them.lead, them.deputy)
    assert services.act_due(morning + timedelta(days=1)) == 1
    services.review_run(actor=them.lead, run_id=run.pk, review=review, now=NOW)
    assert services.act_due(morning + timedelta(days=3)) == 0
    with pytest.raises(services.AlreadyReviewed):
        services.review_run(actor=them.lead, run_id=run.pk, review=review, now=NOW)
    run.refresh_from_db()
    assert (run.went_well, run.plan_updated, run.reviewed_by) == ("快", True, them.lead)


# Proposals


def propose(link="/complaints/?q=1", now=NOW):
    return services.propose(
        plan_kind=PlanKind.COMPLAINT_WAVE, reason="一小时 30 个投诉", link=link, now=now
    )


def test_a_proposal_is_told_once_while_it_is_open(them):
    first = propose()
    assert propose() == first
    assert propose("/complaints/?q=2") != first
    assert told(services.PROPOSED) == numbers(
        them.lead, them.other_lead, them.deputy, them.supervisor
    )
    assert Notice.objects.filter(subject=f"plan_proposal:{first.pk}").count() == 4
    services.dismiss(actor=them.lead, proposal_id=first.pk, why="已知问题", now=NOW)
    assert propose() != first


@pytest.mark.parametrize("link", ["https://x.example/", "//x.example/", "javascript:alert(1)"])
def test_a_proposal_links_within_the_portal_only(link):
    with pytest.raises(ValueError, match="within the portal"):
        propose(link)


def test_a_proposal_is_triggered_or_dismissed_once(them):
    plan = PlanFactory(kind=PlanKind.COMPLAINT_WAVE)
    proposal = propose()
    run = start(them.lead, plan, proposal=proposal)
    assert run.link == "/complaints/?q=1"
    proposal.refresh_from_db()
    assert proposal.run == run
    assert not Notice.objects.filter(kind=services.PROPOSED, read_at=None).exists()
    with pytest.raises(services.AlreadyDecided):
        services.dismiss(actor=them.lead, proposal_id=proposal.pk, why="x", now=NOW)
    other = propose("/complaints/?q=9")
    services.dismiss(actor=them.lead, proposal_id=other.pk, why="误报", now=NOW)
    services.end_run(actor=them.lead, run_id=run.pk, outcome="x", now=NOW)
    with pytest.raises(services.AlreadyDecided):
        start(them.lead, plan, proposal=other)


@pytest.mark.django_db(transaction=True)
def test_two_proposals_at_once_are_one():
    first, second = at_once(propose, propose)
    assert first == second
    assert Proposal.objects.count() == 1


# Plans


def wording(them, **more):
    facts = {
        "kind": PlanKind.OWN, "title": "停电", "occasion": "办公室停电", "owner_id": them.deputy.pk,
        "steps": [
            plan_services.Step(what="后", post=Post.DEPUTY, minutes=60),
            plan_services.Step(what="先", post=Post.LEAD, minutes=5, each=True),
        ],
    }  # fmt: skip
    return plan_services.Wording(**facts | more)


def test_a_plan_is_written_with_its_steps_in_order(them):
    key = uuid.uuid4()
    plan = plan_services.write_plan(actor=them.deputy, wording=wording(them), form_key=key, now=NOW)
    assert [step.what for step in plan.steps.order_by("position")] == ["先", "后"]
    with pytest.raises(submissions.AlreadySubmitted):
        plan_services.write_plan(actor=them.deputy, wording=wording(them), form_key=key, now=NOW)
    with pytest.raises(plan_services.TitleTaken):
        plan_services.write_plan(
            actor=them.deputy, wording=wording(them), form_key=uuid.uuid4(), now=NOW
        )


def test_a_plan_is_archived_and_restored_unless_its_title_is_taken(them):
    plan = PlanFactory(title="停电")
    for _twice in range(2):
        plan_services.archive_plan(actor=them.deputy, plan_id=plan.pk, archive=True, now=NOW)
    PlanFactory(title="停电")
    with pytest.raises(plan_services.TitleTaken):
        plan_services.archive_plan(actor=them.deputy, plan_id=plan.pk, archive=False, now=NOW)
    assert AuditEntry.objects.filter(verb="plan.archived").count() == 1
    assert Plan.objects.live().count() == 1


def test_whoever_may_act_also_sees(them):
    run = PlanRunFactory(triggered_by=them.lead)
    task = PlanTaskFactory(run=run, owner=them.agent)
    seen = set()
    for someone in vars(them).values():
        if not isinstance(someone, Person):
            continue
        reach = scope(someone)
        sees_run = PlanRun.objects.visible_to(reach).exists()
        sees_task = PlanTask.objects.visible_to(reach).exists()
        assert sees_run or not access.can_end(reach, run)
        assert sees_task or not access.can_finish_task(reach, task)
        assert sees_run == sees_task
        if sees_run:
            seen.add(someone)
    assert them.agent in seen
    assert not seen & {them.mate, them.stranger}


def test_the_database_refuses_what_must_not_be(them):
    run = PlanRunFactory()
    for act in (
        lambda: PlanRunFactory(ended_at=NOW),
        lambda: PlanRunFactory(reviewed_at=NOW, reviewed_by=them.lead),
        lambda: PlanRunFactory(over=True, went_well="x"),
        lambda: PlanTaskFactory(run=run, done_at=NOW),
        lambda: PlanStepFactory(minutes=7 * 24 * 60 + 1),
        lambda: [PlanStepFactory(plan=run.plan, position=1)],
        lambda: ProposalFactory(dismissed_at=NOW),
        lambda: [ProposalFactory(link="/x") for _twice in range(2)],
        lambda: [PlanFactory(title="一") for _twice in range(2)],
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
