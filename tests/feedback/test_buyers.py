"""Who bought again and who was lost: this month against last, with the rows behind (FBK-5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback.queries import buyers
from portal import figures
from portal.period import Month
from staff.people.access import scope_of
from staff.rulebook.models import Habit
from tests.factories.complaints import CustomerFactory, OrderFactory, UnpaidOrderFactory
from tests.factories.staff import Department, StoreServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 10, 15, 12, 0, tzinfo=ZONE)
DAY = timedelta(days=1)


@pytest.fixture
def scene():
    return Department()


def asked(**narrowed):
    return figures.asked(Month(2026, 10).span, now=NOON + 30 * DAY, **narrowed)


def bought(scene, customer, *ago, store=None):
    return [
        OrderFactory(store=store or scene.store, customer=customer, bought_at=NOON - days * DAY)
        for days in ago
    ]


def counted(scope=None, **narrowed):
    return {line.code: (line.value, line.last) for line in buyers.counts(scope, asked(**narrowed))}


def test_customers_count_once_as_new_again_or_lost(scene):
    twice, first, loyal, gone, late = (CustomerFactory() for _each in range(5))
    bought(scene, twice, 0, 1)
    bought(scene, first, 2)
    bought(scene, loyal, 3, 40, 400)
    bought(scene, gone, 185)
    bought(scene, late, 215)
    assert counted() == {"bought": (3, 1), "again": (2, 1), "lost": (1, 1)}


def test_each_line_has_as_many_rows_and_they_are_the_last_orders(scene):
    loyal = CustomerFactory()
    last, _earlier = bought(scene, loyal, 1, 9)
    (gone,) = bought(scene, CustomerFactory(), 181)
    for code, number in (("bought", last.number), ("again", last.number), ("lost", gone.number)):
        (row,) = buyers.rows(None, asked(), code)
        assert (row.key, row.text) == (number, scene.store.name)
    assert buyers.rows(None, asked(), "nothing") == []


def test_who_did_not_pay_has_not_bought(scene):
    for state in ("OPEN", "LOST"):
        (order,) = bought(scene, CustomerFactory(), 1)
        UnpaidOrderFactory(
            order=order, store=order.store, state=state,
            **{"closed_at": NOON, "lost_because": "PRICE"} if state == "LOST" else {},
        )  # fmt: skip
    assert counted()["bought"] == (0, 0)


def test_the_days_belong_to_the_department_and_the_last_of_a_month_is_whole(scene):
    midnight = datetime(2026, 11, 1, tzinfo=ZONE)
    for at in (midnight - timedelta(seconds=1), midnight):
        OrderFactory(store=scene.store, customer=CustomerFactory(), bought_at=at)
    bought(scene, CustomerFactory(), 70)
    assert counted() == {"bought": (1, 0), "again": (0, 0), "lost": (0, 0)}
    Habit.objects.create(code=buyers.LOST_AFTER, value=60)
    assert counted()["lost"] == (1, 0)


def test_one_sees_the_customers_of_ones_stores(scene):
    bought(scene, CustomerFactory(), 1)
    bought(scene, CustomerFactory(), 1, store=scene.other_store)
    lead = scope_of(scene.lead.user, today=NOON.date())
    assert counted(lead)["bought"] == (1, 0)
    assert counted(store=scene.other_store.pk)["bought"] == (1, 0)
    assert counted()["bought"] == (2, 0)


def test_a_store_that_changed_teams_counts_for_each_on_its_own_days(scene):
    service = scene.store.services.get()
    first = (NOON - 3 * DAY).date()
    service.valid_until = first - DAY
    service.save()
    StoreServiceFactory(store=scene.store, team=scene.other_team, valid_from=first)
    customer = CustomerFactory()
    bought(scene, customer, 1, 10)
    bought(scene, CustomerFactory(), 11)
    bought(scene, CustomerFactory(), 190)
    assert counted(team=scene.team.pk) == {"bought": (2, 0), "again": (0, 0), "lost": (1, 0)}
    assert counted(team=scene.other_team.pk) == {"bought": (1, 0), "again": (1, 0), "lost": (0, 0)}
    (row,) = buyers.rows(None, asked(team=scene.other_team.pk), "bought")
    assert row.at == NOON - DAY
