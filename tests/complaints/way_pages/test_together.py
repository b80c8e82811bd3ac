"""Cases that belong together: merged, about the same order or batch, of one incident."""

import pytest
from django.utils import timezone

from complaints.models import Complaint, Incident
from portal import submissions
from tests.complaints.way_pages.steps import HOSTILE, client_of, fresh, page, text_of
from tests.factories.complaints import ComplaintFactory, ProductFactory

pytestmark = pytest.mark.django_db


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
