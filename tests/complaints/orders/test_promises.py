"""Promised shipping dates."""

import uuid

import pytest
from django.utils import timezone

from complaints.models import Chase, FollowUp
from complaints.queries import orders as queries
from complaints.services import orders
from complaints.services.orders import Given
from portal import submissions
from tests.complaints.orders.steps import DAY, HOUR, NINE, in_english, sign_in
from tests.factories.complaints import OrderFactory, ShippingPromiseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_promise_is_kept_with_who_gave_it_and_reminds_of_the_chase(scene):
    order = OrderFactory(store=scene.store)
    given = Given(promised_at=NINE + 9 * HOUR, chase_at=NINE + 5 * HOUR, purpose="催仓库")
    key = uuid.uuid4()
    orders.promise(actor=scene.agent, order_id=order.pk, given=given, now=NINE, form_key=key)
    with pytest.raises(submissions.AlreadySubmitted):
        orders.promise(actor=scene.agent, order_id=order.pk, given=given, now=NINE, form_key=key)
    order.refresh_from_db()
    assert order.promised_at == NINE + 9 * HOUR
    assert queries.promiser(order) == scene.agent.pk
    reminder = FollowUp.objects.get(order=order)
    assert (reminder.owner, reminder.due_at) == (scene.agent, NINE + 5 * HOUR)


def test_who_promised_the_date_that_stands_is_named_for_a_late_shipment(scene):
    order = OrderFactory(store=scene.store, promised_at=NINE)
    ShippingPromiseFactory(order=order, promised_at=NINE, by=scene.agent)
    ShippingPromiseFactory(order=order, promised_at=NINE - DAY, by=scene.mate, at=NINE)
    assert queries.promiser(order) == scene.agent.pk


def test_overdue_promises_are_listed_with_chases_that_exempt(client, scene):
    now = timezone.now()
    late = OrderFactory(store=scene.store, promised_at=now - HOUR)
    Chase.objects.create(order=late, by=scene.agent, at=now - 2 * HOUR, text="催仓库")
    gone = OrderFactory(store=scene.store, promised_at=now - HOUR, shipped_at=now)
    leak = OrderFactory(store=scene.other_store, promised_at=now - HOUR)
    ahead = OrderFactory(store=scene.store, promised_at=now + 9 * DAY)
    sign_in(client, scene.agent)
    page = in_english(client, "get", "complaints:promises").content.decode()
    assert late.number in page
    assert "1 time, in time" in page
    assert not [row for row in (gone, leak, ahead) if row.number in page]
    every = in_english(client, "get", "complaints:promises", tab="all").content.decode()
    assert ahead.number in every
    tile = in_english(client, "get", "portal:tile_open").content.decode()
    assert "1 overdue" in tile
    assert late.number in tile
    assert not [row for row in (gone, leak, ahead) if row.number in tile]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_promises_costs_the_same(client, scene, rows, django_assert_num_queries):
    now = timezone.now()
    for _row in range(rows):
        OrderFactory(store=scene.store, promised_at=now - HOUR)
    sign_in(client, scene.agent)
    with django_assert_num_queries(17):
        page = in_english(client, "get", "complaints:promises")
    assert page.content.decode().count('data-label="Promised by"') == rows
