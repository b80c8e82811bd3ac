"""The import of complaints (data-formats)."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import count
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.enums import ShippingState
from complaints.models import Complaint, ComplaintType, Product
from complaints.resources.case_columns import COLUMNS, SIMPLE, export
from complaints.resources.orders import (
    SENTENCES,
    contact_of,
    lead_imports,
    orders_in,
    sealed_fields,
    staff_exports,
)
from complaints.services import customers, intake
from complaints.services.intake import CASES, UNSTORED, Buyers, ChangedCase, Contact
from portal import bulk
from portal.postgresql import SortingIn
from portal.transfer import registry
from portal.transfer.registry import Context, Notes, Row
from portal.transfer.values import fold
from staff.people.access import Scope
from staff.people.models import Person, Store
from staff.rulebook import queries as rulebook

MANY = 1000  # rows of a batch from which on sorting their words in is worth a thread


def identity(row: Row) -> Hashable | None:
    """The number where one is given, else channel and external number, else none."""
    if number := row.get("number"):
        return ("number", number.upper())
    if reference := row.get("reference"):
        return ("reference", row.values["channel"], reference)
    return None


def types_by_word() -> dict[str, ComplaintType]:
    """Return the types by code and by either name; a name on the second level counts first."""
    rows = list(ComplaintType.objects.select_related("parent").order_by("position", "pk"))
    found: dict[str, ComplaintType] = {}
    for row in sorted(rows, key=lambda one: one.parent_id is None):
        for word in (row.name_zh, row.name_en):
            found.setdefault(fold(word), row)
        if row.parent:
            for sign in ("/", "-"):
                found.setdefault(fold(f"{row.parent.name_zh}{sign}{row.name_zh}"), row)
    return found | {fold(row.code): row for row in rows}


class ComplaintResource(registry.Resource):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sequence = count(UNSTORED)
        self.blank = bulk.blanks(Complaint)
        self.types = types_by_word()
        self.desk = rulebook.timetable()
        self._words = SortingIn("complaint_words")

    def check(self, rows: Sequence[Row], notes: Notes) -> None:
        _Batch(self, rows, notes, writing=False).judge()

    def write(self, rows: Sequence[Row], notes: Notes, sweep: int) -> None:  # noqa: ARG002 -- one sweep
        if len(rows) > MANY:
            self._words.begin()
        customers.hold_all()
        _Batch(self, rows, notes, writing=True).judge()

    def tidy(self) -> None:
        self._words.end()

    def next_key(self) -> int:
        """Return a key behind all stored ones, for a row that is not stored yet."""
        return next(self._sequence)


class _Batch:
    """One batch: looked up in a constant number of queries, written in a few statements."""

    def __init__(
        self, resource: ComplaintResource, rows: Sequence[Row], notes: Notes, *, writing: bool
    ) -> None:
        self._writing = writing
        self._resource = resource
        self._context = resource.context
        self._rows = rows
        self._notes = notes
        self._fresh: list[Complaint] = []
        self._row_of: dict[int, Row] = {}
        self._changed: list[ChangedCase] = []
        names = {row.values["store"] for row in rows}
        self._stores = {store.name: store for store in Store.objects.filter(name__in=names)}
        numbers = {row.get("recorder") for row in rows} - {None}
        self._people = {one.number: one for one in Person.objects.filter(number__in=numbers)}
        self._by_number: dict[str, Complaint] = {}
        self._by_reference: dict[tuple[str, str], Complaint] = {}
        self._look_up_cases()
        self._orders = orders_in(
            {
                (self._stores[row.values["store"]].pk, row.values["order"])
                for row in rows
                if row.get("order") and row.values["store"] in self._stores
            }
        )
        self._contacts = {
            row.number: self._contact(row, None) for row in rows if self._needs_buyer(row)
        }
        self._buyers = Buyers(self._contacts.values(), [case.customer for case in self._cases])
        self._products: Mapping[str, Product] = {}

    def _needs_buyer(self, row: Row) -> bool:
        """Whether it matters who the customer is: not where a new row is only checked."""
        if row.values["store"] not in self._stores:
            return False
        return self._writing or self._stored(row) is not None

    def _look_up_cases(self) -> None:
        numbers = {row.values["number"].upper() for row in self._rows if row.get("number")}
        references = {row.values["reference"] for row in self._rows if row.get("reference")}
        related = ("customer", "order", "product", "type", "recorder")
        rows = Complaint.objects.select_related(*related)
        rows = rows.defer("words", *sealed_fields(self._rows))
        # Two queries: each finds its index, and the second condition lets the partial one serve.
        by_reference = rows.filter(reference__any_of=references)
        found = {
            case.pk: case
            for part in (rows.filter(number__any_of=numbers), by_reference.exclude(reference=""))
            for case in part
        }
        self._cases = list(found.values())
        for case in self._cases:
            self._by_number[case.number] = case
            if case.reference:
                self._by_reference[case.channel, case.reference] = case

    def _contact(self, row: Row, case: Complaint | None) -> Contact:
        key = case.pk if case else self._resource.next_key()
        platform = self._stores[row.values["store"]].platform
        return contact_of(row, platform=platform, at=(row.values["registered_at"], CASES, key))

    def _stored(self, row: Row) -> Complaint | None:
        if number := row.get("number"):
            return self._by_number.get(number.upper())
        if reference := row.get("reference"):
            return self._by_reference.get((row.values["channel"], reference))
        return None

    def judge(self) -> None:
        """Say of each row what it does; write it too, if asked to."""
        if self._writing:
            wanted = {str(row.get("product")) for row in self._rows if row.get("product")}
            self._products = intake.products(wanted)
        for row in self._rows:
            if self._accept(row):
                self._take(row)
        if self._writing:
            self._store()

    def _take(self, row: Row) -> None:
        """Count a row, and prepare what is written."""
        case = self._stored(row)
        if case is None:
            self._notes.added(row)
            if self._writing:
                self._fresh.append(self._begin(row))
        elif fields := self._differences(case, row):
            self._notes.changed(row)
            if self._writing:
                before = case.severity
                self._change(case, row)
                self._changed.append(ChangedCase(case, tuple(fields), before))
        else:
            self._notes.unchanged(row)

    def _store(self) -> None:
        self._buyers.store(now=self._context.now)
        for case in (*self._fresh, *(one.complaint for one in self._changed)):
            if case.customer_id is None:
                case.customer = case.customer  # the key of a customer that has just been stored
        intake.write_cases(
            fresh=self._fresh,
            complete=self._complete,
            changed=self._changed,
            actor=self._context.actor,
            now=self._context.now,
        )

    def _accept(self, row: Row) -> bool:
        found = self._why_not(row)
        if found is None:
            return True
        self._notes.reject(row, *found)
        return False

    def _why_not(self, row: Row) -> tuple[str, str] | None:
        """Return column and code of what speaks against a row."""
        store = self._stores.get(row.values["store"])
        if store is None:
            return "store", "unknown_store"
        scope: Scope | None = self._context.scope
        if scope is not None and store.pk not in scope.store_ids:
            return "store", "not_your_store"
        return self._unknown(row, store) or self._clash(row)

    def _unknown(self, row: Row, store: Store) -> tuple[str, str] | None:
        if (number := row.get("order")) and (store.pk, number) not in self._orders:
            return "order", "unknown_order"
        if (number := row.get("recorder")) and number not in self._people:
            return "recorder", "unknown_person"
        if (word := row.get("type")) and fold(word) not in self._resource.types:
            return "type", "unknown_type"
        return None

    def _clash(self, row: Row) -> tuple[str, str] | None:
        """A number must be known and one's own; a reference belongs to one case."""
        case = self._stored(row)
        scope: Scope | None = self._context.scope
        hidden = scope is not None and case is not None and case.store_id not in scope.store_ids
        if row.get("number"):
            if case is None or hidden:
                return "number", "unknown_number"
            channel = row.values["channel"]
            holder = self._by_reference.get((channel, row.get("reference") or ""))
            if holder is not None and holder.pk != case.pk:
                return "reference", "reference_taken"
        elif hidden:
            return "reference", "reference_taken"
        return None

    def _differences(self, case: Complaint, row: Row) -> list[str]:
        """Return the names of the fields that a row changes."""
        changed = [
            field
            for name, field in SIMPLE.items()
            if name in row.values and getattr(case, field) != self._value(case, row, name)
        ]
        store = self._stores[row.values["store"]]
        related = {
            "store": (case.store_id, store.pk),
            "order": (case.order.number if case.order else None, row.values.get("order")),
            "product": (case.product.name if case.product else None, row.values.get("product")),
            "recorder": (
                case.recorder.number if case.recorder else None,
                row.values.get("recorder"),
            ),
            "type": (case.type_id, self._type_id(row)),
        }
        changed += [
            name
            for name, (before, after) in related.items()
            if name in row.values and before != after
        ]
        if case.order and case.store_id != store.pk and "order" not in row.values:
            changed.append("order")
        if self._customer_differs(case, row):
            changed.append("customer")
        return changed

    def _value(self, case: Complaint, row: Row, name: str) -> Any:  # noqa: ANN401 -- the value of any column
        value = row.values[name]
        return registry.cleared(case, SIMPLE[name]) if value is None else value

    def _type_id(self, row: Row) -> int | None:
        word = row.get("type")
        return self._resource.types[fold(word)].pk if word else None

    def _customer_differs(self, case: Complaint, row: Row) -> bool:
        contact = self._contact(row, case)
        meant = self._buyers.of(contact, case.customer)
        if meant is None or meant.pk != case.customer_id:
            return True
        return bool(self._buyers.news(contact, meant))

    def _begin(self, row: Row) -> Complaint:
        """Return a new case with what its number and its customer need; `_complete` follows."""
        case: Complaint = self._resource.blank(changed_at=self._context.now)
        self._row_of[id(case)] = row
        case.registered_at = row.values["registered_at"]
        case.service_day = self._resource.desk.service_day(case.registered_at)
        contact = self._contacts[row.number]
        case.customer = self._buyers.put(contact, None, now=self._context.now)
        return case

    def _complete(self, case: Complaint) -> None:
        """Set the rest of a new case, while the database works on those before it."""
        row = self._row_of[id(case)]
        case.store = self._stores[row.values["store"]]
        self._say(case, row)
        self._relate(case, row)

    def _change(self, case: Complaint, row: Row) -> None:
        store = self._stores[row.values["store"]]
        if case.store_id != store.pk:
            case.store, case.order = store, None
        self._say(case, row)
        self._relate(case, row)
        case.service_day = self._resource.desk.service_day(case.registered_at)
        contact = self._contact(row, case)
        case.customer = self._buyers.put(contact, case.customer, now=self._context.now)

    def _say(self, case: Complaint, row: Row) -> None:
        """Set the plain values that the row says something about."""
        for name, field in SIMPLE.items():
            if name in row.values:
                setattr(case, field, self._value(case, row, name))

    def _relate(self, case: Complaint, row: Row) -> None:
        """Set the relations that the row says something about, but for store and customer."""
        said = {name: value or "" for name, value in row.values.items()}
        if "order" in said:
            case.order = self._orders.get((case.store_id, said["order"]))
            if case.order and case.order.shipped_at:
                case.shipping = ShippingState.SHIPPED
        if "product" in said:
            case.product = self._products.get(said["product"])
        if "recorder" in said:
            case.recorder = self._people.get(said["recorder"])
        if "type" in said:
            case.type = self._resource.types.get(fold(said["type"]))


COMPLAINTS = registry.register(
    registry.Kind(
        name="complaints",
        label=_("Complaints"),
        columns=COLUMNS,
        identity=identity,
        resource=ComplaintResource,
        export=export,
        sentences=SENTENCES,
        by_month=True,
        may_import=lead_imports,
        may_export=staff_exports,
    )
)
