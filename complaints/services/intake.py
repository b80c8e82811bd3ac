"""Bulk writes of imports: many customers, products, orders and cases in a few statements."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Max

from complaints.enums import ContactKind, EntryKind
from complaints.models import Complaint, Customer, Order, Product, TimelineEntry
from complaints.queries import deadlines as clocks
from complaints.services import alarms, deadlines, escalation, events, numbering, routing
from complaints.services import customers as services
from complaints.services import orders as remarks
from complaints.services.cases import words_of
from complaints.services.customers import Buyer
from portal import audit, bulk, sealing
from portal.models import User
from staff.people.models import Person

Moment = tuple[datetime, int, int]
ORDERS, CASES = 1, 2
UNSTORED = 2**62


@dataclass(frozen=True, kw_only=True)
class Contact:
    """What a row says about a customer; None says nothing, an empty text clears.

    `at` is when the row's order or case came about: the latest one tells the address.
    """

    name: str | None
    platform: str
    phone: str | None = None
    company: str | None = None
    address: str | None = None
    at: Moment

    @cached_property
    def phone_hash(self) -> str:
        return sealing.phone_hash(self.phone or "")

    def buyer(self, *, name: str) -> Buyer:
        return Buyer(
            name=self.name or name,
            platform=self.platform,
            phone=self.phone or "",
            company=self.company or "",
            address=self.address or "",
        )


class Buyers:
    """The customers that a batch of rows speaks of: recognised, created, brought up to date.

    The same rules as for one customer (services.customers.recognise), and one more, so that a
    file which is read twice changes nothing: of two rows with different addresses the one of the
    later order or case counts, whatever their order in the file.
    """

    def __init__(self, contacts: Collection[Contact], stored: Iterable[Customer | None]) -> None:
        hashes = {contact.phone_hash for contact in contacts} - {""}
        names = {contact.name for contact in contacts if contact.name}
        rows = Customer.objects.defer(*unread(contacts))
        known = {row.pk: row for row in stored if row is not None}
        # Two queries: each finds its index, and the second condition lets the partial one serve.
        for found in (
            rows.filter(phone_hash__any_of=hashes).exclude(phone_hash=""),
            rows.filter(name__any_of=names),
        ):
            known |= {row.pk: row for row in found if row.pk not in known}
        self._by_phone: dict[str, Customer] = {}
        self._by_name: dict[tuple[str, str], list[Customer]] = defaultdict(list)
        self._known = known
        for key in sorted(known):
            self._index(known[key])
        self.fresh: list[Customer] = []
        self._touched: dict[str, dict[int, Customer]] = {"phone": {}, "address": {}, "company": {}}
        self._stored_moments: dict[int, Moment] | None = None
        self._batch_moments: dict[int, Moment] = {}

    def _index(self, customer: Customer) -> None:
        if customer.phone_hash:
            self._by_phone.setdefault(customer.phone_hash, customer)
        self._by_name[customer.platform, customer.name].append(customer)

    def customer(self, key: int) -> Customer:
        return self._known[key]

    def recognise(self, contact: Contact, *, name: str) -> Customer | None:
        """Return the known customer; see services.customers.recognise."""
        phone_hash = contact.phone_hash
        if phone_hash and (found := self._by_phone.get(phone_hash)):
            return found
        named = self._by_name.get((contact.platform, contact.name or name), [])
        fitting = [row for row in named if not phone_hash or not row.phone_hash]
        return fitting[0] if fitting else None

    def of(self, contact: Contact, stored: Customer | None) -> Customer | None:
        """Return whom a row means: who is stored, another known one, or None for a new one."""
        if stored is not None:
            stored = self._known.get(stored.pk or 0, stored)
            phone_hash = contact.phone_hash
            same_name = contact.name in (None, stored.name)
            if phone_hash and phone_hash == stored.phone_hash:
                return stored
            if same_name and (not phone_hash or not stored.phone_hash):
                return stored
        return self.recognise(contact, name=stored.name if stored else "")

    def news(self, contact: Contact, customer: Customer) -> list[str]:
        """Return which contact data the row would change."""
        changed = []
        if contact.phone is not None and contact.phone_hash != customer.phone_hash:
            changed.append("phone")
        if contact.company is not None and contact.company != customer.company:
            changed.append("company")
        if contact.address is not None and contact.address != customer.address:
            changed.append("address")
        return [] if changed and self._has_later(customer, contact.at) else changed

    def _has_later(self, customer: Customer, at: Moment) -> bool:
        """Whether the customer has a later order or case than the row's."""
        if self._stored_moments is None:
            self._stored_moments = _newest(self._known)
        moments = (
            self._stored_moments.get(customer.pk or 0),
            self._batch_moments.get(id(customer)),
        )
        return any(moment is not None and moment > at for moment in moments)

    def put(self, contact: Contact, stored: Customer | None, *, now: datetime) -> Customer:
        """Return the row's customer, with its news; new ones wait in `fresh` for `store`."""
        customer = self.of(contact, stored)
        if customer is None:
            name = contact.name or (stored.name if stored else "")
            customer = services.new_customer(contact.buyer(name=name), now=now)
            self.fresh.append(customer)
            self._index(customer)
        else:
            self._update(customer, contact)
        seen = self._batch_moments.get(id(customer), contact.at)
        self._batch_moments[id(customer)] = max(seen, contact.at)
        return customer

    def _update(self, customer: Customer, contact: Contact) -> None:
        changed = self.news(contact, customer)
        if "phone" in changed:
            services.set_contact(customer, phone=contact.phone, address=None)
            if customer.phone_hash:
                self._by_phone.setdefault(customer.phone_hash, customer)
        if "address" in changed:
            services.set_contact(customer, phone=None, address=contact.address)
        if "company" in changed:
            customer.company = contact.company or ""
        for name in changed if customer.pk else ():
            self._touched[name][customer.pk] = customer

    def store(self, *, now: datetime) -> None:
        """Write the new customers, then what changed of the known ones, and what that was."""
        Customer.objects.bulk_create(self.fresh, batch_size=1000)
        everybody = {key: row for rows in self._touched.values() for key, row in rows.items()}
        for customer in everybody.values():
            customer.version += 1
        for name, touched in self._touched.items():
            if touched:
                services.keep_former(touched.keys(), kind=ContactKind(name.upper()), now=now)
                fields = ["version", *COLUMNS[name]]
                Customer.objects.bulk_update(list(touched.values()), fields, batch_size=500)


COLUMNS = {
    "phone": ("phone", "phone_hash", "phone_masked"),
    "address": ("address", "address_masked"),
    "company": ("company",),
}


def unread(contacts: Iterable[Contact]) -> list[str]:
    """Return the sealed fields that these rows need not open; opening them takes time."""
    needed = any(contact.address is not None for contact in contacts)
    return ["phone"] if needed else ["phone", "address"]


def _newest(keys: Collection[int]) -> dict[int, Moment]:
    """Return each customer's latest order or case; of several at one moment, the last made."""
    newest: dict[int, Moment] = {}
    for rank, model, field in ((ORDERS, Order, "bought_at"), (CASES, Complaint, "registered_at")):
        rows = model.objects.filter(customer__id__any_of=keys).exclude(**{field: None})
        latest = dict(rows.values("customer").annotate(at=Max(field)).values_list("customer", "at"))
        last = (
            rows.filter(**{f"{field}__in": set(latest.values())})
            .values("customer", field)
            .annotate(last=Max("pk"))
            .values_list("customer", field, "last")
        )
        for customer, at, key in last:
            if latest.get(customer) == at:
                newest[customer] = max(newest.get(customer, (at, rank, key)), (at, rank, key))
    return newest


def products(names: Collection[str]) -> dict[str, Product]:
    """Return products by name; those met for the first time are created."""
    wanted = set(names)
    known = {row.name: row for row in Product.objects.filter(name__any_of=wanted)}
    missing = wanted - known.keys()
    if missing:
        Product.objects.bulk_create(
            [Product(name=name) for name in sorted(missing)], ignore_conflicts=True
        )
        known |= {row.name: row for row in Product.objects.filter(name__in=missing)}
    return known


ORDER_FIELDS = (
    "customer", "product", "specification", "batch", "amount_fen", "bought_at", "promised_at",
    "shipped_at", "tracking", "remark", "remark_by", "version",
)  # fmt: skip


def write_orders(
    *, fresh: Sequence[Order], changed: Sequence[Order], actor: User | None, now: datetime
) -> None:
    """Write a batch of orders in the caller's transaction, with one audit entry.

    Open cases follow the orders that are shipped (ORG-4).
    """
    Order.objects.bulk_create(fresh, batch_size=1000)
    if changed:
        shipped = {order.pk: order for order in changed if order.shipped_at}
        cases = routing.held(shipped) if shipped else []
        Order.objects.bulk_update(changed, ORDER_FIELDS, batch_size=200)
        routing.follow(cases, orders=shipped, actor=None, now=now)
    remarks.keep_imported([*fresh, *changed], now=now)
    if fresh or changed:
        audit.record(
            actor=actor,
            verb="order.imported",
            at=now,
            after={"added": len(fresh), "changed": len(changed)},
        )


CASE_FIELDS = (
    "registered_at", "service_day", "channel", "reference", "store", "order", "customer",
    "shipping", "product", "specification", "produced_on", "batch", "description", "type",
    "severity", "amount_fen", "demand", "recorder", "changed_at", "version", "words",
)  # fmt: skip


@dataclass(frozen=True)
class ChangedCase:
    """A case with its new values, and the names of the fields that changed."""

    complaint: Complaint
    fields: tuple[str, ...]
    severity_before: str


def write_cases(
    *,
    fresh: Sequence[Complaint],
    changed: Sequence[ChangedCase],
    actor: User | None,
    now: datetime,
    complete: Callable[[Complaint], None] | None = None,
) -> None:
    """Write a batch of cases in the caller's transaction: numbers, words, timeline, audit.

    Relations must be set; customers, orders and products must be stored. Of new cases,
    `complete` may set all but `registered_at`, `service_day` and customer; it asks nothing of the
    database.
    """
    if not fresh and not changed:
        return
    person = Person.objects.filter(user=actor).first() if actor else None
    rules = clocks.rules()
    _insert(fresh, rules, complete)
    planner = alarms.planner(now=now, desk=rules.desk)
    alarms.plan(fresh, now=now, using=planner, fresh=True)
    for one in changed:
        one.complaint.version += 1
        one.complaint.changed_at = now
        one.complaint.words = words_of(one.complaint)
    if changed:
        Complaint.objects.bulk_update(
            [one.complaint for one in changed], CASE_FIELDS, batch_size=100
        )
    actor_id, entry = person.pk if person else None, bulk.blanks(TimelineEntry)
    registered = {"at": now, "actor_id": actor_id, "kind": EntryKind.REGISTERED}
    entries = [entry(complaint_id=case.pk, params={"imported": 1}, **registered) for case in fresh]
    entries += [
        TimelineEntry(
            complaint=one.complaint,
            at=now,
            actor=person,
            kind=EntryKind.CHANGED,
            params={"fields": list(one.fields)},
        )
        for one in changed
    ]
    events.tell_of_cases(TimelineEntry.objects.bulk_create(entries, batch_size=1000), now=now)
    _regrade(changed, actor=person, now=now)
    escalation.judge(
        [*fresh, *(one.complaint for one in changed)],
        actor=person,
        now=now,
        due_of={case.pk: case.registered_at for case in fresh},
        with_old=False,
    )
    ordered = [one.complaint for one in changed if "order" in one.fields]
    routing.move(ordered, actor=person, now=now)
    audit.record(
        actor=actor,
        verb="complaint.imported",
        at=now,
        after={"added": len(fresh), "changed": len(changed)},
    )


def _insert(
    fresh: Sequence[Complaint],
    rules: clocks.Rules,
    complete: Callable[[Complaint], None] | None,
) -> None:
    """Give new cases their numbers, deadlines and words, and store them."""
    if not fresh:
        return
    numbers = numbering.take_many("C", counts=Counter(case.service_day for case in fresh))
    given = {day: iter(row) for day, row in numbers.items()}

    def prepare(case: Complaint) -> None:
        if complete is not None:
            complete(case)
        deadlines.begin(case, using=rules)
        case.number = next(given[case.service_day])
        case.words = words_of(case)

    bulk.insert(fresh, prepare=prepare)


def _regrade(changed: Sequence[ChangedCase], *, actor: Person | None, now: datetime) -> None:
    """Let the clocks follow cases whose severity or receipt an import changed."""
    graded = [
        deadlines.Graded(
            complaint_id=one.complaint.pk,
            before=one.severity_before,
            after=one.complaint.severity,
        )
        for one in changed
        if "severity" in one.fields
    ]
    deadlines.note_severities(graded, actor=actor, now=now)
    timed = {"severity", "registered_at"}
    deadlines.recount([one.complaint.pk for one in changed if timed & set(one.fields)], now=now)
