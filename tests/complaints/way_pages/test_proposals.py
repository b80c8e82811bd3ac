"""Proposals: made, handed in, decided, agreed on, declined."""

import pytest
from django.urls import reverse

from complaints.enums import CaseStage
from complaints.models import Agreement, CaseTask, Proposal
from tests.complaints.way_pages.steps import client_of, fresh, offer, page, proposal_of, text_of

pytestmark = pytest.mark.django_db


def test_a_proposal_is_made_once_however_often_it_is_sent(client, case):
    data = offer()
    first = client.post(page("propose", case.number), data)
    again = client.post(page("propose", case.number), data)
    assert (first.status_code, again.status_code, Proposal.objects.count()) == (302, 302, 1)
    made = Proposal.objects.get()
    assert (made.total_fen, fresh(case).stage) == (3000, CaseStage.PROPOSAL)


def test_a_refund_above_the_exchange_says_what_is_left(client, case):
    data = offer(kind_0="PARTIAL_REFUND", amount_0="38.01", goods_fen="30", handling_fen="8.00")
    answer = client.post(page("propose", case.number), data)
    assert answer.status_code == 422
    assert "最多还可退 38.00 元" in text_of(answer)
    assert "换货最省" in text_of(answer)
    data["amount_0"] = "38.00"
    assert client.post(page("propose", case.number), data).status_code == 302


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"kind_0": ""}, "请选择这一行的补救方式"),
        ({"kind_0": "", "amount_0": "", "text_0": ""}, "请至少选择一种补救方式"),
        ({"kind_0": "COUPON", "amount_0": ""}, "金额必须大于零"),
        ({"amount_0": "1_000"}, "金额"),
        ({"reason": ""}, "必填"),
    ],
)
def test_what_a_proposal_lacks_is_said_and_nothing_is_lost(client, case, more, says):
    answer = client.post(page("propose", case.number), offer(**more))
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not Proposal.objects.exists()
    assert fresh(case).stage == CaseStage.INVESTIGATION


def test_a_proposal_goes_to_the_lead_and_back(department, client, case):
    client.post(page("propose", case.number), offer())
    client.post(page("submit_proposal", case.number, 1), {"version": 1})
    assert fresh(case).stage == CaseStage.APPROVAL
    own = client.post(page("decide_proposal", case.number, 1), {"version": 2, "reason": "x"})
    assert own.status_code == 403
    lead = client_of(department.lead)
    assert case.number in text_of(lead.get(page("proposals")))
    assert case.number in text_of(lead.get(reverse("portal:tile_decide")))
    shown = text_of(lead.get(page("proposal", case.number, 1)))
    assert "批准" in shown
    decision = {"version": 2, "reason": "同意", "answer": "approve"}
    lead.post(page("decide_proposal", case.number, 1), decision)
    assert Proposal.objects.get().decided_by == department.lead
    twice = lead.post(page("decide_proposal", case.number, 1), decision, follow=True)
    assert "期间已有人改动" in text_of(twice)


def test_the_proposer_has_no_button_to_decide(department, case):
    lead = client_of(department.lead)
    lead.post(page("propose", case.number), offer())
    lead.post(page("submit_proposal", case.number, 1), {"version": 1})
    shown = text_of(lead.get(page("proposal", case.number, 1)))
    assert "任何人不得审批自己的方案" in shown
    data = {"version": 2, "reason": "x", "answer": "approve"}
    answer = lead.post(page("decide_proposal", case.number, 1), data, follow=True)
    assert "任何人不得审批自己的方案" in text_of(answer)
    assert Proposal.objects.get().state == "SUBMITTED"


def test_an_approved_proposal_that_is_changed_is_void(department, client, case):
    client.post(page("propose", case.number), offer())
    client.post(page("submit_proposal", case.number, 1), {"version": 1})
    data = {"version": 2, "reason": "同意", "answer": "approve"}
    client_of(department.lead).post(page("decide_proposal", case.number, 1), data)
    form = client.get(page("change_proposal", case.number, 1))
    assert "修改后原方案作废" in text_of(form)
    changed = offer(version=3, amount_0="31")
    changed.pop("form_key")
    answer = client.post(page("change_proposal", case.number, 1), changed)
    assert answer.url == page("proposal", case.number, 2)
    states = Proposal.objects.order_by("position").values_list("state", flat=True)
    assert list(states) == ["VOID", "DRAFT"]


def test_the_agreement_is_recorded_and_the_departments_get_their_tasks(client, case):
    made = proposal_of(case)
    data = {
        "version": made.version, "channel": "PHONE", "at": "2026-11-20T10:00:00",
        "wording": "可以",
    }  # fmt: skip
    assert client.post(page("agree", case.number), {**data, "at": ""}).status_code == 422
    client.post(page("agree", case.number), data)
    assert (fresh(case).stage, CaseTask.objects.count()) == (CaseStage.AGREED, 1)
    assert "没有已批准的方案" in text_of(client.post(page("agree", case.number), data, follow=True))
    assert Agreement.objects.count() == 1


def test_a_customer_who_declines(client, case):
    made = proposal_of(case)
    data = {"version": made.version, "words": "要退款"}
    client.post(page("decline", case.number), data)
    made.refresh_from_db()
    assert made.state == "DECLINED"
