"""Unpaid orders: noted, chased, paid, lost; and what reaches the daily report."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import RemedyKind, TaskState, UnpaidState
from complaints.models import UnpaidOrder
from complaints.policies.orders import Refusal
from complaints.queries import orders as queries
from complaints.services import unpaid
from complaints.services.orders import Refused
from portal import submissions
from staff.daily.enums import Figure, Reason
from staff.daily.queries import known
from staff.people.access import scope_of
from tests.complaints.orders.steps import HOUR, NINE, chase, in_english, noted, sign_in
from tests.factories.complaints import (
    CaseTaskFactory,
    ComplaintFactory,
    OrderFactory,
    RemedyFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_what_is_paid_after_a_chase_counts_for_whoever_chased_last(scene):
    row = noted(scene)
    chase(row, scene.agent)
    chase(row, scene.mate, at=NINE + 2 * HOUR)
    done = unpaid.pay(
        actor=scene.agent, unpaid_id=row.pk, paid_at=NINE + 3 * HOUR, now=NINE + 4 * HOUR
    )
    assert (done.state, done.won_by) == (UnpaidState.WON, scene.mate)
    with pytest.raises(Refused) as found:
        chase(row, scene.agent, at=NINE + 5 * HOUR)
    assert found.value.reason == Refusal.CLOSED
    with pytest.raises(Refused):
        unpaid.pay(actor=scene.agent, unpaid_id=row.pk, paid_at=NINE, now=NINE + 6 * HOUR)


def test_what_is_paid_without_a_chase_is_nobodys(scene):
    row = noted(scene)
    done = unpaid.pay(actor=scene.agent, unpaid_id=row.pk, paid_at=NINE + HOUR, now=NINE + HOUR)
    assert (done.state, done.won_by) == (UnpaidState.PAID, None)


def test_a_lost_order_has_a_reason_and_may_be_paid_after_all(scene):
    row, other = noted(scene), noted(scene)
    count = unpaid.lose(
        actor=scene.agent, unpaid_ids=[row.pk, other.pk], because=Reason.PRICE, words="", now=NINE
    )
    again = unpaid.lose(
        actor=scene.agent, unpaid_ids=[row.pk], because=Reason.STOCK, words="", now=NINE
    )
    assert (count, again) == (2, 0)
    wanted = queries.Wanted(tab=queries.LOST)
    scope = scope_of(scene.agent.user, today=timezone.localdate())
    assert queries.reasons(queries.unpaid(scope, wanted)) == [(Reason.PRICE, 2)]
    paid = unpaid.pay(actor=scene.agent, unpaid_id=row.pk, paid_at=NINE, now=NINE + HOUR)
    assert (paid.state, paid.lost_because) == (UnpaidState.PAID, "")
    back = unpaid.reopen(actor=scene.agent, unpaid_id=row.pk, version=paid.version, now=NINE + HOUR)
    assert (back.state, back.paid_at, back.closed_at) == (UnpaidState.OPEN, None, None)


def test_a_chase_sent_twice_is_one(scene):
    row, key = noted(scene), uuid.uuid4()
    chase(row, scene.agent, key=key)
    with pytest.raises(submissions.AlreadySubmitted):
        chase(row, scene.agent, key=key)
    assert row.chases.count() == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"state": UnpaidState.WON, "closed_at": NINE, "paid_at": NINE},
        {"state": UnpaidState.LOST, "closed_at": NINE},
        {"state": UnpaidState.PAID, "closed_at": NINE},
        {"state": UnpaidState.LOST, "lost_because": Reason.PRICE},
        {"pay_until": NINE},
    ],
)
def test_the_database_refuses_what_cannot_be(scene, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        noted(scene, **broken)


def test_an_order_is_noted_chased_paid_and_shown_in_the_browser_pages(client, scene):
    sign_in(client, scene.mate)
    now = timezone.localtime().replace(second=0, microsecond=0)
    data = {
        "form_key": uuid.uuid4(),
        "store": scene.store.pk,
        "number": "TB9001",
        "name": "云起",
        "amount": "129.00",
        "product": "电动牙刷",
        "placed_at": f"{now - HOUR:%Y-%m-%dT%H:%M}",
    }
    made = in_english(client, "post", "complaints:create_unpaid", **data)
    twice = in_english(client, "post", "complaints:create_unpaid", **data)
    row = UnpaidOrder.objects.get()
    page = reverse("complaints:unpaid_order", args=[row.pk])
    assert (made.url, twice.url) == (page, page)
    assert (row.owner, row.order.amount_fen, row.store) == (scene.mate, 12900, scene.store)
    again = in_english(
        client, "post", "complaints:create_unpaid", **{**data, "form_key": uuid.uuid4()}
    )
    assert again.url == page
    sent = {"form_key": uuid.uuid4(), "channel": "CHAT", "words": "还在吗", "result": "THINKS"}
    in_english(client, "post", "complaints:chase_payment", row.pk, **sent)
    paid = {"paid_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}
    in_english(client, "post", "complaints:pay", row.pk, **paid)
    shown = in_english(client, "get", "complaints:unpaid_order", row.pk).content.decode()
    assert "won back" in shown
    order_page = in_english(client, "get", "complaints:order", row.order_id).content.decode()
    assert page in order_page


def test_a_payment_in_the_future_is_refused_beside_its_field(client, scene):
    row = noted(scene)
    sign_in(client, scene.agent)
    answer = in_english(client, "post", "complaints:pay", row.pk, paid_at="2999-01-01T00:00")
    assert answer.status_code == 422
    assert "A payment cannot lie in the future." in answer.content.decode()


def test_shipped_orders_are_not_noted_as_unpaid(client, scene):
    order = OrderFactory(store=scene.store, shipped_at=NINE)
    sign_in(client, scene.agent)
    data = {
        "form_key": uuid.uuid4(), "store": scene.store.pk, "number": order.number, "name": "云起",
        "placed_at": "2026-11-01T08:00",
    }  # fmt: skip
    answer = in_english(client, "post", "complaints:create_unpaid", **data)
    assert answer.status_code == 422
    assert "This order has been shipped already." in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_unpaid_orders_costs_the_same(client, scene, rows, django_assert_num_queries):
    for _row in range(rows):
        chase(noted(scene), scene.agent)
    noted(scene, store=scene.other_store, who=scene.stranger)
    sign_in(client, scene.agent)
    with django_assert_num_queries(16):
        page = in_english(client, "get", "complaints:unpaid")
    assert page.content.decode().count('name="pick"') == rows


def test_many_are_taken_over_or_lost_at_once_as_far_as_one_may(client, scene):
    mine = [noted(scene, who=scene.mate) for _row in range(2)]
    leak = noted(scene, store=scene.other_store, who=scene.stranger)
    sign_in(client, scene.agent)
    keys = [row.pk for row in (*mine, leak)]
    in_english(client, "post", "complaints:many_unpaid", pick=keys, act="take")
    assert UnpaidOrder.objects.filter(owner=scene.agent).count() == 2
    in_english(client, "post", "complaints:many_unpaid", pick=keys, act="lose", because="PRICE")
    assert UnpaidOrder.objects.filter(state=UnpaidState.LOST).count() == 2
    leak.refresh_from_db()
    assert (leak.owner, leak.state) == (scene.stranger, UnpaidState.OPEN)


def test_the_export_holds_what_one_sees_in_the_list(client, scene):
    row, leak = noted(scene), noted(scene, store=scene.other_store, who=scene.stranger)
    chase(row, scene.agent)
    sign_in(client, scene.agent)
    url = reverse("portal:export_kind", args=["unpaid-orders"])
    text = b"".join(client.get(url, {"format": "csv"}).streaming_content).decode()
    assert row.order.number in text
    assert leak.order.number not in text


def test_chased_and_won_orders_reach_the_daily_report_on_their_service_day(scene):
    night = NINE.replace(day=3, hour=0, minute=40)  # belongs to the 2nd (SHIFT-5)
    row, other = noted(scene), noted(scene)
    for at in (NINE + HOUR, NINE + 2 * HOUR):
        chase(row, scene.agent, at=at)
    chase(other, scene.agent, at=night)
    unpaid.pay(actor=scene.mate, unpaid_id=row.pk, paid_at=night, now=night)
    day = known.figures_of([scene.agent.pk, scene.mate.pk], day=NINE.date())
    after = known.figures_of([scene.agent.pk], day=night.date())
    assert day[scene.agent.pk][Figure.UNPAID_CHASED] == 2
    assert day[scene.agent.pk][Figure.UNPAID_WON] == 1
    assert day[scene.mate.pk][Figure.UNPAID_WON] == 0
    assert after[scene.agent.pk][Figure.UNPAID_CHASED] == 0


def test_refunds_exchanges_and_closed_cases_are_known(scene):
    done = {"owner": scene.agent, "state": TaskState.DONE, "done_at": NINE + HOUR, "proof": "SF1"}
    for kind in (RemedyKind.REFUND, RemedyKind.PARTIAL_REFUND, RemedyKind.EXCHANGE):
        CaseTaskFactory(remedy=RemedyFactory(kind=kind), **done)
    CaseTaskFactory(remedy=RemedyFactory(kind=RemedyKind.REFUND), owner=scene.agent)
    ComplaintFactory(owner=scene.agent, stage="SATISFIED", closed_at=NINE + HOUR)
    ComplaintFactory(owner=scene.agent, stage="SATISFIED", closed_at=NINE + 40 * HOUR)
    found = known.figures_of([scene.agent.pk], day=NINE.date())[scene.agent.pk]
    assert [found[one] for one in (Figure.REFUNDS, Figure.EXCHANGES, Figure.CASES_CLOSED)] == [
        2, 1, 1,
    ]  # fmt: skip
