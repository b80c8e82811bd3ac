"""The kind `reviews` (data-formats)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from complaints.enums import Channel as Source
from complaints.models import Product
from complaints.resources.case_columns import CHANNELS_ZH
from complaints.resources.orders import lead_imports, orders_in, staff_exports
from complaints.services import customers
from complaints.services.intake import CASES, UNSTORED, Buyers, Contact
from complaints.services.intake import products as products_named
from feedback.models import Item
from feedback.querysets import ItemQuerySet
from feedback.services.intake import Desk, Earlier, write_items
from portal import bulk
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, Notes, Row
from staff.people.access import Scope
from staff.people.models import Store

SIMPLE = ("received_at", "rating", "text")


_COLUMNS = (
    "pk", "source", "reference", "received_at", "rating", "text", "store_id", "order__number",
    "product__name", "customer__name",
)  # fmt: skip


class _Stored(NamedTuple):
    """What is compared with a row, in the order of `_COLUMNS`."""

    pk: int
    source: str
    reference: str
    received_at: datetime
    rating: int | None
    text: str
    store_id: int
    order: str | None
    product: str | None
    customer: str | None


class ReviewResource(registry.Resource):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sequence = count(UNSTORED)
        self.blank = bulk.blanks(Item)
        self.desk = Desk(now=context.now)

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        _Batch(self, rows, notes).judge(writing=False)

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        customers.hold_all()
        _Batch(self, rows, notes).judge(writing=True)

    def next_key(self) -> int:
        """Return a key behind all stored ones, for a row that is not stored yet."""
        return next(self._sequence)


class _Batch:
    """One batch: looked up in a constant number of queries, written in a few statements."""

    def __init__(self, resource: ReviewResource, rows: Sequence[Row], notes: Notes) -> None:
        self._resource = resource
        self._context = resource.context
        self._rows = rows
        self._notes = notes
        self._fresh: list[Item] = []
        self._changed: list[Earlier] = []
        names = {row.values["store"] for row in rows}
        self._stores = {store.name: store for store in Store.objects.filter(name__in=names)}
        self._stored = self._look_up()
        self._items: dict[tuple[str, str], Item] = {}
        self._orders = orders_in(
            {
                (self._stores[row.values["store"]].pk, row.values["order"])
                for row in rows
                if row.get("order") and row.values["store"] in self._stores
            }
        )
        self._buyers = Buyers(
            [
                self._contact(row, None)
                for row in rows
                if row.get("customer") and row.values["store"] in self._stores
            ],
            [],
        )

    def _look_up(self) -> dict[tuple[str, str], "_Stored"]:
        """Return what is stored of these rows; whole items are loaded for those that change."""
        found = Item.objects.filter(
            source__in={row.values["channel"] for row in self._rows},
            reference__in={row.values["reference"] for row in self._rows},
        ).exclude(reference="")
        return {
            (row.source, row.reference): row
            for row in map(_Stored._make, found.values_list(*_COLUMNS))
        }

    def _load_changed(self) -> None:
        """Load the items that the rows change, with their relations, in one query."""
        keys = [
            found.pk
            for row in self._rows
            if (found := self._known(row)) and not self._why_not(row) and self._differs(found, row)
        ]
        if keys:
            rows = Item.objects.filter(pk__in=keys).select_related("order", "customer", "product")
            self._items = {(item.source, item.reference): item for item in rows.defer("words")}

    def _contact(self, row: Row, item: Item | None) -> Contact:
        key = item.pk if item else self._resource.next_key()
        platform = self._stores[row.values["store"]].platform
        at = (row.values["received_at"], CASES, key)
        return Contact(name=row.get("customer"), platform=platform, at=at)

    def judge(self, *, writing: bool) -> None:
        """Say of each row what it does; write it too, if asked to."""
        products: Mapping[str, Product] = {}
        if writing:
            self._load_changed()
            wanted = {str(row.get("product")) for row in self._rows if row.get("product")}
            products = products_named(wanted) if wanted else {}
        for row in self._rows:
            if found := self._why_not(row):
                self._notes.reject(row, *found)
            else:
                self._take(row, products if writing else None)
        if writing:
            self._store()

    def _known(self, row: Row) -> "_Stored | None":
        return self._stored.get((row.values["channel"], row.values["reference"]))

    def _take(self, row: Row, products: Mapping[str, Product] | None) -> None:
        """Count a row; with `products`, prepare what is written."""
        known = self._known(row)
        if known is None:
            self._notes.added(row)
            if products is not None:
                fresh = self._resource.blank(
                    source=row.values["channel"], reference=row.values["reference"]
                )
                self._fresh.append(self._fill(fresh, row, products))
        elif self._differs(known, row):
            self._notes.changed(row)
            if products is not None:
                item = self._items[known.source, known.reference]
                earlier = Earlier(item=item, text=item.text, rating=item.rating)
                self._fill(item, row, products)
                self._changed.append(earlier)
        else:
            self._notes.unchanged(row)

    def _store(self) -> None:
        self._buyers.store(now=self._context.now)
        for item in (*self._fresh, *(one.item for one in self._changed)):
            item.customer = item.customer  # the key of a customer that has just been stored
        write_items(
            fresh=self._fresh,
            changed=self._changed,
            desk=self._resource.desk,
            actor=self._context.actor,
        )

    def _why_not(self, row: Row) -> tuple[str, str] | None:
        """Return column and code of what speaks against a row."""
        scope: Scope | None = self._context.scope
        store = self._stores.get(row.values["store"])
        if store is None:
            return "store", "unknown_store"
        if scope is not None and store.pk not in scope.store_ids:
            return "store", "not_your_store"
        item = self._known(row)
        if item and scope is not None and item.store_id not in scope.store_ids:
            return "reference", "reference_taken"
        if (number := row.get("order")) and (store.pk, number) not in self._orders:
            return "order", "unknown_order"
        return None

    def _differs(self, stored: "_Stored", row: Row) -> bool:
        """Whether the row changes anything; a cell that is not there says nothing."""
        said = row.values
        store = self._stores[said["store"]]
        pairs = (
            (stored.received_at, said["received_at"]),
            (stored.text, said["text"]),
            (stored.store_id, store.pk),
            *(
                (getattr(stored, name), said[name])
                for name in ("rating", "order", "product", "customer")
                if name in said
            ),
        )
        if any(before != after for before, after in pairs):
            return True
        return bool(stored.order and stored.store_id != store.pk and "order" not in said)

    def _fill(self, item: Item, row: Row, products: Mapping[str, Product]) -> Item:
        registry.assign(item, row, *SIMPLE)
        store = self._stores[row.values["store"]]
        if item.store_id != store.pk:
            item.store, item.order = store, None
            item.channel = self._resource.desk.channel_of(item.source, store.pk)
        said = {name: value or "" for name, value in row.values.items()}
        if "order" in said:
            item.order = self._orders.get((store.pk, str(said["order"])))
        if "product" in said:
            item.product = products.get(str(said["product"]))
        if row.get("customer"):
            item.customer = self._customer(item, row)
        elif "customer" in said:
            item.customer = None
        return item

    def _customer(self, item: Item, row: Row) -> Any:  # noqa: ANN401 -- a customer, stored or not
        stored = item.customer if item.customer_id else None
        contact = self._contact(row, item if item.pk else None)
        return self._buyers.put(contact, stored, now=self._context.now)


def rows_of(items: ItemQuerySet) -> Iterator[Mapping[str, Any]]:
    """Give items in the columns of the import; names stand as in lists."""
    rows = items.select_related("store", "order", "customer", "product").defer("words")
    rows = rows.defer("customer__phone", "customer__address", "words")
    for item in rows.order_by("received_at", "pk").iterator(chunk_size=1000):
        yield {
            "channel": item.source,
            "store": item.store.name,
            "reference": item.reference,
            "received_at": item.received_at,
            "rating": item.rating,
            "text": item.text,
            "customer": item.customer.name if item.customer else "",
            "order": item.order.number if item.order else "",
            "product": item.product.name if item.product else "",
        }


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give all items with an external number, or those that the exporting person sees."""
    items = Item.objects.exclude(reference="")
    if context.scope is not None:
        items = items.visible_to(context.scope)
    yield from rows_of(items)


REVIEWS = registry.register(
    registry.Kind(
        name="reviews",
        label=_("Reviews"),
        columns=(
            Column("channel", "渠道", values.Choice(Source, also=CHANNELS_ZH), required=True),
            Column("store", "店铺", values.Text(80), required=True),
            Column("reference", "外部编号", values.Text(80), required=True),
            Column("received_at", "时间", values.Moment(), required=True),
            Column("rating", "评分", values.Whole(1, 5)),
            Column("text", "内容", values.Text(20000, lines=True), required=True),
            Column("customer", "客户", values.Text(120)),
            Column("order", "订单号", values.Text(64)),
            Column("product", "商品", values.Text(200)),
        ),
        identity=registry.by("channel", "reference"),
        resource=ReviewResource,
        export=export,
        sentences={
            "unknown_store": _('there is no store "%(text)s"'),
            "not_your_store": _('"%(text)s" is not a store of your teams'),
            "unknown_order": _('the store has no order "%(text)s"'),
            "reference_taken": _('another item of the channel has the external number "%(text)s"'),
        },
        may_import=lead_imports,
        may_export=staff_exports,
    )
)
