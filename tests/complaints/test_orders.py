"""Remarks with their versions, promises, unpaid orders: services and pages on both databases."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import Channel, ChaseResult, Ground, RemedyKind, TaskState, UnpaidState
from complaints.models import (
    Chase,
    FollowUp,
    Order,
    OrderRemark,
    ShippingPromise,
    UnpaidChase,
    UnpaidOrder,
)
from complaints.policies.orders import Parts, Refusal
from complaints.queries import orders as queries
from complaints.services import customers, orders, unpaid
from complaints.services.orders import Given, Refused
from complaints.services.unpaid import Try
from portal import submissions
from portal.models import AuditEntry
from staff.daily.enums import Figure, Reason
from staff.daily.queries import known
from staff.people.access import scope_of
from tests.factories.complaints import (
    CaseTaskFactory,
    ComplaintFactory,
    OrderFactory,
    OrderRemarkFactory,
    RemedyFactory,
    ShippingPromiseFactory,
    UnpaidChaseFactory,
    UnpaidOrderFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ZONE = ZoneInfo("Asia/Shanghai")
NINE = datetime(2026, 11, 2, 9, 0, tzinfo=ZONE)
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
PARTS = Parts(logistics="顺丰", gift="毛巾1条", wishes="无")
HOSTILE = ["a\x00b", "1_000", "٣", "9" * 400, "0000-00-00T99:99"]


@pytest.fixture
def scene():
    return Department()


def write(scene, order, *, who=None, parts=PARTS, now=NINE):
    order.refresh_from_db()
    return orders.write_remark(
        actor=who or scene.agent, order_id=order.pk, parts=parts, version=order.version, now=now
    )


def sign_in(client, person):
    client.force_login(person.user)


def in_english(client, method, view, *args, **data):
    url = reverse(view, args=args)
    return getattr(client, method)(url, data, headers={"Accept-Language": "en"})


# --- remarks ----------------------------------------------------------------------------------


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


# --- promises ---------------------------------------------------------------------------------


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


# --- unpaid orders ----------------------------------------------------------------------------


def noted(scene, *, who=None, store=None, placed=NINE, **more):
    return UnpaidOrderFactory(
        store=store or scene.store, owner=who or scene.agent, placed_at=placed, **more
    )


def chase(row, who, *, at=NINE + HOUR, key=None):
    attempt = Try(channel=Channel.CHAT, words="亲，还没有付款哦", result=ChaseResult.WILL_PAY)
    return unpaid.chase(
        actor=who, unpaid_id=row.pk, attempt=attempt, now=at, form_key=key or uuid.uuid4()
    )


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


# --- figures of the daily report ---------------------------------------------------------------


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
