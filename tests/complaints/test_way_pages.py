"""The pages of a case's way: what they show, refuse and survive."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, LinkPurpose
from complaints.models import (
    Agreement,
    Assessment,
    CaseTask,
    CauseKind,
    Complaint,
    Incident,
    PersonalLink,
    PreventiveMeasure,
    Proposal,
    Revisit,
    RootCause,
)
from complaints.services import deadlines, links
from complaints.services.links import About
from portal import submissions
from portal.models import Throttle
from staff.people.models import Person
from tests.factories.complaints import (
    AssessmentFactory,
    CaseTaskFactory,
    ComplaintFactory,
    IncidentFactory,
    OrderFactory,
    PreventiveMeasureFactory,
    ProductFactory,
    ProposalFactory,
    RemedyFactory,
)
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db
HOSTILE = ("\x00", "\ud800", "1_000", "٣", "9" * 400, "-1", "NaN", "<script>")


@pytest.fixture
def department():
    return Department()


@pytest.fixture
def case(department):
    made = ComplaintFactory(
        store=department.store,
        owner=department.agent,
        registered_at=timezone.now() - timedelta(minutes=5),
        order=OrderFactory(store=department.store),
        stage=CaseStage.INVESTIGATION,
    )
    AssessmentFactory(complaint=made)
    deadlines.recount([made.pk], now=timezone.now())
    return made


def client_of(person):
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def client(department):
    return client_of(department.agent)


def page(name, *args):
    return reverse(f"complaints:{name}", args=args)


def text_of(response):
    return response.content.decode()


def fresh(case):
    return Complaint.objects.get(pk=case.pk)


def offer(**more):
    return {
        "form_key": submissions.new_key(),
        "kind_0": "EXCHANGE",
        "amount_0": "30.00",
        "text_0": "换一只新的",
        "reason": "换货最省",
        **more,
    }


def proposal_of(case, state="APPROVED", fen=0, **more):
    Complaint.objects.filter(pk=case.pk).update(stage="PROPOSAL")
    made = ProposalFactory(complaint=case, total_fen=fen, **more)
    RemedyFactory(proposal=made, amount_fen=fen)
    Proposal.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def test_the_page_says_where_the_case_is_what_is_missing_and_who_must_act(client, case):
    Assessment.objects.all().delete()
    shown = text_of(client.get(page("case", case.number)))
    assert 'aria-current="step">调查' in shown
    assert "投诉还没有评估。" in shown
    assert page("assess", case.number) in shown
    assert case.owner.name in shown


@pytest.mark.parametrize("role", ["agent", "lead", "deputy", "supervisor"])
def test_the_page_of_a_case_costs_at_most_twelve_queries(
    department, case, role, django_assert_max_num_queries
):
    proposal_of(case)
    CaseTaskFactory.create_batch(3, complaint=case)
    client = client_of(getattr(department, role))
    client.get(page("case", case.number))
    with django_assert_max_num_queries(12):
        response = client.get(page("case", case.number))
    assert page("handling", case.number) in text_of(response)


def test_a_case_is_moved_by_its_button_and_by_one_of_two(client, case):
    data = {"seen": "INVESTIGATION", "to": "WITHDRAWN", "reason": "顾客撤诉"}
    client.post(page("move", case.number), data)
    assert fresh(case).stage == CaseStage.WITHDRAWN
    answer = client.post(page("move", case.number), data, follow=True)
    assert "期间已有人推进了投诉" in text_of(answer)
    refused = client.post(
        page("move", case.number), {"seen": "WITHDRAWN", "to": "SATISFIED"}, follow=True
    )
    assert "不能从当前阶段转到那里" in text_of(refused)


def test_only_leads_close_as_unfounded(department, client, case):
    data = {"seen": "INVESTIGATION", "to": "UNFOUNDED", "reason": "无依据"}
    assert "您无权进行这一步" in text_of(client.post(page("move", case.number), data, follow=True))
    client_of(department.lead).post(page("move", case.number), data)
    assert fresh(case).stage == CaseStage.UNFOUNDED


def test_an_assessment_survives_the_lost_update(client, case):
    Assessment.objects.all().delete()
    data = {
        "seen": 0, "findings": "少了缓冲", "fault": "OURS", "fault_percent": "80",
        "reasonable": "YES", "long_relation": "NO", "buys_again": "UNKNOWN", "reputation": "",
    }  # fmt: skip
    assert client.post(page("assess", case.number), data).status_code == 302
    second = client.post(page("assess", case.number), {**data, "findings": "别的"})
    assert second.status_code == 422
    assert "少了缓冲" in text_of(second)
    assert "别的" in text_of(second)
    assert client.post(page("assess", case.number), {**data, "seen": 1}).status_code == 302


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


def test_a_task_is_given_once_done_with_its_proof_and_listed(client, case):
    department_key = client.get(page("give_task", case.number)).context["form"].fields["department"]
    key = department_key.choices[1][0]
    data = {
        "form_key": submissions.new_key(), "department": key, "what": "补发杯盖",
        "needs_proof": "TRACKING", "due_at": "", "contact": "",
    }  # fmt: skip
    client.post(page("give_task", case.number), data)
    client.post(page("give_task", case.number), data)
    task = CaseTask.objects.get()
    assert "补发杯盖" in text_of(client.get(page("tasks")))
    assert case.number in text_of(client.get(reverse("portal:tile_open")))
    assert client.post(page("finish_task", task.pk), {"proof": ""}).status_code == 422
    client.post(page("finish_task", task.pk), {"proof": "SF1"})
    task.refresh_from_db()
    assert (task.state, task.proof) == ("DONE", "SF1")
    assert "SF1" in text_of(client.get(page("tasks") + "?tab=done"))
    again = client.post(page("cancel_task", task.pk), {"reason": "x"}, follow=True)
    assert "该任务已完成或已取消" in text_of(again)


def test_the_call_sheet_and_the_attempt(client, case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    assert "第 1 次，共 3 次" in text_of(client.get(page("revisit", case.number)))
    data = {
        "form_key": submissions.new_key(), "channel": "PHONE", "outcome": "SATISFIED",
        "score": "2", "words": "", "thanked": "on",
    }  # fmt: skip
    assert "说明顾客不满意" in text_of(client.post(page("revisit", case.number), data))
    data["score"] = "5"
    client.post(page("revisit", case.number), data)
    client.post(page("revisit", case.number), data)
    assert Revisit.objects.count() == 1
    early = {**data, "form_key": submissions.new_key(), "outcome": "NOT_REACHED"}
    assert "不会有评分或致谢" in text_of(client.post(page("revisit", case.number), early))


def test_cause_and_measures(department, client, case):
    kind = CauseKind.objects.get(code="packing")
    data = {"seen": 0, "kind": kind.pk, "text": "没有缓冲"}
    assert client.post(page("cause", case.number), data).status_code == 302
    lost = client.post(page("cause", case.number), {**data, "text": "别的"})
    assert lost.status_code == 422
    assert "没有缓冲" in text_of(lost)
    assert RootCause.objects.get().text == "没有缓冲"
    measure = {
        "form_key": submissions.new_key(), "what": "双层气泡膜",
        "owner": department.lead.pk, "due_on": "2026-12-01",
    }  # fmt: skip
    for _ in range(2):
        client.post(page("add_measure", case.number), measure)
    made = PreventiveMeasure.objects.get()
    lead = client_of(department.lead)
    assert "双层气泡膜" in text_of(lead.get(page("measures")))
    lead.post(page("end_measure", made.pk), {"version": 1, "effect": "未再发生"})
    again = lead.post(page("end_measure", made.pk), {"version": 1, "effect": "x"}, follow=True)
    assert "期间已有人改动" in text_of(again)
    assert "未再发生" in text_of(lead.get(page("measures") + "?tab=done"))


LISTS = {
    "proposals": (lambda case: proposal_of(case, state="SUBMITTED"), 8),
    "tasks": (lambda case: CaseTaskFactory(complaint=case, owner=case.owner), 7),
    "incidents": (
        lambda case: IncidentFactory(store=case.store, opened_by=case.owner),
        7,
    ),
    "measures": (lambda case: PreventiveMeasureFactory(complaint=case, owner=case.owner), 7),
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", LISTS)
def test_lists_cost_the_same_for_any_number_of_rows(
    department, client, django_assert_num_queries, name, rows
):
    make, queries = LISTS[name]
    for _ in range(rows):
        make(ComplaintFactory(store=department.store, owner=department.agent))
    client.get(page(name))
    with django_assert_num_queries(queries):
        response = client.get(page(name))
    assert text_of(response).count('<td data-label="') // 5 >= rows


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_never_breaks_the_forms(client, case, text):
    made = proposal_of(case, state="DRAFT")
    task = CaseTaskFactory(complaint=case, owner=case.owner)
    names = (
        "seen", "to", "reason", "version", "findings", "fault", "fault_percent", "reasonable",
        "kind_0", "amount_0", "text_0", "goods_fen", "wanted", "return_fen", "form_key", "channel",
        "at", "wording", "words", "department", "what", "due_at", "contact", "needs_proof", "proof",
        "result", "outcome", "score", "kind", "text", "owner", "due_on", "effect", "answer",
    )  # fmt: skip
    data = dict.fromkeys(names, text.encode("utf-8", "surrogatepass"))
    for url in (
        page("move", case.number),
        page("assess", case.number),
        page("propose", case.number),
        page("change_proposal", case.number, 1),
        page("submit_proposal", case.number, 1),
        page("agree", case.number),
        page("decline", case.number),
        page("give_task", case.number),
        page("finish_task", task.pk),
        page("cancel_task", task.pk),
        page("revisit", case.number),
        page("cause", case.number),
        page("add_measure", case.number),
    ):
        assert client.post(url, data).status_code < 500, url
    for query in ("tab", "page"):
        asked = text.encode("utf-8", "surrogatepass")
        assert client.get(page("tasks"), {query: asked}).status_code < 500
    made.refresh_from_db()
    assert made.state == "DRAFT"


def test_a_merged_number_leads_to_the_case_that_stays(client, department, case):
    other = ComplaintFactory(
        store=department.store, owner=department.agent, customer=case.customer,
        registered_at=timezone.now(),
    )  # fmt: skip
    assert other.number in text_of(client.get(page("merge", case.number)))
    wrong = client.post(page("merge", case.number), {"into": "C20991231-9999", "reason": "x"})
    assert "没有您可以修改的这起投诉" in text_of(wrong)
    client.post(page("merge", case.number), {"into": other.number.lower(), "reason": "同一件事"})
    answer = client.get(page("case", case.number), follow=True)
    assert answer.redirect_chain == [(page("case", other.number), 302)]
    assert f"{case.number} 已并入本投诉" in text_of(answer)
    assert client.get(page("case", case.number) + "?stay").status_code == 200


def test_a_case_about_the_same_order_or_batch_is_pointed_out_if_one_may_see_it(
    client, department, case
):
    url = page("case", case.number)
    assert "涉及同一" not in text_of(client.get(url))
    ComplaintFactory(store=department.other_store, order=case.order, registered_at=timezone.now())
    assert "涉及同一" not in text_of(client.get(url))
    other = ComplaintFactory(
        store=department.store, batch="B1", product=ProductFactory(), registered_at=timezone.now()
    )
    Complaint.objects.filter(pk=case.pk).update(batch="B1", product=other.product)
    assert "涉及同一批次" in text_of(client.get(url))
    Complaint.objects.filter(pk=other.pk).update(order=case.order)
    assert "涉及同一订单" in text_of(client.get(url))


def test_an_incident_is_opened_once_told_and_closed(department, case):
    lead = client_of(department.lead)
    address = page("create_incident") + f"?case={case.number}&case=x"
    data = {"form_key": submissions.new_key(), "title": "杯盖开裂", "message": "全部换新"}
    first, again = lead.post(address, data), lead.post(address, data)
    made = Incident.objects.get()
    assert first.url == again.url == page("incident", made.number)
    assert case.number in text_of(lead.get(page("incident", made.number)))
    assert "杯盖开裂" in text_of(lead.get(page("incidents")))
    lead.post(page("tell_incident", made.number), {"version": made.version})
    again = lead.post(page("tell_incident", made.number), {"version": made.version}, follow=True)
    assert "期间已有人改动" in text_of(again)
    wrong = lead.post(page("change_incident", made.number), {**data, "title": "我的", "version": 1})
    assert wrong.status_code == 409
    assert "杯盖开裂" in text_of(wrong)  # what is stored, beside what was typed
    assert "我的" in text_of(wrong)
    assert fresh(case).answered_at is not None
    lead.post(page("leave_incident", case.number))
    assert fresh(case).incident is None
    lead.post(page("add_to_incident", made.number), {"number": case.number})
    assert fresh(case).incident == made
    for text in HOSTILE:
        sent = dict.fromkeys(
            ("number", "title", "cause", "version", "into", "reason", "measure", "message"),
            text.encode("utf-8", "surrogatepass"),
        )
        for name in ("add_to_incident", "tell_incident", "end_incident", "change_incident"):
            assert lead.post(page(name, made.number), sent).status_code < 500
        assert lead.post(page("merge", case.number), sent).status_code < 500
        assert lead.get(page("create_incident"), {"case": sent["number"]}).status_code < 500


# --- Links without an account ----------------------------------------------------------------


def linked(case, purpose, **more):
    about = About(purpose=purpose, complaint=case, **more)
    actor = Person.objects.get(pk=case.owner_id)
    return links.make(about, actor=actor, language="zh-hans", now=timezone.now())[0]


def test_the_customer_agrees_on_the_link_once(case):
    token = linked(case, LinkPurpose.AGREE, proposal=proposal_of(case, fen=0))
    visitor = Client()
    shown = text_of(visitor.get(page("link", token)))
    assert "我们给您的方案" in shown
    assert case.customer.name not in shown
    answer = visitor.post(page("link", token), {"answer": "yes", "words": "好"})
    assert answer.url == page("thanks")
    agreement = Agreement.objects.get()
    assert (agreement.recorded_by, agreement.wording) == (None, "好")
    assert fresh(case).stage == CaseStage.AGREED
    assert visitor.post(page("link", token), {"answer": "yes"}).status_code == 404


def test_a_no_on_the_link_says_what_the_customer_would_like(case):
    made = proposal_of(case)
    token = linked(case, LinkPurpose.AGREE, proposal=made)
    visitor = Client()
    assert visitor.post(page("link", token), {"answer": "no"}).status_code == 422
    visitor.post(page("link", token), {"answer": "no", "words": "要退款"})
    made.refresh_from_db()
    assert made.state == "DECLINED"


def test_the_customer_gives_a_score_once(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    visitor = Client()
    assert visitor.post(page("link", token), {"score": "6"}).status_code == 422
    visitor.post(page("link", token), {"score": "1", "words": "还是坏的"})
    assert visitor.post(page("link", token), {"score": "5"}).status_code == 404
    assert (Revisit.objects.get().score, fresh(case).stage) == (1, CaseStage.INVESTIGATION)


def test_a_case_that_is_at_work_again_asks_for_no_score(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    Complaint.objects.filter(pk=case.pk).update(stage="INVESTIGATION")
    assert Client().get(page("link", token)).status_code == 404
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    assert Client().get(page("link", token)).status_code == 200


def test_a_department_does_its_task_on_the_link(case):
    task = CaseTaskFactory(complaint=case, owner=case.owner, due_at=timezone.now())
    token = linked(case, LinkPurpose.TASK, task=task)
    visitor = Client()
    shown = text_of(visitor.get(page("link", token)))
    assert task.what in shown
    assert case.customer.name not in shown
    assert visitor.post(page("link", token), {"proof": ""}).status_code == 422
    visitor.post(page("link", token), {"proof": "SF9"})
    task.refresh_from_db()
    assert (task.state, task.done_by) == ("DONE", None)


def test_links_that_do_not_work_look_the_same(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    used, void, late = (linked(case, LinkPurpose.SCORE) for _ in range(3))
    rows = PersonalLink.objects.order_by("pk")
    rows.filter(pk=rows[0].pk).update(used_at=timezone.now(), void_at=None)
    rows.filter(pk=rows[2].pk).update(expires_at=timezone.now())
    pages = set()
    for token in (used, void, late, "A" * 22, "x", "é" * 30, "9" * 400):
        response = Client(enforce_csrf_checks=False).get(page("link", token))
        assert response.status_code == 404
        assert response["Cache-Control"].startswith("max-age=0")
        pages.add(without_own(text_of(response), quote(page("link", token), safe="")))
    assert len(pages) == 1


def without_own(shown, address):
    """The page without what the visitor brought along: the address, and the token of the form."""
    shown = re.sub(r'name="next" value="[^"]*"', "", shown.replace(address, ""))
    return re.sub(r'("X-CSRFToken": |name="csrfmiddlewaretoken" value=)"[^"]*"', "", shown)


def test_who_guesses_is_stopped_for_a_while_and_others_are_not(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    for number in range(31):
        assert guesser.get(page("link", f"guess{number}")).status_code == 404
    assert guesser.get(page("link", token)).status_code == 404
    assert Client(REMOTE_ADDR="203.0.113.8").get(page("link", token)).status_code == 200
    assert "203.0.113.7" not in str(list(Throttle.objects.values()))
    past = timezone.now() - timedelta(minutes=11)
    Throttle.objects.update(began_at=past)
    assert guesser.get(page("link", token)).status_code == 200


def test_the_link_speaks_the_language_it_was_made_in_until_the_visitor_chooses(case):
    Complaint.objects.filter(pk=case.pk).update(stage="REVISIT")
    token = linked(case, LinkPurpose.SCORE)
    visitor = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert "我们处理得怎么样" in text_of(visitor.get(page("link", token)))
    visitor.post("/language/", {"language": "en", "next": "/"})
    assert "How did we do?" in text_of(visitor.get(page("link", token)))
