"""Shared scripts are filled with what the case knows, inserted, and counted as used (DAY-4)."""

import pytest
from django.urls import reverse

from complaints.policies import scripts as policies
from complaints.policies.scripts import Field
from portal import submissions
from tests.factories.complaints import CaseMailboxFactory, ComplaintFactory, OrderFactory
from tests.factories.handbook import ArticleFactory
from tests.factories.staff import Department
from tests.feedback.sending import post

pytestmark = pytest.mark.django_db
VALUES = {Field.CUSTOMER: "张三", Field.ORDER: "", Field.AGENT: "小李"}


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def case(scene):
    order = OrderFactory(store=scene.store, number="TB1")
    return ComplaintFactory(store=scene.store, owner=scene.agent, order=order)


@pytest.mark.parametrize(
    ("text", "filled", "missing"),
    [
        ("{customer}您好，我是{客服}", "张三您好，我是小李", ()),
        ("{ 顾客 }的{订单}、{Order}", "张三的{订单}、{Order}", ("{订单}", "{Order}")),
        ("{什么} {a b} {}", "{什么} {a b} {}", ("{什么}",)),
        ("没有字段", "没有字段", ()),
    ],
)
def test_fields_are_filled_and_the_missing_ones_named(text, filled, missing):
    assert policies.fill(text, VALUES) == policies.Filled(filled, missing)


def test_only_fields_count_as_left_open():
    assert policies.left_open("{订单} {order} {订单} {别的}") == ["{订单}", "{order}"]


def test_scripts_of_the_store_are_found_filled_and_counted(scene, case, client):
    script = ArticleFactory(
        owner=scene.lead,
        edition__text_zh="{顾客}，订单{订单}的{商品}马上补发。",
        edition__title_zh="补发",
    )
    ArticleFactory(owner=scene.lead, kind="KNOWLEDGE")
    elsewhere = ArticleFactory(owner=scene.lead)
    elsewhere.stores.add(scene.other_store)
    client.force_login(scene.agent.user)
    address = reverse("complaints:scripts", args=[case.number])
    page = client.get(address, {"target": "id_text"})
    (found,) = page.context["scripts"]
    assert found.text == f"{case.customer.name}，订单TB1的{{商品}}马上补发。"
    assert found.missing == ("{商品}",)
    use = reverse("complaints:use_script", args=[case.number, script.pk])
    for _time in "ab":
        assert client.post(use, {"version": found.number}).status_code == 204
    assert client.post(use, {"version": 9}).status_code == 204
    script.refresh_from_db()
    assert script.copied == 1


@pytest.mark.parametrize("target", ["", "1x", "a b", '"><', "a" * 99])
def test_the_field_to_fill_is_a_name(scene, case, client, target):
    client.force_login(scene.agent.user)
    address = reverse("complaints:scripts", args=[case.number])
    assert client.get(address, {"target": target}).status_code == 404


@pytest.mark.parametrize("text", ["\0", "\ud800", "9" * 400, "٣", "1_000"])
def test_hostile_input_is_answered(scene, case, client, text):
    client.force_login(scene.agent.user)
    address = reverse("complaints:scripts", args=[case.number])
    quoted = client.get(address, {"target": "id_text", "script": text.encode(errors="replace")})
    assert quoted.status_code == (400 if text == "\0" else 200)  # NUL in an address
    script = ArticleFactory(owner=scene.lead)
    use = reverse("complaints:use_script", args=[case.number, script.pk])
    assert post(client, use, {"version": text}).status_code == 204


@pytest.mark.parametrize("rows", [1, 3])
def test_finding_costs_the_same_for_any_number(
    scene, case, client, rows, django_assert_num_queries
):
    for _row in range(rows):
        ArticleFactory(owner=scene.lead)
    client.force_login(scene.agent.user)
    address = reverse("complaints:scripts", args=[case.number]) + "?target=id_text"
    client.get(address)
    with django_assert_num_queries(7):
        page = client.get(address)
    assert len(page.context["scripts"]) == rows


def test_a_mail_with_an_open_field_does_not_leave(scene, case, client):
    CaseMailboxFactory(store=scene.store)
    client.force_login(scene.agent.user)
    data = {"form_key": submissions.new_key(), "to": "", "address": "a@b.example",
            "subject": "x", "text": "{订单}已补发", "counts": ""}  # fmt: skip
    page = client.post(reverse("complaints:reply", args=[case.number]), data)
    assert page.status_code == 422
    assert "{订单}" in str(page.context["form"].errors["text"])
