"""Reads of remarks, promises of shipping, and unpaid orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from complaints.models import Chase, Order, OrderRemark, ShippingPromise, UnpaidChase, UnpaidOrder
from complaints.policies import orders as policies
from complaints.policies.orders import Written
from complaints.queries.customers import named
from complaints.querysets import OrderQuerySet, UnpaidQuerySet
from portal.period import DaySpan
from staff.daily.enums import Reason
from staff.daily.queries import known
from staff.people.access import Scope
from staff.people.models import Store
from staff.rulebook import queries as rulebook

OPEN, MINE, WON, LOST, ALL = "open", "mine", "won", "lost", "all"
NEVER, CHASED = "never", "chased"
TABS = (OPEN, MINE, WON, LOST, ALL)
OVERDUE, TODAY = "overdue", "today"
PROMISE_TABS = (OVERDUE, TODAY, ALL)


def remarks_of(order_id: int) -> list[OrderRemark]:
    """Return the versions of an order's remark, the last at the top."""
    rows = OrderRemark.objects.filter(order_id=order_id).select_related("author")
    return list(rows.order_by("-version"))


def standing_remark(order: Order, versions: Sequence[OrderRemark] | None = None) -> int | None:
    """Return the key of the version that counts for liability (INC-4)."""
    rows = versions if versions is not None else list(OrderRemark.objects.filter(order=order))
    written = [Written(row.pk, row.at, row.author_id) for row in rows]
    found = policies.standing(written, shipped_at=order.shipped_at)
    return found.key if found else None


def author_liable(order: Order) -> int | None:
    """Return who wrote the remark that counts; without versions, who the order names."""
    versions = list(OrderRemark.objects.filter(order=order))
    key = standing_remark(order, versions)
    author = next((row.author_id for row in versions if row.pk == key), None)
    return author or order.remark_by_id


def promiser(order: Order) -> int | None:
    """Return who promised the date that the order carries (INC-4)."""
    if order.promised_at is None:
        return None
    rows = ShippingPromise.objects.filter(order=order, promised_at=order.promised_at)
    return rows.order_by("-at", "-pk").values_list("by_id", flat=True).first()


def promises_of(order_id: int) -> list[ShippingPromise]:
    """Return who promised what, the last at the top."""
    rows = ShippingPromise.objects.filter(order_id=order_id).select_related("by")
    return list(rows.order_by("-at", "-pk"))


def end_of_day(now: datetime) -> datetime:
    """Return the end of the running service day."""
    return known.span_of(rulebook.service_day(now), rulebook.timetable())[1]


@dataclass(frozen=True, kw_only=True)
class Promises:
    """Which promises are wanted: `end` is the end of the running service day."""

    now: datetime
    end: datetime
    tab: str = ALL
    store: int | None = None
    text: str = ""


def promised(scope: Scope, wanted: Promises) -> OrderQuerySet:
    """Return orders with a promise that have not left, as far as one may see them."""
    tab, store, text, now = wanted.tab, wanted.store, wanted.text, wanted.now
    rows = Order.objects.visible_to(scope).promised()
    if tab == OVERDUE:
        rows = rows.filter(promised_at__lte=now)
    elif tab == TODAY:
        rows = rows.filter(promised_at__gt=now, promised_at__lt=wanted.end)
    if store:
        rows = rows.filter(store_id=store)
    if text:
        rows = rows.filter(Q(number__startswith=text) | Q(customer__in=named(text)))
    return rows


def promised_counts(scope: Scope, *, now: datetime, end: datetime) -> tuple[int, int]:
    """Return how many promises are overdue, and how many more fall due today; one query."""
    rows = Order.objects.visible_to(scope).promised()
    counts = rows.aggregate(
        overdue=Count("pk", filter=Q(promised_at__lte=now)),
        today=Count("pk", filter=Q(promised_at__gt=now, promised_at__lt=end)),
    )
    return counts["overdue"], counts["today"]


def with_chases(rows: OrderQuerySet, *, start: int, size: int) -> list[Order]:
    """Return a page, the longest overdue first, each with its chases counted before the promise."""
    chases = Chase.objects.filter(order=OuterRef("pk")).order_by()
    of_order = chases.values("order")
    last = ShippingPromise.objects.filter(order=OuterRef("pk"), promised_at=OuterRef("promised_at"))
    found = rows.annotate(
        times=Subquery(of_order.annotate(n=Count("pk")).values("n")),
        in_time=Subquery(
            chases.filter(at__lt=OuterRef("promised_at"))
            .values("order")
            .annotate(n=Count("pk"))
            .values("n")
        ),
        promised_by=Subquery(last.order_by("-at", "-pk").values("by__name")[:1]),
    )
    found = found.select_related("store", "customer", "product").defer(
        "customer__phone", "customer__address"
    )
    return list(found.order_by("promised_at", "pk")[start : start + size])


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list of unpaid orders is narrowed to."""

    tab: str = OPEN
    text: str = ""
    store: int | None = None
    chased: str = ""
    reason: str = ""
    since: date | None = None
    until: date | None = None


def unpaid(scope: Scope, wanted: Wanted) -> UnpaidQuerySet:
    """Return the unpaid orders that one may see, narrowed.

    The days are service days of the placing, with `won` of the payment, with `lost` of the close.
    """
    rows = _of_tab(UnpaidOrder.objects.visible_to(scope), wanted.tab, scope)
    equal = {"store_id": wanted.store, "lost_because": wanted.reason}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if wanted.chased:
        chases = UnpaidChase.objects.filter(unpaid=OuterRef("pk"))
        rows = rows.filter(~Exists(chases) if wanted.chased == NEVER else Exists(chases))
    if wanted.text:
        fits = Q(order__number__startswith=wanted.text) | Q(order__customer__in=named(wanted.text))
        rows = rows.filter(fits)
    return _within(rows, wanted)


def _of_tab(rows: UnpaidQuerySet, tab: str, scope: Scope) -> UnpaidQuerySet:
    if tab == OPEN:
        return rows.open()
    if tab == MINE:
        return rows.open().filter(owner_id=scope.person_id)
    if tab == WON:
        return rows.filter(paid_at__isnull=False)
    return rows.filter(state="LOST") if tab == LOST else rows


MOMENTS = {WON: "paid_at", LOST: "closed_at"}


def _within(rows: UnpaidQuerySet, wanted: Wanted) -> UnpaidQuerySet:
    field, desk = MOMENTS.get(wanted.tab, "placed_at"), rulebook.timetable()
    if wanted.since:
        rows = rows.filter(**{f"{field}__gte": known.span_of(wanted.since, desk)[0]})
    if wanted.until:
        rows = rows.filter(**{f"{field}__lt": known.span_of(wanted.until, desk)[1]})
    return rows


def placed_in(rows: UnpaidQuerySet, span: DaySpan) -> UnpaidQuerySet:
    """Narrow to those placed on service days of a span, both ends included."""
    desk = rulebook.timetable()
    since, until = known.span_of(span.first_day, desk)[0], known.span_of(span.last_day, desk)[1]
    return rows.filter(placed_at__gte=since, placed_at__lt=until)


def with_attempts(rows: UnpaidQuerySet) -> UnpaidQuerySet:
    """Add how often and when last each was chased, with the result."""
    tries = UnpaidChase.objects.filter(unpaid=OuterRef("pk"))
    last = tries.order_by("-at", "-pk")
    return rows.annotate(
        times=Subquery(tries.order_by().values("unpaid").annotate(n=Count("pk")).values("n")),
        last_at=Subquery(last.values("at")[:1]),
        last_result=Subquery(last.values("result")[:1]),
    )


def page_of_unpaid(rows: UnpaidQuerySet, *, tab: str, start: int, size: int) -> list[UnpaidOrder]:
    """Return a page: what must be paid first at the top; what is closed, the last at the top."""
    found = with_attempts(rows).select_related(
        "order__customer", "order__product", "store", "owner", "won_by"
    )
    found = found.defer("order__customer__phone", "order__customer__address")
    if tab in (OPEN, MINE):
        found = found.order_by(F("pay_until").asc(nulls_last=True), "-placed_at", "-pk")
    elif tab == ALL:
        found = found.order_by("-placed_at", "-pk")
    else:
        found = found.order_by("-closed_at", "-pk")
    return list(found[start : start + size])


def reasons(rows: UnpaidQuerySet) -> list[tuple[Reason, int]]:
    """Count why orders were lost, the most frequent first."""
    lost = rows.filter(state="LOST").order_by()
    counts = lost.values_list("lost_because").annotate(n=Count("pk"))
    order = list(Reason)
    found = [(Reason(code), n) for code, n in counts]
    return sorted(found, key=lambda pair: (-pair[1], order.index(pair[0])))


def tab_counts(scope: Scope) -> tuple[int, int]:
    """Return how many open ones are one's own, and how many there are; one query."""
    found = (
        UnpaidOrder.objects.visible_to(scope)
        .open()
        .aggregate(mine=Count("pk", filter=Q(owner_id=scope.person_id)), every=Count("pk"))
    )
    return found["mine"], found["every"]


def attempts_of(unpaid_id: int) -> list[UnpaidChase]:
    """Return the chases of a payment, the last at the top."""
    rows = UnpaidChase.objects.filter(unpaid_id=unpaid_id).select_related("by")
    return list(rows.order_by("-at", "-pk"))


def stores_of(scope: Scope) -> list[tuple[int, str]]:
    """Return the stores of one's teams by name."""
    rows = Store.objects.filter(pk__in=scope.store_ids)
    return list(rows.order_by("name").values_list("pk", "name"))
