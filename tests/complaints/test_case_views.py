import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from complaints.enums import EntryKind
from complaints.models import Complaint, Customer, Order
from portal.models import AuditEntry
from tests.factories.complaints import (
    ComplaintFactory,
    ComplaintTypeFactory,
    CustomerFactory,
    FollowUpFactory,
    OrderFactory,
    WatchFactory,
)

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def sign_in(client, person):
    client.force_login(person.user)
    return client


def filled(department, **more):
    return {
        "form_key": str(uuid.uuid4()),
        "channel": "PHONE",
        "store": department.store.pk,
        "shipping": "UNKNOWN",
        "name": "tb小王",
        "phone": "13812345678",
        "address": "江苏省扬州市广陵区文昌路1号",
        "description": "杯子碎了",
        "severity": "ORDINARY",
        **more,
    }


def test_create_registers_a_signed_complaint_with_its_files(client, department):
    sign_in(client, department.agent)
    data = filled(
        department,
        order_number="TB123",
        uploads=[
            SimpleUploadedFile("chat.txt", "你好".encode()),
            SimpleUploadedFile("cup.png", PNG),
        ],
    )

    response = client.post(reverse("complaints:create"), data)

    case = Complaint.objects.get()
    assert response.url == reverse("complaints:case", args=[case.number])
    assert case.recorder == department.agent
    assert case.order == Order.objects.get(number="TB123", store=department.store)
    assert sorted(case.attachments.values_list("kind", flat=True)) == ["image/png", "text/plain"]
    assert Customer.objects.get().phone_masked == "138****5678"


def test_create_sent_twice_registers_once(client, department):
    sign_in(client, department.agent)
    data = filled(department)

    first = client.post(reverse("complaints:create"), data)
    second = client.post(reverse("complaints:create"), data)

    assert Complaint.objects.count() == 1
    assert second.url == first.url


def test_create_with_a_wrong_amount_keeps_what_was_typed(client, department):
    sign_in(client, department.agent)

    response = client.post(
        reverse("complaints:create"), filled(department, amount_fen="viel", name="小赵")
    )

    assert response.status_code == 422
    assert "小赵" in response.content.decode()
    assert not Complaint.objects.exists()


def test_create_points_out_a_repeated_customer_of_own_stores_only(client, department):
    customer = CustomerFactory()
    ComplaintFactory(store=department.store, customer=customer)
    ComplaintFactory(store=department.other_store, customer=customer)
    sign_in(client, department.agent)

    response = client.get(reverse("complaints:choose"), {"customer": customer.pk})

    assert customer.name in response.content.decode()
    assert customer.phone not in response.content.decode()


@pytest.mark.parametrize("typed", ["买", "138000", "T99"])
def test_find_shows_only_customers_of_own_stores(client, department, typed):
    mine = CustomerFactory(name="买家甲", phone="13800001111")
    other = CustomerFactory(name="买家乙", phone="13800002222")
    OrderFactory(store=department.store, customer=mine, number="T991")
    OrderFactory(store=department.other_store, customer=other, number="T992")
    sign_in(client, department.agent)

    response = client.get(
        reverse("complaints:find"), {"name": typed}, headers={"HX-Trigger-Name": "name"}
    )

    text = response.content.decode()
    assert "买家乙" not in text
    assert "T992" not in text


@pytest.mark.parametrize(
    ("typed", "field"),
    [("买家甲", "name"), ("+86 138 0000 1111", "phone"), ("T991", "order_number")],
)
def test_find_finds_by_name_phone_and_order(client, department, typed, field):
    customer = CustomerFactory(name="买家甲", phone="13800001111")
    OrderFactory(store=department.store, customer=customer, number="T991")
    sign_in(client, department.agent)

    response = client.get(
        reverse("complaints:find"), {field: typed}, headers={"HX-Trigger-Name": field}
    )

    assert "买家甲" in response.content.decode()
    assert "13800001111" not in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("who", ["agent", "lead", "supervisor"])
def test_list_costs_the_same_for_any_number_of_rows(
    client, department, rows, who, django_assert_max_num_queries
):
    for _ in range(rows):
        case = ComplaintFactory(store=department.store)
        FollowUpFactory(complaint=case, store=department.store)
    sign_in(client, getattr(department, who))
    client.get(reverse("complaints:list"))  # the first page of a session writes it

    with django_assert_max_num_queries(12) as counted:
        response = client.get(reverse("complaints:list"))

    assert response.content.count(b'data-label="') > 0
    assert len(response.context["rows"]) == rows
    assert len(counted.captured_queries) == {"agent": 9, "lead": 10, "supervisor": 10}[who]


def test_list_shows_nothing_of_another_team(client, department):
    leak = ComplaintFactory(store=department.other_store, description="机密")
    sign_in(client, department.agent)

    response = client.get(reverse("complaints:list"))
    found = client.get(reverse("complaints:list"), {"q": leak.number})

    assert leak.number not in response.content.decode()
    assert len(found.context["rows"]) == 0


@pytest.mark.parametrize("post", ["agent", "lead"])
def test_pages_of_another_team_answer_404(client, department, post):
    leak = ComplaintFactory(store=department.other_store)
    sign_in(client, getattr(department, post))

    for name in ("case", "edit", "timeline"):
        assert client.get(reverse(f"complaints:{name}", args=[leak.number])).status_code == 404
    for name in ("note", "attach", "watch", "take", "set_owner"):
        assert client.post(reverse(f"complaints:{name}", args=[leak.number])).status_code == 404
    shown = client.post(reverse("complaints:show", args=[leak.number, "phone"]))
    assert shown.status_code == 404
    assert client.get(reverse("complaints:customer", args=[leak.customer_id])).status_code == 404


def test_administrator_sees_no_case(client, department):
    case = ComplaintFactory(store=department.store)
    client.force_login(department.outsider)

    assert client.get(reverse("complaints:case", args=[case.number])).status_code == 404
    assert len(client.get(reverse("complaints:list")).context["rows"]) == 0


def test_watcher_sees_a_case_of_another_team(client, department):
    case = ComplaintFactory(store=department.other_store)
    WatchFactory(complaint=case, person=department.agent)
    sign_in(client, department.agent)

    assert client.get(reverse("complaints:case", args=[case.number])).status_code == 200


@pytest.mark.parametrize("who", ["agent", "lead", "supervisor"])
@pytest.mark.parametrize("many", [1, 4])
def test_case_page_costs_a_constant_number_of_queries(
    client, department, who, many, django_assert_max_num_queries
):
    case = ComplaintFactory(
        store=department.store, type=ComplaintTypeFactory(), owner=department.agent
    )
    sign_in(client, department.agent)
    for number in range(many):
        client.post(reverse("complaints:note", args=[case.number]), {"text": f"<b>{number}</b>"})
        FollowUpFactory(complaint=case, store=department.store)
        client.post(
            reverse("complaints:attach", args=[case.number]),
            {"uploads": SimpleUploadedFile("a.txt", f"text {number}".encode())},
        )
    sign_in(client, getattr(department, who))
    client.get(reverse("complaints:list"))  # the first page of a session writes it

    with django_assert_max_num_queries(12) as counted:
        response = client.get(reverse("complaints:case", args=[case.number]))

    assert "&lt;b&gt;0&lt;/b&gt;" in response.content.decode()
    assert case.customer.phone not in response.content.decode()
    assert len(counted.captured_queries) == {"agent": 11, "lead": 12, "supervisor": 12}[who]


@pytest.mark.parametrize(
    ("who", "status", "traces"),
    [("agent", 200, 0), ("mate", 403, 0), ("lead", 200, 1), ("supervisor", 200, 1)],
)
def test_unmasking_is_logged_unless_the_case_is_owned(client, department, who, status, traces):
    case = ComplaintFactory(store=department.store, owner=department.agent)
    sign_in(client, getattr(department, who))

    response = client.post(reverse("complaints:show", args=[case.number, "phone"]))

    assert response.status_code == status
    assert (case.customer.phone in response.content.decode()) == (status == 200)
    assert AuditEntry.objects.filter(verb="customer.unmasked").count() == traces
    assert case.timeline.filter(kind=EntryKind.UNMASKED).count() == traces


def test_edit_tells_the_second_person_and_loses_nothing(client, department):
    case = ComplaintFactory(store=department.store, owner=department.agent)
    url = reverse("complaints:edit", args=[case.number])
    data = {
        **filled(department, name=case.customer.name),
        "phone": "",
        "address": "",
        "version": case.version,
    }
    sign_in(client, department.lead)
    assert client.post(url, {**data, "description": "第一个人写的"}).status_code == 302
    sign_in(client, department.agent)

    second = client.post(url, {**data, "description": "第二个人写的"})
    again = client.post(url, {**data, "description": "两人合写", "version": case.version + 1})

    assert second.status_code == 409
    assert "第一个人写的" in second.content.decode()
    assert "第二个人写的" in second.content.decode()
    assert again.status_code == 302
    case.refresh_from_db()
    assert case.description == "两人合写"


@pytest.mark.parametrize("leaked", [True, False])
def test_edit_takes_no_customer_of_another_team(client, department, leaked):
    """Whoever works on the case sees phone and address of its customer."""
    leak = ComplaintFactory(store=department.other_store).customer
    case = ComplaintFactory(store=department.store, owner=department.agent)
    sign_in(client, department.agent)
    data = filled(department, name=leak.name, phone="", address="", version=case.version)
    chosen = leak.pk if leaked else 2**40
    answer = client.post(
        reverse("complaints:edit", args=[case.number]), {**data, "customer_id": chosen}
    )
    assert answer.status_code == 404
    before = case.customer_id
    case.refresh_from_db()
    assert case.customer_id == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", b"<html><script>alert(1)</script>\x00\x01\x02"),
        ("run.exe", b"MZ\x90\x00" + b"\x00" * 100),
        ("empty.txt", b""),
        ("a.zip", b"PK\x03\x04" + b"\x00" * 100),
    ],
)
def test_attaching_refuses_by_content(client, department, name, content):
    case = ComplaintFactory(store=department.store)
    sign_in(client, department.agent)

    client.post(
        reverse("complaints:attach", args=[case.number]),
        {"uploads": SimpleUploadedFile(name, content)},
    )

    assert not case.attachments.exists()


def test_attachment_is_a_private_download(client, department):
    case = ComplaintFactory(store=department.store)
    sign_in(client, department.agent)
    hostile = b"<html><script>alert(1)</script></html>"
    url = reverse("complaints:attach", args=[case.number])
    for _ in range(2):
        client.post(url, {"uploads": SimpleUploadedFile("../../x\r\n.html", hostile)})
    file = case.attachments.get()
    link = reverse("complaints:download", args=[case.number, file.pk])

    response = client.get(link)

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == hostile
    sign_in(client, department.stranger)
    assert client.get(link).status_code == 404
    sign_in(client, department.mate)
    remove = reverse("complaints:remove_file", args=[case.number, file.pk])
    assert client.post(remove).status_code == 403
    sign_in(client, department.lead)
    assert client.post(remove).status_code == 302
    assert not case.attachments.exists()
    assert AuditEntry.objects.filter(verb="attachment.removed").count() == 1


def test_agent_takes_a_case_without_owner_only(client, department):
    free = ComplaintFactory(store=department.store)
    owned = ComplaintFactory(store=department.store, owner=department.mate)
    sign_in(client, department.agent)

    assert client.post(reverse("complaints:take", args=[free.number])).status_code == 302
    assert client.post(reverse("complaints:take", args=[owned.number])).status_code == 403
    free.refresh_from_db()
    assert free.owner == department.agent


def test_leads_give_many_cases_and_only_their_own(client, department):
    mine = ComplaintFactory(store=department.store)
    other = ComplaintFactory(store=department.other_store)
    sign_in(client, department.lead)

    client.post(
        reverse("complaints:give"),
        {"pick": [mine.pk, other.pk], "owner": department.agent.pk, "query": ""},
    )

    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.owner, other.owner) == (department.agent, None)
    assert department.agent.user.notices.get().kind == "complaint.given"


def test_export_holds_the_filtered_list_without_personal_data(client, department):
    case = ComplaintFactory(store=department.store, severity="CRITICAL")
    ComplaintFactory(store=department.store)
    ComplaintFactory(store=department.other_store, severity="CRITICAL")
    sign_in(client, department.lead)

    response = client.get(
        reverse("portal:export_kind", args=["complaints"]), {"severity": "CRITICAL"}
    )

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert len(text.splitlines()) == 2
    assert case.number in text
    assert case.customer.phone not in text
    assert case.customer.address not in text


def test_tiles_show_own_and_unowned_cases(client, department):
    mine = ComplaintFactory(store=department.store, owner=department.lead)
    free = ComplaintFactory(store=department.store)
    sign_in(client, department.lead)

    own = client.get(reverse("complaints:tile_cases")).content.decode()
    unowned = client.get(reverse("complaints:tile_unowned")).content.decode()

    assert (mine.number in own, free.number in own) == (True, False)
    assert (mine.number in unowned, free.number in unowned) == (False, True)


def test_customer_page_shows_visible_cases_only(client, department):
    customer = CustomerFactory()
    mine = ComplaintFactory(store=department.store, customer=customer)
    other = ComplaintFactory(store=department.other_store, customer=customer)
    sign_in(client, department.agent)

    text = client.get(reverse("complaints:customer", args=[customer.pk])).content.decode()

    assert (mine.number in text, other.number in text) == (True, False)
    assert customer.phone not in text


def test_order_pages_are_scoped_and_editable(client, department):
    order = OrderFactory(store=department.store)
    leak = OrderFactory(store=department.other_store)
    sign_in(client, department.lead)

    found = client.get(reverse("complaints:orders"), {"q": order.number})
    page = client.get(reverse("complaints:order", args=[order.pk]))
    hidden = client.get(reverse("complaints:order", args=[leak.pk]))
    url = reverse("complaints:edit_order", args=[order.pk])
    form = client.get(url)
    data = {"version": order.version, "shipped_at": "2026-11-03T10:00:00", "tracking": "SF1"}
    changed = client.post(url, data)
    stale = client.post(url, {**data, "tracking": "SF2"})

    assert found.content.decode().count(order.number) >= 1
    assert leak.number not in client.get(reverse("complaints:orders")).content.decode()
    assert (page.status_code, hidden.status_code, form.status_code) == (200, 404, 200)
    assert (changed.status_code, stale.status_code) == (302, 409)
    order.refresh_from_db()
    assert (order.tracking, order.shipped_at is not None) == ("SF1", True)


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "before=1.99999999999999999999999",
        "after=99999999999999999999.1",
    ],
)
def test_list_answers_404_to_a_made_up_cursor(client, department, query):
    sign_in(client, department.agent)

    assert client.get(f"{reverse('complaints:list')}?{query}").status_code == 404


@pytest.mark.parametrize("value", ["0001-01-01", "9999-12-31", "x", "2026-13-01"])
def test_list_bears_any_day_in_the_address(client, department, value):
    sign_in(client, department.agent)

    response = client.get(reverse("complaints:list"), {"since": value, "until": value})

    assert response.status_code == 200
