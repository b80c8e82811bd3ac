"""What was heard on the phone or read elsewhere is entered by hand."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Alarm, Item
from portal import submissions
from portal.models import AuditEntry
from tests.factories.complaints import CustomerFactory, OrderFactory
from tests.factories.feedback import ItemFactory
from tests.factories.staff import Department
from tests.feedback import sending

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def scene():
    return Department()


def entry(scene, **more):
    return {
        "form_key": submissions.new_key(), "source": "PHONE", "store": scene.store.pk,
        "text": "电话里说客服态度很好", "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
        "rating": "", "order": "", "reference": "", "agent": "", **more,
    }  # fmt: skip


def test_an_item_is_entered_once(scene, client):
    customer = CustomerFactory()
    order = OrderFactory(store=scene.store, customer=customer)
    client.force_login(scene.agent.user)
    url = reverse("feedback:create_item")
    data = entry(
        scene, source="SOCIAL", order=order.number, reference="WB-1", agent=scene.mate.pk, rating=1
    )
    urls = {client.post(url, data).url for _twice in range(2)}
    item = Item.objects.get()
    assert urls == {reverse("feedback:item", args=[item.pk])}
    assert (item.source, item.channel.source, item.store, item.order, item.customer) == (
        "SOCIAL", "SOCIAL", scene.store, order, customer,
    )  # fmt: skip
    assert (item.agent, item.rating, item.reference) == (scene.mate, 1, "WB-1")
    assert Alarm.objects.filter(item=item).exists()
    assert AuditEntry.objects.get(verb="feedback.entered").actor == scene.agent.user


@pytest.mark.parametrize(
    "more",
    [
        {"source": "SURVEY"}, {"source": ""}, {"store": ""}, {"store": "٣٣"}, {"text": " "},
        {"text": "x" * 20_001}, {"text": "a\x00"}, {"received_at": "x"},
        {"received_at": "0001-01-01T00:00"}, {"received_at": "9999-12-31T23:59"},
        {"rating": "6"}, {"rating": "1_0"}, {"order": "unknown"}, {"agent": "9" * 30},
        {"reference": "x" * 81}, {"form_key": "x"},
    ],
)  # fmt: skip
def test_hostile_entries_are_refused_beside_the_field(scene, client, more):
    client.force_login(scene.agent.user)
    response = sending.post(client, reverse("feedback:create_item"), entry(scene, **more))
    assert response.status_code == 422
    assert not Item.objects.exists()


def test_the_future_another_store_and_a_taken_number_are_refused(scene, client):
    ItemFactory(source="PHONE", reference="T-1")
    later = timezone.localtime() + timedelta(hours=1)
    client.force_login(scene.agent.user)
    for more in (
        {"received_at": f"{later:%Y-%m-%dT%H:%M}"}, {"store": scene.other_store.pk},
        {"reference": "T-1"},
    ):  # fmt: skip
        data = entry(scene, **more)
        assert client.post(reverse("feedback:create_item"), data).status_code == 422
    assert Item.objects.count() == 1
