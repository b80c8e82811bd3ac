"""Who bought again and who was lost, as far as orders are known (FBK-5)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from complaints.models import Order
from complaints.querysets import OrderQuerySet
from portal.figures import Asked, Line, Row
from portal.period import DaySpan
from staff.people.access import Scope
from staff.people.queries import Served, served
from staff.rulebook.queries import habits

BOUGHT, AGAIN, LOST = "bought", "again", "lost"
LOST_AFTER = "feedback.lost_after"
UNPAID = ("OPEN", "LOST")
ONE_DAY = timedelta(days=1)
NONE = timedelta(0)


def _orders(scope: Scope | None) -> OrderQuerySet:
    """Return the orders of known customers and times, without those that nobody paid."""
    rows: OrderQuerySet = Order.objects.exclude(unpaid__state__in=UNPAID)
    rows = rows.filter(customer__isnull=False, bought_at__isnull=False)
    return rows if scope is None else rows.visible_to(scope)


def _served(asked: Asked) -> list[Served] | None:
    """Return whose orders a question is narrowed to, with all their days up to its last one."""
    return served(replace(asked, before=DaySpan(date.min, asked.before.last_day)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _between(first_day: date | None, last_day: date | None, *, ago: timedelta = NONE) -> Q:
    """Bought from a day until a day, both included and None open, or so long before them."""
    days = Q()
    if first_day:
        days &= Q(bought_at__gte=_midnight(first_day) - ago)
    if last_day:
        days &= Q(bought_at__lt=_midnight(last_day + ONE_DAY) - ago)
    return days


def _on(span: DaySpan, *, ago: timedelta = NONE) -> Q:
    return _between(span.first_day, span.last_day, ago=ago)


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """The orders that a line stands for, and how long before the period they were placed."""

    orders: OrderQuerySet
    ago: timedelta = timedelta(0)


def _wanted(scope: Scope | None, asked: Asked) -> dict[str, _Wanted]:
    """An order counts for the team that served its store on its day (ORG-2).

    Whether somebody came before or again is looked for in the stores on all days.
    """
    orders = _orders(scope)
    same = orders.filter(customer=OuterRef("customer"))
    if (pieces := _served(asked)) is not None:
        same = same.filter(store_id__in=frozenset().union(*(piece.stores for piece in pieces)))
        orders = orders.filter(
            reduce(
                or_,
                (
                    Q(_between(piece.first_day, piece.last_day), store_id__in=piece.stores)
                    for piece in pieces
                ),
                Q(pk__in=[]),
            )
        )
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
