"""Unfinished orders of daily reports become follow-ups, once; figures and open work."""

from datetime import UTC, datetime, timedelta

import pytest

from complaints.enums import FollowUpState
from complaints.models import Customer, FollowUp, Order
from complaints.queries import daily as queries
from complaints.services import adopting
from portal import ticking
from portal.models import Notice
from staff.daily.enums import Figure
from staff.daily.models import UnfinishedOrder
from staff.daily.queries import known, open_work
from staff.daily.services import unfinished
from tests.at_once import problems_of
from tests.factories.complaints import (
    ComplaintFactory,
    CustomerFactory,
    FollowUpFactory,
    OrderFactory,
)
from tests.factories.daily import DAY, DailyReportFactory, UnfinishedOrderFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOW = datetime(2026, 11, 2, 9, 45, tzinfo=UTC)


@pytest.fixture
def them():
    return Department()


def unfinished_order(them, **more):
    report = DailyReportFactory(person=them.agent, team=them.team)
    return UnfinishedOrderFactory(report=report, store=them.store, **more)


def test_an_unfinished_order_becomes_a_follow_up_of_its_author(them):
    row = unfinished_order(them, order_number="281100000009")
    assert unfinished.oldest_waiting() == row.report.filed_at
    assert adopting.adopt_due(NOW) == 1
    assert adopting.adopt_due(NOW) == 0
    made = FollowUp.objects.get()
    row.refresh_from_db()
    assert (row.adopted_at, row.adopted_as) == (NOW, made.number)
    assert (made.owner, made.store, made.due_at) == (them.agent, them.store, row.due_at)
    assert made.purpose == "外箱破损 → 补发一个杯盖"
    assert (made.order.number, made.order.customer.name) == ("281100000009", "tb_青山依旧")
    assert made.order.bought_at == datetime(2026, 10, 27, 16, 0, tzinfo=UTC)
    assert made.reminders.exists()
    assert Notice.objects.count() == 0  # nobody is told of their own promise
    assert unfinished.oldest_waiting() is None


def test_a_known_order_and_its_customer_are_used(them):
    customer = CustomerFactory(name="真名")
    order = OrderFactory(store=them.store, number="281100000009", customer=customer)
    unfinished_order(them, order_number="281100000009")
    adopting.adopt_due(NOW)
    assert (FollowUp.objects.get().order, Order.objects.count()) == (order, 1)
    assert list(Customer.objects.all()) == [customer]


def test_a_draft_is_not_adopted_and_a_time_that_has_passed_is_kept(them):
    draft = DailyReportFactory(person=them.mate, draft_only=True)
    UnfinishedOrderFactory(report=draft, store=them.store)
    late = unfinished_order(them, due_at=NOW - timedelta(hours=5))
    ticking.run(clock=lambda: NOW)
    assert FollowUp.objects.get().due_at == late.due_at
    assert UnfinishedOrder.objects.filter(adopted_at=None).get().report == draft


@pytest.mark.django_db(transaction=True)
def test_two_workers_adopt_once(them):
    rows = [unfinished_order(them)]
    rows.append(UnfinishedOrderFactory(report=rows[0].report, store=them.store))
    assert problems_of(*[lambda: adopting.adopt_due(NOW)] * 2) == []
    assert FollowUp.objects.count() == 2
    numbers = set(UnfinishedOrder.objects.values_list("adopted_as", flat=True))
    assert numbers == set(FollowUp.objects.values_list("number", flat=True))


def test_the_portal_knows_complaints_and_follow_ups_of_a_service_day(them):
    ComplaintFactory(store=them.store, recorder=them.agent, service_day=DAY)
    ComplaintFactory(store=them.store, recorder=them.agent, service_day=DAY - timedelta(days=1))
    ComplaintFactory(store=them.store, recorder=them.mate, service_day=DAY)
    done = {"state": FollowUpState.DONE, "done_by": them.agent, "store": them.store}
    ends = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
    for moment in (ends - timedelta(seconds=1), ends, ends - timedelta(days=1)):
        FollowUpFactory(done_at=moment, **done)
    found = known.figures_of([them.agent.pk, them.stranger.pk], day=DAY)
    nothing = {
        Figure.CASES_CLOSED: 0,
        Figure.EXCHANGES: 0,
        Figure.REFUNDS: 0,
        Figure.UNPAID_CHASED: 0,
        Figure.UNPAID_WON: 0,
    }
    assert found[them.agent.pk] == {Figure.COMPLAINTS: 1, Figure.FOLLOWUPS: 2, **nothing}
    assert found[them.stranger.pk] == {Figure.COMPLAINTS: 0, Figure.FOLLOWUPS: 0, **nothing}
    assert set(known.definitions()) == {Figure.COMPLAINTS, Figure.FOLLOWUPS, *nothing}


def test_open_work_stands_with_names_and_what_nobody_owns_first(them):
    due = NOW + timedelta(hours=2)
    owned = ComplaintFactory(store=them.store, owner=them.agent, due_at=due)
    free = ComplaintFactory(store=them.store, owner=None, due_at=due)
    ComplaintFactory(store=them.other_store, owner=None, due_at=due)
    early = FollowUpFactory(owner=them.mate, store=them.store, due_at=NOW)
    FollowUpFactory(
        owner=them.mate, store=them.store, state=FollowUpState.DONE, done_at=NOW, done_by=them.mate
    )
    asked = open_work.Asked(person_ids=[them.agent.pk, them.mate.pk], store_ids=[them.store.pk])
    found = open_work.items(asked)
    assert [(item.number, item.owner) for item in found] == [
        (free.number, ""), (early.number, them.mate.name), (owned.number, them.agent.name),
    ]  # fmt: skip
    assert found[0].url == queries.page_of_case(free.number)
    assert open_work.page_of("nothing", "1") == ""
