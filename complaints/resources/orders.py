"""The kind `orders` (data-formats)."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Order, Product
from complaints.services import customers, intake
from complaints.services.intake import ORDERS, UNSTORED, Buyers, Contact
from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Row
from staff.people.access import Scope
from staff.people.models import Person, Store

SIMPLE = {
    "specification": "specification",
    "batch": "batch",
    "amount": "amount_fen",
    "bought_at": "bought_at",
    "promised_at": "promised_at",
    "shipped_at": "shipped_at",
    "tracking": "tracking",
    "remark": "remark",
}


def lead_imports(_user: User, scope: Scope | None) -> bool:
    """Leads and above import."""
    return scope is not None and scope.leads


def staff_exports(_user: User, scope: Scope | None) -> bool:
    """Whoever has a post exports what they see."""
    return scope is not None and scope.post is not None


def contact_of(row: Row, *, platform: str, at: intake.Moment) -> Contact:
    """Return what a row says about its customer; `-` clears."""
    said = {
        name: row.values[name] or ""
        for name in ("phone", "company", "address")
        if name in row.values
    }
    return Contact(name=row.get("customer"), platform=platform, at=at, **said)


def sealed_fields(rows: Sequence[Row]) -> list[str]:
    """Return the sealed fields of known customers that these rows need not open."""
    needed = any("address" in row.values for row in rows)
    return ["customer__phone"] if needed else ["customer__phone", "customer__address"]


def names_a_customer(row: Row) -> bool:
    return any(row.get(name) for name in ("customer", "phone"))


class OrderResource(registry.Resource):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sequence = count(UNSTORED)

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        _Batch(self, rows, notes, writing=False).judge()

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        customers.hold_all()
        _Batch(self, rows, notes, writing=True).judge()

    def next_key(self) -> int:
        """Return a key behind all stored ones, for a row that is not stored yet."""
        return next(self._sequence)


class _Batch:
    """One batch: looked up in five queries, judged row by row, written in a few statements."""

    def __init__(
        self, resource: OrderResource, rows: Sequence[Row], notes: Notes, *, writing: bool
    ) -> None:
        self._writing = writing
        self._resource = resource
        self._context = resource.context
        self._rows = rows
        self._notes = notes
        self._fresh: list[Order] = []
        self._changed: list[Order] = []
        names = {row.values["store"] for row in rows}
        self._stores = {store.name: store for store in Store.objects.filter(name__in=names)}
        numbers = {row.get("remark_by") for row in rows} - {None}
        self._people = {one.number: one for one in Person.objects.filter(number__in=numbers)}
        found = Order.objects.filter(
            store__in=self._stores.values(), number__any_of={row.values["order"] for row in rows}
        ).select_related("customer", "product", "remark_by")
        found = found.defer(*sealed_fields(rows))
        self._orders = {(order.store_id, order.number): order for order in found}
        self._buyers = Buyers(
            [self._contact(row, None) for row in rows if self._needs_buyer(row)],
            [order.customer for order in self._orders.values()],
        )

    def _needs_buyer(self, row: Row) -> bool:
        """Whether it matters who the customer is: not where a new row is only checked."""
        store = self._stores.get(row.values["store"])
        if store is None:
            return False
        return self._writing or (store.pk, row.values["order"]) in self._orders

    def _contact(self, row: Row, order: Order | None) -> Contact:
        key = order.pk if order else self._resource.next_key()
        platform = self._stores[row.values["store"]].platform
        return contact_of(row, platform=platform, at=(row.values["bought_at"], ORDERS, key))

    def judge(self) -> None:
        """Say of each row what it does; write it too, if asked to."""
        products: Mapping[str, Product] = {}
        if self._writing:
            wanted = {str(row.get("product")) for row in self._rows if row.get("product")}
            products = intake.products(wanted)
        for row in self._rows:
            if self._accept(row):
                self._take(row, products if self._writing else None)
        if self._writing:
            self._store()

    def _take(self, row: Row, products: Mapping[str, Product] | None) -> None:
        """Count a row; with `products`, prepare what is written."""
        store = self._stores[row.values["store"]]
        order = self._orders.get((store.pk, row.values["order"]))
        if order is None:
            self._notes.added(row)
            if products is not None:
                order = Order(store=store, number=row.values["order"])
                self._fresh.append(self._fill(order, row, products))
        elif self._differs(order, row):
            self._notes.changed(row)
            if products is not None:
                self._changed.append(self._fill(order, row, products))
        else:
            self._notes.unchanged(row)

    def _store(self) -> None:
        self._buyers.store(now=self._context.now)
        for order in (*self._fresh, *self._changed):
            order.customer = order.customer  # the key of a customer that has just been stored
            order.version += 1 if order.pk else 0
        intake.write_orders(
            fresh=self._fresh,
            changed=self._changed,
            actor=self._context.actor,
            now=self._context.now,
        )

    def _accept(self, row: Row) -> bool:
        store = self._stores.get(row.values["store"])
        scope: Scope | None = self._context.scope
        if store is None:
            self._notes.reject(row, "store", "unknown_store")
        elif scope is not None and store.pk not in scope.store_ids:
            self._notes.reject(row, "store", "not_your_store")
        elif (number := row.get("remark_by")) and number not in self._people:
            self._notes.reject(row, "remark_by", "unknown_person")
        else:
            return True
        return False

    def _differs(self, order: Order, row: Row) -> bool:
        simple = any(
            getattr(order, field) != (registry.cleared(order, field) if value is None else value)
            for name, field in SIMPLE.items()
            if name in row.values
            for value in [row.values[name]]
        )
        product = order.product.name if order.product else None
        return (
            simple
            or ("product" in row.values and row.values["product"] != product)
            or ("remark_by" in row.values and row.values["remark_by"] != _number(order.remark_by))
            or self._customer_differs(order, row)
        )

    def _customer_differs(self, order: Order, row: Row) -> bool:
        if "customer" in row.values and row.values["customer"] is None:
            return order.customer_id is not None
        if order.customer is None and not names_a_customer(row):
            return False
        contact = self._contact(row, order)
        meant = self._buyers.of(contact, order.customer)
        if meant is None or meant.pk != order.customer_id:
            return True
        return bool(self._buyers.news(contact, meant))

    def _fill(self, order: Order, row: Row, products: Mapping[str, Product]) -> Order:
        for name, field in SIMPLE.items():
            if name in row.values:
                value = row.values[name]
                setattr(order, field, registry.cleared(order, field) if value is None else value)
        if "product" in row.values:
            order.product = products.get(row.values["product"] or "")
        if "remark_by" in row.values:
            order.remark_by = self._people.get(row.values["remark_by"] or "")
        if "customer" in row.values and row.values["customer"] is None:
            order.customer = None
        elif order.customer_id or names_a_customer(row):
            contact = self._contact(row, order if order.pk else None)
            order.customer = self._buyers.put(contact, order.customer, now=self._context.now)
        return order


def _number(person: Person | None) -> str | None:
    return person.number if person else None


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give all orders, or those that the exporting person sees, without personal data."""
    orders = Order.objects.all()
    if context.scope is not None:
        orders = orders.visible_to(context.scope)
    open_data = context.scope is None
    rows = orders.select_related("store", "customer", "product", "remark_by").order_by("pk")
    if not open_data:
        rows = rows.defer("customer__phone", "customer__address")
    for order in rows.iterator(chunk_size=1000):
        customer = order.customer
        yield {
            "order": order.number,
            "store": order.store.name,
            "customer": customer.name if customer else "",
            "phone": customer.phone if customer and open_data else "",
            "address": customer.address if customer and open_data else "",
            "product": order.product.name if order.product else "",
            "specification": order.specification,
            "batch": order.batch,
            "amount": order.amount_fen,
            "bought_at": order.bought_at,
            "promised_at": order.promised_at,
            "shipped_at": order.shipped_at,
            "tracking": order.tracking,
            "remark": order.remark,
            "remark_by": _number(order.remark_by),
        }


SENTENCES = {
    "unknown_store": _('there is no store "%(text)s"'),
    "not_your_store": _('"%(text)s" is not a store of your teams'),
    "unknown_person": _('there is no person with the number "%(text)s"'),
    "unknown_order": _('the store has no order "%(text)s"'),
    "unknown_number": _('there is no complaint "%(text)s"'),
    "unknown_type": _('"%(text)s" is no type of complaint'),
    "reference_taken": _('another complaint of the channel has the external number "%(text)s"'),
}

ORDERS_KIND = registry.register(
    registry.Kind(
        name="orders",
        label=_("Orders"),
        columns=(
            Column("order", "订单号", values.Text(64), required=True),
            Column("store", "店铺", values.Text(80), required=True),
            Column("customer", "客户", values.Text(120)),
            Column("phone", "手机", values.Text(40)),
            Column("address", "地址", values.Text(300)),
            Column("product", "商品", values.Text(200)),
            Column("specification", "规格", values.Text(200)),
            Column("batch", "批次", values.Text(80)),
            Column("amount", "金额", values.Amount()),
            Column("bought_at", "购买时间", values.Moment(), required=True),
            Column("promised_at", "承诺发货时间", values.Moment()),
            Column("shipped_at", "发货时间", values.Moment()),
            Column("tracking", "物流单号", values.Text(80)),
            Column("remark", "备注", values.Text(500)),
            Column("remark_by", "备注人工号", values.Text(20)),
        ),
        identity=registry.by("store", "order"),
        resource=OrderResource,
        export=export,
        sentences=SENTENCES,
        may_import=lead_imports,
        may_export=staff_exports,
    )
)


def orders_in(pairs: set[tuple[int, str]]) -> dict[tuple[int, str], Order]:
    """Return orders by store and number, in one query."""
    if not pairs:
        return {}
    wanted = Q(store__in={store for store, _n in pairs}, number__any_of={n for _s, n in pairs})
    rows = Order.objects.filter(wanted).only("store", "number", "shipped_at")
    return {(row.store_id, row.number): row for row in rows}
