"""The way of a case through services and database: CMP-3 to CMP-9, CMP-14."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.enums import (
    CaseStage,
    Channel,
    LinkPurpose,
    ProposalState,
    RemedyKind,
    Revisited,
    TaskState,
)
from complaints.models import (
    CaseTask,
    CauseKind,
    Complaint,
    FollowUp,
    PersonalLink,
    Proposal,
    Remedy,
    TimelineEntry,
)
from complaints.policies.approval import Refusal
from complaints.policies.stages import Need, Who
from complaints.queries import customers
from complaints.services import (
    closing,
    deadlines,
    incidents,
    links,
    merging,
    remedies,
    stages,
    tasks,
)
from complaints.services.links import About
from complaints.services.remedies import Draft, Judgement, Word
from portal.models import AuditEntry, Notice
from staff.people.access import scope_of
from staff.people.enums import Post
from tests.factories.complaints import (
    ComplaintFactory,
    OrderFactory,
    PreventiveMeasureFactory,
    ProcedureFactory,
)
from tests.factories.staff import AbsenceFactory, Department, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NINE = datetime(2026, 11, 2, 1, tzinfo=UTC)  # Monday, 09:00 in Shanghai
S, K = CaseStage, RemedyKind
HANDLER = frozenset({Who.HANDLER})


@pytest.fixture
def department():
    return Department()


@pytest.fixture
def case(department):
    return at_investigation(department)


def at_investigation(department, **more):
    made = ComplaintFactory(
        store=department.store, owner=department.agent, registered_at=NINE, **more
    )
    deadlines.recount([made.pk], now=NINE)
    deadlines.acknowledge(actor=department.agent, complaint_id=made.pk, now=NINE + MINUTE)
    move(department.agent, made, S.INVESTIGATION, NINE + 2 * MINUTE)
    judge(department, made)
    return fresh(made)


def judge(department, case):
    remedies.assess(
        actor=department.agent,
        complaint_id=case.pk,
        judgement=Judgement(
            long_relation="YES", buys_again="YES", reputation="", reasonable="YES",
            fault="OURS", fault_percent=100, findings="包装太薄",
        ),
        version=0,
        now=NINE + 3 * MINUTE,
    )  # fmt: skip


def fresh(case):
    return Complaint.objects.get(pk=case.pk)


def move(actor, case, to, now, *, who=HANDLER, reason=""):
    wish = stages.Wish(seen=fresh(case).stage, to=to, reason=reason)
    return stages.move(actor=actor, complaint_id=case.pk, wish=wish, who=who, now=now)


def draft(*offers, **more):
    found = [remedies.Remedy(kind=kind, amount=amount) for kind, amount in offers]
    return Draft(remedies=found, reason="顾客愿意留下商品", **more)


def proposed(department, case, *offers, now=NINE + HOUR, by=None, **more):
    made = remedies.propose(
        actor=by or department.agent, complaint_id=case.pk, draft=draft(*offers, **more), now=now
    )
    return remedies.submit(
        actor=by or department.agent, proposal_id=made.pk, version=1, now=now + MINUTE
    )


def decided(actor, proposal, *, approve=True, now=NINE + 2 * HOUR):
    return remedies.decide(
        actor=actor,
        proposal_id=proposal.pk,
        version=proposal.version,
        approve=approve,
        reason="合理",
        now=now,
    )


def agreed(department, proposal, now=NINE + 3 * HOUR):
    word = Word(channel=Channel.PHONE, at=now, wording="可以")
    return tasks.agree(actor=department.agent, proposal_id=proposal.pk, word=word, now=now)


def at_revisit(department, case):
    proposal = proposed(department, case, (K.EXCHANGE, 3000))
    decided(department.lead, proposal)
    for task in agreed(department, proposal):
        tasks.done(
            actor=department.agent, task_id=task.pk, proof="SF123", result="", now=NINE + 5 * HOUR
        )
    assert fresh(case).stage == S.REVISIT
    return fresh(case)


def attempt(outcome, **more):
    return closing.Attempt(channel=Channel.PHONE, outcome=outcome, **more)


def told_cause(department, case, code="courier-damage", now=NINE + 6 * HOUR):
    kind = CauseKind.objects.get(code=code)
    closing.find_cause(
        actor=department.agent, complaint_id=case.pk, kind=kind, text="包装", version=0, now=now
    )


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


# --- Remedies and approval -------------------------------------------------------------------


COST = {"goods_fen": 2000, "freight_out_fen": 800, "freight_back_fen": 800, "handling_fen": 200}


def test_a_partial_refund_costs_at_most_an_exchange(department, case):
    with pytest.raises(remedies.Refused) as refused:
        proposed(department, case, (K.PARTIAL_REFUND, 3801), **COST)
    assert (refused.value.reason, refused.value.room) == (Refusal.OVER_EXCHANGE, 3800)
    assert fresh(case).stage == S.INVESTIGATION
    assert proposed(department, case, (K.PARTIAL_REFUND, 3800), **COST).total_fen == 3800


def test_two_cases_of_one_order_share_the_limit(department):
    order = OrderFactory(store=department.store)
    first = at_investigation(department, order=order)
    second = at_investigation(department, order=order)
    proposed(department, first, (K.PARTIAL_REFUND, 2000), **COST)
    with pytest.raises(remedies.Refused):
        proposed(department, second, (K.PARTIAL_REFUND, 2000), **COST)
    proposed(department, second, (K.PARTIAL_REFUND, 1800), **COST)


def test_nobody_decides_on_their_own_proposal(department, case):
    proposal = proposed(department, case, (K.EXCHANGE, 3000), by=department.lead)
    with pytest.raises(remedies.Refused) as refused:
        decided(department.lead, proposal)
    assert refused.value.reason == Refusal.OWN
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state="APPROVED", decided_by=department.lead, decided_at=NINE
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state="APPROVED")
    assert decided(department.deputy, proposal).state == ProposalState.APPROVED


def test_what_was_granted_before_counts_for_who_approves(department, case):
    at_revisit(department, case)  # 30.00 are granted
    closing.revisit(
        actor=department.agent,
        complaint_id=case.pk,
        attempt=attempt(Revisited.NOT_SATISFIED, words="还是坏的"),
        now=NINE + 6 * HOUR,
    )
    second = proposed(department, case, (K.GIFT, 2001), now=NINE + 7 * HOUR)
    assert second.needs == Post.DEPUTY
    with pytest.raises(remedies.Refused) as refused:
        decided(department.lead, second, now=NINE + 8 * HOUR)
    assert refused.value.reason == Refusal.ABOVE_POST
    assert decided(department.deputy, second, now=NINE + 8 * HOUR).is_exception is False


def test_the_deputy_stands_in_only_while_the_supervisor_is_away(department, case):
    proposal = proposed(department, case, (K.REFUND, 50001))
    with pytest.raises(remedies.Refused) as refused:
        decided(department.deputy, proposal)
    assert refused.value.reason == Refusal.SUPERVISOR_IS_HERE
    AbsenceFactory(person=department.supervisor, day=NINE.date())
    assert decided(department.deputy, proposal).is_exception is True
    entry = AuditEntry.objects.get(verb="proposal.approved")
    assert entry.after["exception"] is True


def test_a_supervisors_own_is_decided_by_another_else_by_the_deputy(department, case):
    proposal = proposed(department, case, (K.EXCHANGE, 100), by=department.supervisor)
    other = PersonFactory(posting__post=Post.SUPERVISOR)
    with pytest.raises(remedies.Refused) as refused:
        decided(department.deputy, proposal)
    assert refused.value.reason == Refusal.ANOTHER_SUPERVISOR
    AbsenceFactory(person=other, day=NINE.date())
    assert decided(department.deputy, proposal).is_exception is True


def test_what_costs_nothing_needs_no_approval(department, case):
    proposal = proposed(department, case, (K.APOLOGY, 0), (K.EXPLANATION, 0))
    assert (proposal.state, proposal.needs) == (ProposalState.APPROVED, "")
    assert agreed(department, proposal) == []
    assert fresh(case).stage == S.AGREED
    assert move(department.agent, case, S.REVISIT, NINE + 4 * HOUR).stage == S.REVISIT


def test_the_decision_reaches_the_proposer_with_its_reason(department, case):
    proposal = proposed(department, case, (K.EXCHANGE, 3000))
    waiting = Notice.objects.get(kind=remedies.WAITS)
    assert waiting.receiver == department.lead.user
    decided(department.lead, proposal, approve=False)
    case = fresh(case)
    assert case.stage == S.PROPOSAL
    assert Notice.objects.get(kind=remedies.DECIDED).receiver == department.agent.user
    waiting.refresh_from_db()
    assert waiting.read_at is not None
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision) == (ProposalState.REFUSED, "合理")
    second = proposed(department, case, (K.EXCHANGE, 2000), now=NINE + 3 * HOUR)
    assert second.position == 2


def test_changing_an_approved_proposal_makes_it_void(department, case):
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    token, _link = links.make(
        About(purpose=LinkPurpose.AGREE, complaint=case, proposal=proposal),
        actor=department.agent, language="zh-hans", now=NINE + 2 * HOUR,
    )  # fmt: skip
    changed = remedies.change(
        actor=department.agent,
        proposal_id=proposal.pk,
        draft=draft((K.EXCHANGE, 3001)),
        version=proposal.version,
        now=NINE + 3 * HOUR,
    )
    proposal.refresh_from_db()
    assert (proposal.state, changed.state) == (ProposalState.VOID, ProposalState.DRAFT)
    assert fresh(case).stage == S.PROPOSAL
    with pytest.raises(links.Gone):
        links.find(token, now=NINE + 3 * HOUR)
    with pytest.raises(remedies.NotNow):
        agreed(department, proposal)


def test_the_database_refuses_to_change_what_was_approved(department, case):
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    rows = Proposal.objects.filter(pk=proposal.pk)
    remedy = Remedy.objects.filter(proposal=proposal)
    for act in (
        lambda: rows.update(total_fen=1),
        lambda: rows.update(state="DRAFT"),
        lambda: remedy.update(amount_fen=1),
        remedy.delete,
        lambda: Remedy.objects.create(proposal=proposal, position=7, kind=K.GIFT, amount_fen=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert rows.get().total_fen == remedy.get().amount_fen == 3000


def test_one_proposal_at_a_time(department, case):
    proposed(department, case, (K.EXCHANGE, 3000))
    with pytest.raises(remedies.NotNow):
        proposed(department, case, (K.EXCHANGE, 3000))
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(
            complaint=case, position=2, reason="x", proposed_by=department.agent, proposed_at=NINE
        )


def test_a_customer_who_declines_is_offered_something_else(department, case):
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    remedies.decline(
        actor=department.agent, proposal_id=proposal.pk, version=proposal.version,
        words="要退款", now=NINE + 3 * HOUR,
    )  # fmt: skip
    assert fresh(case).stage == S.PROPOSAL
    proposed(department, case, (K.REFUND, 3000), now=NINE + 4 * HOUR)


def test_a_draft_is_changed_in_place_and_not_by_two_at_once(department, case):
    made = remedies.propose(
        actor=department.agent, complaint_id=case.pk, draft=draft((K.GIFT, 100)), now=NINE + HOUR
    )
    again = remedies.change(
        actor=department.agent, proposal_id=made.pk, draft=draft((K.GIFT, 200), (K.APOLOGY, 0)),
        version=1, now=NINE + HOUR,
    )  # fmt: skip
    assert (again.pk, again.total_fen, again.remedies.count()) == (made.pk, 200, 2)
    with pytest.raises(remedies.ChangedMeanwhile):
        remedies.submit(actor=department.agent, proposal_id=made.pk, version=1, now=NINE + HOUR)


def test_going_back_takes_away_what_was_agreed_unless_a_part_of_it_is_done(department, case):
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    task = agreed(department, proposal)[0]
    tasks.cancel(actor=department.agent, task_id=task.pk, reason="无货", now=NINE + 4 * HOUR)
    move(department.agent, case, S.PROPOSAL, NINE + 4 * HOUR, reason="无货")
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.VOID
    assert CaseTask.objects.get(pk=task.pk).state == TaskState.CANCELLED


# --- Revisit and links -----------------------------------------------------------------------


def scored(token, score, *, now=NINE + 6 * HOUR):
    link = links.find(token, now=now)
    return closing.vote(link=link, score=score, words="", now=now)


def linked(department, case, purpose=LinkPurpose.SCORE, now=NINE + 6 * HOUR, **more):
    about = About(purpose=purpose, complaint=case, **more)
    return links.make(about, actor=department.agent, language="zh-hans", now=now)[0]


def test_a_low_score_on_the_link_reopens_once_and_tells_owner_and_lead(department, case):
    at_revisit(department, case)
    token = linked(department, case)
    link = links.find(token, now=NINE + 6 * HOUR)
    closing.vote(link=link, score=2, words="还是坏的", now=NINE + 6 * HOUR)
    case = fresh(case)
    assert (case.stage, case.reopened) == (S.INVESTIGATION, 1)
    told = Notice.objects.filter(kind=closing.REOPENED).values_list("receiver", flat=True)
    assert set(told) == {department.agent.user_id, department.lead.user_id}
    with pytest.raises(links.Gone):
        closing.vote(link=link, score=1, words="", now=NINE + 6 * HOUR)
    with pytest.raises(links.Gone):
        links.find(token, now=NINE + 6 * HOUR)
    assert case.revisits.count() == 1
    assert deadlines.recount([case.pk], now=NINE) == 0


def test_a_low_score_reopens_a_closed_case_too(department, case):
    at_revisit(department, case)
    token = linked(department, case)
    told_cause(department, case)
    closing.revisit(
        actor=department.agent,
        complaint_id=case.pk,
        attempt=attempt(Revisited.SATISFIED, thanked=True),
        now=NINE + 6 * HOUR,
    )
    move(department.agent, case, S.SATISFIED, NINE + 6 * HOUR)
    scored(token, 1, now=NINE + 7 * HOUR)
    assert (fresh(case).stage, fresh(case).reopened) == (S.INVESTIGATION, 1)


def test_a_good_score_counts_as_satisfied(department, case):
    at_revisit(department, case)
    made = scored(linked(department, case), 3)
    assert (made.outcome, made.thanked, fresh(case).stage) == (Revisited.SATISFIED, True, S.REVISIT)


def test_a_link_is_kept_as_a_hash_and_expires(department, case):
    at_revisit(department, case)
    token = linked(department, case)
    row = PersonalLink.objects.get()
    assert token not in str(vars(row))
    assert (len(token), len(row.token_hash)) == (22, 64)
    assert links.find(token, now=NINE + 6 * HOUR + timedelta(days=14) - MINUTE) == row
    with pytest.raises(links.Gone):
        links.find(token, now=NINE + 6 * HOUR + timedelta(days=14))
    second = linked(department, case)
    with pytest.raises(links.Gone):
        links.find(token, now=NINE + 6 * HOUR)
    assert links.find(second, now=NINE + 6 * HOUR).pk != row.pk


def test_stages_of_a_case_and_its_end_belong_together(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(closed_at=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Complaint.objects.filter(pk=case.pk).update(stage=S.SATISFIED)


# --- Merging and incidents -------------------------------------------------------------------


def merged(department, one, into, now=NINE + 4 * HOUR):
    return merging.merge(
        actor=department.agent, complaint_id=one.pk, into_id=into.pk, reason="同一件事", now=now
    )


def test_a_merged_case_takes_its_work_along_and_nothing_is_there_twice(department, case):
    other = at_investigation(department)
    proposal = decided(department.lead, proposed(department, case, (K.EXCHANGE, 3000)))
    agreed(department, proposal)
    merged(department, case, other)
    case, other = fresh(case), fresh(other)
    assert (case.stage, case.merged_into, case.due_at) == (S.MERGED, other, None)
    assert other.tasks.count() == other.followups.count() == 1
    assert Proposal.objects.get().complaint == other
    with pytest.raises(merging.Refused) as refused:
        merged(department, case, other)
    assert refused.value.reason == merging.Refusal.ENDED
    with pytest.raises(merging.Refused) as refused:
        merged(department, other, case)
    assert refused.value.reason == merging.Refusal.TARGET_MERGED
    with pytest.raises(merging.Refused) as refused:
        merged(department, other, other)
    assert refused.value.reason == merging.Refusal.SAME
    assert deadlines.recount([case.pk, other.pk], now=NINE) == 0


def test_what_runs_on_a_merged_case_goes_on_at_the_one_that_stays(department, case):
    into = ComplaintFactory(store=department.store, owner=department.agent, registered_at=NINE)
    told_cause(department, case, "packing", now=NINE + HOUR)
    measure = PreventiveMeasureFactory(complaint=case)
    lost, twice = ProcedureFactory(complaint=case), ProcedureFactory(complaint=case, kind="MISSING")
    ProcedureFactory(complaint=into, kind="MISSING")
    behind = incidents.Behind(title="杯盖开裂")
    made = incidents.begin(actor=department.lead, complaints=[case], behind=behind, now=NINE + HOUR)
    merged(department, case, into)
    into = fresh(into)
    assert (into.root_cause.kind.code, into.assessment.findings) == ("packing", "包装太薄")
    for row, at in ((measure, into), (lost, into), (twice, case)):
        row.refresh_from_db()
        assert row.complaint == at
    assert list(made.cases.all()) == [into]


def test_the_stricter_deadline_wins_whichever_way_two_cases_are_merged(department):
    strict = at_investigation(department, severity="CRITICAL")
    usual = at_investigation(department)
    now = NINE + HOUR
    left = strict.answer_by
    assert left < usual.answer_by
    merged(department, strict, usual, now=now)
    assert fresh(usual).answer_by == left
    strict, usual = (at_investigation(department, severity=one) for one in ("CRITICAL", "MINOR"))
    before = strict.answer_by
    merged(department, usual, strict, now=now)
    assert fresh(strict).answer_by == before
    assert deadlines.recount(Complaint.objects.values_list("pk", flat=True), now=NINE) == 0


def test_a_merged_case_is_not_counted_as_a_repeat(department):
    first = at_investigation(department)
    second = at_investigation(department, customer=first.customer)
    scope = scope_of(department.lead.user, today=NINE.date())
    asked = {"customer_id": first.customer_id, "now": NINE + HOUR, "today": NINE.date()}
    assert customers.repeated(scope, **asked).count == 2
    merged(department, second, first)
    assert customers.repeated(scope, **asked).count == 1


def test_one_cause_and_one_measure_close_all_cases_of_an_incident(department, case):
    other = at_investigation(department)
    behind = incidents.Behind(
        title="杯盖开裂", cause=CauseKind.objects.get(code="packing"), message="已停售，全部换新",
    )  # fmt: skip
    made = incidents.begin(
        actor=department.lead, complaints=[case, other], behind=behind, now=NINE + HOUR
    )
    assert made.number.startswith("I20261102-")
    assert (
        incidents.tell_all(actor=department.lead, incident_id=made.pk, version=1, now=NINE + HOUR)
        == 2
    )
    assert fresh(other).answered_at == NINE + HOUR
    with pytest.raises(incidents.NoMessage):
        incidents.tell_all(actor=department.lead, incident_id=made.pk, version=2, now=NINE + HOUR)
    at_revisit(department, fresh(case))
    closing.revisit(
        actor=department.agent,
        complaint_id=case.pk,
        attempt=attempt(Revisited.SATISFIED, thanked=True),
        now=NINE + 6 * HOUR,
    )
    with pytest.raises(stages.Refused) as refused:
        move(department.agent, case, S.SATISFIED, NINE + 7 * HOUR)
    assert refused.value.answer.missing == (Need.PREVENTION,)
    with pytest.raises(incidents.ChangedMeanwhile):
        incidents.change(
            actor=department.lead, incident_id=made.pk, behind=behind, version=1, now=NINE
        )
    incidents.change(
        actor=department.lead, incident_id=made.pk, version=2, now=NINE + 7 * HOUR,
        behind=incidents.Behind(title="杯盖开裂", cause=behind.cause, measure="换供应商"),
    )  # fmt: skip
    assert move(department.agent, case, S.SATISFIED, NINE + 7 * HOUR).stage == S.SATISFIED


ACTS = ("acknowledge", "answer", "wait", "resume", "grade", "end", "reopen", "merge")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, 900)), max_size=14))
def test_in_whatever_order_things_come_the_history_says_the_same(department, acts):
    case = at_investigation(department)
    now, frozen = NINE + HOUR, None
    for act, minutes in acts:
        now += minutes * MINUTE
        with suppress(deadlines.Refused, stages.Refused, merging.Refused), transaction.atomic():
            DONE[act](department, fresh(case), now)
        deadlines.end_waits(now)
        assert deadlines.recount(Complaint.objects.values_list("pk", flat=True), now=NINE) == 0
        late = fresh(case).answered_late
        assert frozen is None or late == frozen
        frozen = late


def _grade(department, case, now):
    after = "CRITICAL" if case.severity != "CRITICAL" else "MINOR"
    Complaint.objects.filter(pk=case.pk).update(severity=after)
    graded = deadlines.Graded(complaint_id=case.pk, before=case.severity, after=after)
    deadlines.note_severities([graded], actor=department.agent, now=now)
    deadlines.recount([case.pk], now=NINE)


def _merge(department, case, now):
    other = ComplaintFactory(store=department.store, owner=department.agent, registered_at=now)
    deadlines.recount([other.pk], now=NINE)
    merged(department, other, case, now=now + MINUTE)


def _acting(act, **more):
    return lambda department, case, now: act(
        actor=department.agent, complaint_id=case.pk, now=now, **more
    )


DONE = {
    "acknowledge": _acting(deadlines.acknowledge),
    "answer": _acting(deadlines.answer, text="已答复"),
    "wait": lambda department, case, now: deadlines.wait(
        actor=department.agent, complaint_id=case.pk, reason="等照片", until=now + HOUR, now=now
    ),
    "resume": _acting(deadlines.resume),
    "grade": _grade,
    "end": lambda department, case, now: move(
        department.agent, case, S.WITHDRAWN, now, reason="撤诉"
    ),
    "reopen": lambda department, case, now: move(
        department.agent, case, S.INVESTIGATION, now, reason="又来"
    ),
    "merge": _merge,
}
