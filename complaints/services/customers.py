"""Writes of customers and orders: recognise or create, and keep their data current."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from complaints.enums import ContactKind
from complaints.models import Customer, FormerContact, Order, Product, ShippingPromise
from complaints.services import routing
from portal import audit, locks, sealing
from portal.models import User
from staff.people.access import scope_of
from staff.people.models import Person


class OrderChangedMeanwhile(Exception):
    """Somebody else changed the order since it was read; `current` is what it is now."""

    def __init__(self, current: Order) -> None:
        super().__init__(current.pk)
        self.current = current


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """A customer as somebody names them. Empty texts say nothing."""

    name: str
    platform: str
    phone: str = ""
    company: str = ""
    address: str = ""

    @property
    def phone_hash(self) -> str:
        return sealing.phone_hash(self.phone)


MANY = "customers"


def hold(buyer: Buyer) -> None:
    """Let nobody else make or change this customer before the transaction ends.

    Called before other rows are locked: whoever imports waits for those who register, and they
    for the import.
    """
    locks.hold(MANY, shared=True)
    names = [f"customer:{buyer.platform}:{buyer.name}"]
    if buyer.phone_hash:
        names.append(f"customer:{buyer.phone_hash}")
    locks.hold(*names)


def hold_all() -> None:
    """Let nobody else make or change any customer before the transaction ends."""
    locks.hold(MANY)


def recognise(buyer: Buyer, *, actor: User | None, now: datetime) -> Customer | None:
    """Return the known customer: by phone, else by platform and name.

    A name alone does not tie together two different phone numbers. Nor does it tie what a person
    writes down to a customer whom they do not see: either side would come by the phone and the
    address of somebody else of that name (§10).
    """
    phone_hash = buyer.phone_hash
    if phone_hash:
        found = Customer.objects.filter(phone_hash=phone_hash).order_by("pk").first()
        if found is not None:
            return found
    named = Customer.objects.filter(platform=buyer.platform, name=buyer.name).order_by("pk")
    if phone_hash:
        named = named.filter(phone_hash="")
    if actor is not None:
        scope = scope_of(actor, today=timezone.localdate(now))
        named = named.filter(pk__in=Customer.objects.visible_to(scope).values("pk"))
    return named.first()


def new_customer(buyer: Buyer, *, now: datetime) -> Customer:
    """Return a customer that is not stored yet, with hash and masks."""
    customer = Customer(
        name=buyer.name, platform=buyer.platform, company=buyer.company, created_at=now
    )
    set_contact(customer, phone=buyer.phone, address=buyer.address)
    return customer


def set_contact(customer: Customer, *, phone: str | None, address: str | None) -> None:
    """Set phone and address with their hash and masks, without saving; None leaves a value."""
    if phone is not None:
        customer.phone = phone
        customer.phone_hash = sealing.phone_hash(phone)
        customer.phone_masked = sealing.mask_phone(phone)
    if address is not None:
        customer.address = address
        customer.address_masked = sealing.mask_address(address)


def keep_former(customers: Collection[int], *, kind: ContactKind, now: datetime) -> None:
    """Keep what these customers are reached by until now; called before it is overwritten.

    An erasure looks for it in texts, where it may stand for long (§10).
    """
    name = kind.lower()
    stored = Customer.objects.filter(pk__in=customers).order_by("pk").values_list("pk", name)
    FormerContact.objects.bulk_create(
        [
            FormerContact(customer_id=key, kind=kind, value=value, until=now)
            for key, value in stored
            if value
        ],
        batch_size=500,
    )


CONTACT_FIELDS = (
    "company",
    "phone",
    "phone_hash",
    "phone_masked",
    "address",
    "address_masked",
    "version",
)


@transaction.atomic
def put_customer(
    buyer: Buyer, *, actor: User | None, now: datetime, known: Customer | None = None
) -> Customer:
    """Return the customer, created or brought up to date, with an audit entry for each change.

    `known` is who the case belongs to so far or was chosen on the form; they stay unless another
    name is given.
    """
    hold(buyer)
    same = known is not None and known.name == buyer.name
    customer = known if same else recognise(buyer, actor=actor, now=now)
    if customer is None:
        customer = new_customer(buyer, now=now)
        customer.save()
        audit.record(actor=actor, verb="customer.created", target=customer, at=now)
        return customer
    _bring_up_to_date(customer, buyer, actor=actor, now=now)
    return customer


def _bring_up_to_date(
    customer: Customer, buyer: Buyer, *, actor: User | None, now: datetime
) -> None:
    before = {"phone": customer.phone_masked, "address": customer.address_masked}
    changed = []
    if buyer.phone and buyer.phone_hash != customer.phone_hash:
        set_contact(customer, phone=buyer.phone, address=None)
        changed.append("phone")
    if buyer.address and buyer.address != customer.address:
        set_contact(customer, phone=None, address=buyer.address)
        changed.append("address")
    if buyer.company and buyer.company != customer.company:
        customer.company = buyer.company
        changed.append("company")
    if not changed:
        return
    for name in changed:
        keep_former([customer.pk], kind=ContactKind(name.upper()), now=now)
    customer.version += 1
    customer.save(update_fields=CONTACT_FIELDS)
    after = {"phone": customer.phone_masked, "address": customer.address_masked}
    audit.record(
        actor=actor,
        verb="customer.changed",
        target=customer,
        at=now,
        before=before,
        after={**after, "fields": changed},
    )


def put_product(name: str) -> Product | None:
    """Return the product of a name, created when met for the first time."""
    if not name:
        return None
    return Product.objects.get_or_create(name=name)[0]


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """An order as somebody names it."""

    store_id: int
    number: str
    bought_at: datetime | None = None
    specification: str = ""
    batch: str = ""


@transaction.atomic
def put_order(
    purchase: Purchase,
    *,
    customer: Customer,
    product: Product | None,
    actor: User | None,
    now: datetime,
) -> Order | None:
    """Return the order of store and number, created when unknown; what it lacks is filled in."""
    if not purchase.number:
        return None
    order, fresh = Order.objects.get_or_create(
        store_id=purchase.store_id,
        number=purchase.number,
        defaults={
            "customer": customer,
            "product": product,
            "specification": purchase.specification,
            "batch": purchase.batch,
            "bought_at": purchase.bought_at,
        },
    )
    if fresh:
        audit.record(actor=actor, verb="order.created", target=order, at=now)
        return order
    filled = []
    for name, value in (
        ("customer", customer),
        ("product", product),
        ("bought_at", purchase.bought_at),
    ):
        if getattr(order, name) is None and value is not None:
            setattr(order, name, value)
            filled.append(name)
    if filled:
        order.version += 1
        order.save(update_fields=[*filled, "version"])
        audit.record(
            actor=actor, verb="order.changed", target=order, at=now, after={"fields": filled}
        )
    return order


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """What people keep up to date on an order."""

    bought_at: datetime | None
    promised_at: datetime | None
    shipped_at: datetime | None
    tracking: str


@transaction.atomic
def change_order(
    *, actor: Person, order_id: int, shipment: Shipment, version: int, now: datetime
) -> Order:
    """Change an order and audit which fields; its open cases follow its shipping state (ORG-4).

    Raises OrderChangedMeanwhile.
    """
    cases = routing.held([order_id])
    order = Order.objects.select_for_update().get(pk=order_id)
    if order.version != version:
        raise OrderChangedMeanwhile(order)
    names = ("bought_at", "promised_at", "shipped_at", "tracking")
    changed = [name for name in names if getattr(order, name) != getattr(shipment, name)]
    if not changed:
        return order
    for name in changed:
        setattr(order, name, getattr(shipment, name))
    if "promised_at" in changed and order.promised_at:
        ShippingPromise.objects.create(order=order, promised_at=order.promised_at, by=actor, at=now)
    order.version += 1
    order.save(update_fields=[*changed, "version"])
    audit.record(
        actor=actor.user, verb="order.changed", target=order, at=now, after={"fields": changed}
    )
    if "shipped_at" in changed:
        routing.follow(cases, orders={order.pk: order}, actor=actor, now=now)
    return order
