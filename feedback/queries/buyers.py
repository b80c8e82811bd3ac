"""Who bought again and who was lost, as far as orders are known (FBK-5)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from complaints.models import Order
from complaints.querysets import OrderQuerySet
from portal.figures import Asked, Line, Row
from portal.period import DaySpan
from staff.people.access import Scope
from staff.people.queries import stores_narrowed
from staff.rulebook.queries import habits

BOUGHT, AGAIN, LOST = "bought", "again", "lost"
LOST_AFTER = "feedback.lost_after"
UNPAID = ("OPEN", "LOST")
ONE_DAY = timedelta(days=1)


def _orders(scope: Scope | None, asked: Asked) -> OrderQuerySet:
    """Return the orders of known customers and times, without those that nobody paid."""
    rows: OrderQuerySet = Order.objects.exclude(unpaid__state__in=UNPAID)
    rows = rows.filter(customer__isnull=False, bought_at__isnull=False)
    if scope is not None:
        rows = rows.visible_to(scope)
    stores = stores_narrowed(asked)
    return rows if stores is None else rows.filter(store_id__in=stores)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _on(span: DaySpan, *, ago: timedelta = timedelta(0)) -> Q:
    """Bought on the days of a span, or so long before them."""
    return Q(
        bought_at__gte=_midnight(span.first_day) - ago,
        bought_at__lt=_midnight(span.last_day + ONE_DAY) - ago,
    )


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """The orders that a line stands for, and how long before the period they were placed."""

    orders: OrderQuerySet
    ago: timedelta = timedelta(0)


def _wanted(scope: Scope | None, asked: Asked) -> dict[str, _Wanted]:
    orders = _orders(scope, asked)
    same = orders.filter(customer=OuterRef("customer"))
    after = habits.span(LOST_AFTER)
    later = same.filter(
        bought_at__gt=OuterRef("bought_at"), bought_at__lte=OuterRef("bought_at") + after
    )
    before = same.filter(bought_at__lt=OuterRef("bought_at"))
    return {
        BOUGHT: _Wanted(orders=orders),
        AGAIN: _Wanted(orders=orders.filter(Exists(before))),
        LOST: _Wanted(orders=orders.exclude(Exists(later)), ago=after),
    }


def counts(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count customers, each once in a period: one query for each line."""
    both = DaySpan(asked.before.first_day, asked.span.last_day)
    lines = []
    for code, wanted in _wanted(scope, asked).items():
        found = wanted.orders.filter(_on(both, ago=wanted.ago)).aggregate(
            now=Count("customer", distinct=True, filter=_on(asked.span, ago=wanted.ago)),
            last=Count("customer", distinct=True, filter=_on(asked.before, ago=wanted.ago)),
        )
        lines.append(Line(code=code, value=found["now"], last=found["last"], bad=code == LOST))
    return lines


def rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    """Return the last order of each customer that a line counts, newest first."""
    wanted = _wanted(scope, asked).get(code)
    if wanted is None:
        return []
    found = wanted.orders.filter(_on(asked.span, ago=wanted.ago)).order_by("-bought_at", "-pk")
    last: dict[int, Row] = {}
    for customer, pk, number, store, at in found.values_list(
        "customer", "pk", "number", F("store__name"), "bought_at"
    ):
        url = reverse("complaints:order", args=[pk])
        last.setdefault(customer or 0, Row(key=number, text=store, at=at, url=url))
    return list(last.values())
