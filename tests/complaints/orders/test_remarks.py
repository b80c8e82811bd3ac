"""Order remarks, their versions, and who is liable for them."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from complaints.enums import Ground
from complaints.models import Order, OrderRemark, ShippingPromise, UnpaidChase
from complaints.policies.orders import Parts
from complaints.queries import orders as queries
from complaints.services import customers, orders
from portal.models import AuditEntry
from tests.complaints.orders.steps import HOSTILE, HOUR, NINE, PARTS, in_english, sign_in, write
from tests.factories.complaints import (
    ComplaintFactory,
    OrderFactory,
    OrderRemarkFactory,
    ShippingPromiseFactory,
    UnpaidChaseFactory,
    UnpaidOrderFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_remark_is_kept_in_versions_and_the_order_carries_the_last(scene):
    order = OrderFactory(store=scene.store)
    write(scene, order)
    write(scene, order, who=scene.mate, parts=Parts(logistics="中通", gift="无", wishes="无"))
    order.refresh_from_db()
    assert list(order.remarks.order_by("version").values_list("version", "author__name")) == [
        (1, scene.agent.name),
        (2, scene.mate.name),
    ]
    assert order.remark == order.remarks.get(version=2).text
    assert order.remark_by == scene.mate
    assert order.remark.endswith(
        f"客服：{scene.mate.number} {scene.mate.name}；时间：2026-11-02 09:00"
    )
    assert AuditEntry.objects.filter(verb="order.remarked").count() == 2


def test_the_same_remark_sent_twice_is_one_version(scene):
    order = OrderFactory(store=scene.store)
    version = order.version
    for _time in range(2):
        orders.write_remark(
            actor=scene.agent, order_id=order.pk, parts=PARTS, version=version, now=NINE
        )
    assert order.remarks.count() == 1


def test_a_remark_over_somebody_elses_is_refused_until_it_was_seen(scene):
    order = OrderFactory(store=scene.store)
    write(scene, order)
    with pytest.raises(customers.OrderChangedMeanwhile):
        orders.write_remark(
            actor=scene.mate, order_id=order.pk, parts=PARTS, version=order.version, now=NINE
        )


def test_a_remark_that_lacks_a_part_is_refused(scene):
    order = OrderFactory(store=scene.store)
    with pytest.raises(orders.PartMissing) as found:
        write(scene, order, parts=Parts(logistics="顺丰", gift="", wishes=" "))
    assert found.value.names == ["gift", "wishes"]
    assert not OrderRemark.objects.exists()


def test_the_database_refuses_half_a_remark_and_any_change(scene):
    order = OrderFactory(store=scene.store)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderRemarkFactory(order=order, gift="")
    row = OrderRemarkFactory(order=order)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderRemark.objects.filter(pk=row.pk).update(author=scene.mate)
    chased, promise = UnpaidChaseFactory(), ShippingPromiseFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        UnpaidChase.objects.filter(pk=chased.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        ShippingPromise.objects.filter(pk=promise.pk).update(by=scene.mate)


def test_an_imported_remark_becomes_a_version_once(scene):
    order = OrderFactory(store=scene.store, remark="送毛巾", remark_by=scene.mate)
    for _time in range(2):
        orders.keep_imported([order], now=NINE)
    assert list(order.remarks.values_list("version", "text", "author", "logistics")) == [
        (1, "送毛巾", scene.mate.pk, "")
    ]
    write(scene, order)
    assert order.remarks.count() == 2


def test_the_page_shows_the_remark_to_copy_and_its_versions(client, scene):
    order = OrderFactory(store=scene.store)
    write(scene, order)
    sign_in(client, scene.agent)
    page = in_english(client, "get", "complaints:order", order.pk).content.decode()
    assert 'data-copy="remark-text"' in page
    assert "counts for liability" in page
    assert "Propose the author as liable" not in page  # leads and above only


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("logistics", "The remark lacks the logistics."),
        ("gift", "The remark lacks the gift."),
        ("wishes", "The remark lacks the other requests."),
    ],
)
def test_the_form_says_in_a_sentence_which_part_is_missing(client, scene, left_out, sentence):
    order = OrderFactory(store=scene.store)
    sign_in(client, scene.agent)
    data = {"version": 1, "logistics": "顺丰", "gift": "无", "wishes": "无", left_out: "  "}
    answer = in_english(client, "post", "complaints:remark", order.pk, **data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not OrderRemark.objects.exists()


@pytest.mark.parametrize("odd", HOSTILE)
def test_forms_bear_any_input(client, scene, odd):
    order = OrderFactory(store=scene.store)
    row = UnpaidOrderFactory(store=scene.store, owner=scene.agent)
    sign_in(client, scene.agent)
    for view, pk, fields in (
        ("remark", order.pk, ("version", "logistics", "gift", "wishes")),
        ("promise", order.pk, ("form_key", "promised_at", "chase_at")),
        ("chase_payment", row.pk, ("form_key", "channel", "words", "result")),
        ("pay", row.pk, ("paid_at",)),
        ("lose", row.pk, ("because", "words")),
        ("reopen_unpaid", row.pk, ("version",)),
    ):
        sent = dict.fromkeys(fields, odd)
        assert in_english(client, "post", f"complaints:{view}", pk, **sent).status_code < 500
    names = ("form_key", "store", "number", "name", "product", "amount", "placed_at", "pay_until")
    sent = dict.fromkeys(names, odd)
    assert in_english(client, "post", "complaints:create_unpaid", **sent).status_code == 422
    for view in ("unpaid", "promises"):
        query = dict.fromkeys(("q", "tab", "store", "since", "until", "page", "reason"), odd)
        query = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
        assert in_english(client, "get", f"complaints:{view}", **query).status_code in (200, 400)


def test_the_author_of_the_version_that_left_is_named_as_liable(client, scene):
    order = OrderFactory(store=scene.store)
    case = ComplaintFactory(store=scene.store, order=order)
    write(scene, order, now=NINE)
    Order.objects.filter(pk=order.pk).update(shipped_at=NINE + HOUR)
    write(scene, order, who=scene.mate, now=NINE + 2 * HOUR)
    sign_in(client, scene.lead)
    url = f"{reverse('complaints:propose_liability')}?case={case.number}&ground={Ground.REMARK}"
    page = client.get(url, headers={"Accept-Language": "en"})
    form = page.context["form"]
    assert form.initial["ground"] == Ground.REMARK
    assert form.initial["bearer_0"] == f"PERSON:{scene.agent.pk}"
    assert "Name the author of the order remark" in page.content.decode()
    assert queries.author_liable(Order.objects.get(pk=order.pk)) == scene.agent.pk
