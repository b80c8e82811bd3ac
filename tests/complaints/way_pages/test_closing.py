"""Tasks, the revisit, cause and measures."""

import pytest
from django.urls import reverse

from complaints.models import CaseTask, CauseKind, Complaint, PreventiveMeasure, Revisit, RootCause
from portal import submissions
from tests.complaints.way_pages.steps import client_of, page, text_of

pytestmark = pytest.mark.django_db


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
