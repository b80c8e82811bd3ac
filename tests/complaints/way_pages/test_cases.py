"""The page of a case on its way, and the lists: what they show and cost."""

import pytest

from complaints.enums import CaseStage
from complaints.models import Assessment
from tests.complaints.way_pages.steps import HOSTILE, client_of, fresh, page, proposal_of, text_of
from tests.factories.complaints import (
    CaseTaskFactory,
    ComplaintFactory,
    IncidentFactory,
    PreventiveMeasureFactory,
)

pytestmark = pytest.mark.django_db


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
