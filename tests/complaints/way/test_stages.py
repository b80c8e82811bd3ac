"""The stages of a case and what each needs: CMP-3, CMP-5, CMP-8."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from complaints.enums import Revisited
from complaints.models import CaseTask, Complaint, FollowUp, TimelineEntry
from complaints.policies.stages import Need, Who
from complaints.services import closing, deadlines, stages, tasks
from portal.models import Notice
from tests.complaints.scene import HOUR, NINE
from tests.complaints.way.steps import (
    HANDLER,
    K,
    S,
    agreed,
    at_revisit,
    attempt,
    decided,
    fresh,
    move,
    proposed,
    told_cause,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_case_goes_the_whole_way_to_the_satisfied_customer(department, case):
    at_revisit(department, case)
    told_cause(department, case)
    closing.revisit(
        actor=department.agent,
        complaint_id=case.pk,
        attempt=attempt(Revisited.SATISFIED, score=5, thanked=True),
        now=NINE + 7 * HOUR,
    )
    move(department.agent, case, S.SATISFIED, NINE + 8 * HOUR)
    case = fresh(case)
    assert (case.stage, case.closed_at, case.due_at) == (S.SATISFIED, NINE + 8 * HOUR, None)
    told = TimelineEntry.objects.filter(complaint=case, kind="MOVED").order_by("at", "pk")
    assert [row.params["to"] for row in told] == [
        S.HANDLING, S.INVESTIGATION, S.PROPOSAL, S.APPROVAL, S.AGREED, S.CARRYING_OUT, S.REVISIT,
        S.SATISFIED,
    ]  # fmt: skip
    assert (case.started_late, case.revisited_late, case.answered_late) == (None, None, None)
    assert deadlines.recount([case.pk], now=NINE) == 0


def test_an_agreement_answers_in_substance_and_starts_its_own_clock(department, case):
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    agreed(department, proposal)
    case = fresh(case)
    assert case.answered_at == NINE + 3 * HOUR
    assert case.start_by == case.due_at == NINE + 27 * HOUR
    task = CaseTask.objects.get()
    tasks.done(
        actor=department.agent, task_id=task.pk, proof="SF1", result="", now=NINE + 29 * HOUR
    )
    case = fresh(case)
    assert (case.started_late, case.revisit_by) == (2 * 3600, NINE + (29 + 72) * HOUR)
    assert case.due_at == case.revisit_by
    assert deadlines.recount([case.pk], now=NINE) == 0


def test_the_departments_get_their_tasks_with_a_reminder_for_the_owner(department, case):
    proposal = proposed(department, case, (K.EXCHANGE, 3000), (K.APOLOGY, 0), (K.COUPON, 1000))
    made = agreed(department, decided(department.lead, proposal))
    assert [(one.department.code, one.needs_proof) for one in made] == [
        ("warehouse", "TRACKING"), ("marketing", ""),
    ]  # fmt: skip
    assert (
        FollowUp.objects.filter(complaint=case, owner=department.agent, state="OPEN").count() == 2
    )
    warehouse, marketing = made
    with pytest.raises(tasks.NoProof):
        tasks.done(actor=department.agent, task_id=warehouse.pk, proof="", result="", now=NINE)
    tasks.done(actor=None, task_id=warehouse.pk, proof="SF1", result="", now=NINE + 4 * HOUR)
    assert fresh(case).stage == S.CARRYING_OUT
    with pytest.raises(stages.Refused) as refused:
        move(department.agent, case, S.REVISIT, NINE + 5 * HOUR)
    assert refused.value.answer.missing == (Need.TASKS_DONE,)
    tasks.cancel(
        actor=department.agent, task_id=marketing.pk, reason="顾客不要", now=NINE + 5 * HOUR
    )
    move(department.agent, case, S.REVISIT, NINE + 6 * HOUR)
    assert not FollowUp.objects.filter(complaint=case, state="OPEN").exists()
    with pytest.raises(tasks.NotOpen):
        tasks.done(actor=None, task_id=marketing.pk, proof="", result="", now=NINE + 6 * HOUR)


def test_a_task_is_due_in_the_working_hours_of_the_department(department, case):
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    evening = NINE + 12 * HOUR  # 21:00, the warehouse has gone home at 18:00
    task = agreed(department, proposal, now=evening)[0]
    assert task.due_at == NINE + timedelta(days=1, hours=8)  # 09:00 and eight hours


def test_a_case_is_not_closed_without_what_closing_needs(department, case):
    at_revisit(department, case)
    now = NINE + 6 * HOUR

    def lacks(to):
        with pytest.raises(stages.Refused) as refused:
            move(department.agent, case, to, now)
        return refused.value.answer.missing

    assert lacks(S.SATISFIED) == (Need.SATISFACTION, Need.CAUSE, Need.THANKS)
    told_cause(department, case, "packing")
    assert lacks(S.SATISFIED) == (Need.SATISFACTION, Need.PREVENTION, Need.THANKS)
    assert lacks(S.UNREACHED) == (Need.ATTEMPTS, Need.PREVENTION)
    closing.prevent(
        actor=department.agent,
        complaint_id=case.pk,
        prevention=closing.Prevention(
            what="加厚包装", owner_id=department.lead.pk, due_on=now.date()
        ),
        now=now,
    )
    assert Notice.objects.filter(kind=closing.MEASURE, receiver=department.lead.user).exists()
    for _ in range(2):
        closing.revisit(
            actor=department.agent,
            complaint_id=case.pk,
            attempt=attempt(Revisited.NOT_REACHED),
            now=now,
        )
    assert lacks(S.UNREACHED) == (Need.ATTEMPTS,)
    closing.revisit(
        actor=department.agent,
        complaint_id=case.pk,
        attempt=attempt(Revisited.NOT_REACHED),
        now=now,
    )
    assert move(department.agent, case, S.UNREACHED, now).stage == S.UNREACHED


@pytest.mark.parametrize("to", [S.WITHDRAWN, S.UNFOUNDED])
def test_a_reasoned_end_needs_its_reason_and_no_open_task(department, case, to):
    who = frozenset({Who.HANDLER, Who.LEAD})
    with pytest.raises(stages.Refused):
        move(department.lead, case, to, NINE + HOUR, who=who)
    order = tasks.Order(
        department=tasks.departments()[0], what="查库存", owner_id=department.agent.pk
    )
    task = tasks.give(actor=department.agent, complaint_id=case.pk, order=order, now=NINE + HOUR)
    with pytest.raises(stages.Refused) as refused:
        move(department.lead, case, to, NINE + HOUR, who=who, reason="顾客撤诉")
    assert refused.value.answer.missing == (Need.TASKS_DONE,)
    tasks.cancel(actor=department.agent, task_id=task.pk, reason="不用了", now=NINE + HOUR)
    move(department.lead, case, to, NINE + 2 * HOUR, who=who, reason="顾客撤诉")
    assert fresh(case).closed_at == NINE + 2 * HOUR
    with pytest.raises(tasks.Ended):
        tasks.give(actor=department.agent, complaint_id=case.pk, order=order, now=NINE + 3 * HOUR)


def test_reopening_goes_on_with_the_old_clock(department, case):
    who = frozenset({Who.HANDLER, Who.LEAD})
    left = fresh(case).answer_by - (NINE + HOUR)
    move(department.agent, case, S.WITHDRAWN, NINE + HOUR, reason="撤诉")
    assert fresh(case).due_at is None
    move(department.agent, case, S.INVESTIGATION, NINE + 5 * HOUR, reason="又来", who=who)
    case = fresh(case)
    assert (case.reopened, case.closed_at) == (1, None)
    desk_night = timedelta(hours=7.5)
    assert case.answer_by == NINE + 5 * HOUR + left + desk_night
    assert deadlines.recount([case.pk], now=NINE) == 0


def test_two_who_move_a_case_do_not_both(department, case):
    wish = stages.Wish(seen=S.INVESTIGATION, to=S.WITHDRAWN, reason="撤诉")
    now = NINE + HOUR
    stages.move(actor=department.agent, complaint_id=case.pk, wish=wish, who=HANDLER, now=now)
    with pytest.raises(stages.ChangedMeanwhile):
        stages.move(actor=department.lead, complaint_id=case.pk, wish=wish, who=HANDLER, now=now)


def test_stages_of_a_case_and_its_end_belong_together(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(closed_at=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(stage=S.SATISFIED)
