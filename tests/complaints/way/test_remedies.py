"""Remedies, their approval and the agreement: CMP-6, CMP-7."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from complaints.enums import LinkPurpose, ProposalState, Revisited, TaskState
from complaints.models import CaseTask, Proposal, Remedy
from complaints.policies.approval import Refusal
from complaints.services import closing, links, remedies, tasks
from complaints.services.links import About
from portal.models import AuditEntry, Notice
from staff.people.enums import Post
from tests.complaints.scene import HOUR, NINE
from tests.complaints.way.steps import (
    K,
    S,
    agreed,
    at_investigation,
    at_revisit,
    attempt,
    decided,
    draft,
    fresh,
    move,
    proposed,
)
from tests.factories.complaints import OrderFactory
from tests.factories.staff import AbsenceFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


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


def test_the_decision_reaches_the_proposer_with_its_reason(client, department, case):
    proposal = proposed(department, case, (K.EXCHANGE, 3000))
    waiting = Notice.objects.get(kind=remedies.WAITS)
    assert waiting.receiver == department.lead.user
    decided(department.lead, proposal, approve=False)
    case = fresh(case)
    assert case.stage == S.PROPOSAL
    told = Notice.objects.get(kind=remedies.DECIDED)
    assert told.receiver == department.agent.user
    waiting.refresh_from_db()
    assert waiting.read_at is not None
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision) == (ProposalState.REFUSED, "合理")
    for notice in (waiting, told):  # both lead to the page with the reason and the buttons
        client.force_login(notice.receiver)
        answer = client.get(reverse("portal:notice", args=[notice.pk]))
        page = reverse("complaints:proposal", args=[case.number, proposal.position])
        assert answer.headers["Location"] == page
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
