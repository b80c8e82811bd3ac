"""Writes of complaint cases: register, change, owner, notes, watching, looking at personal data."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from complaints.enums import EntryKind, Severity, ShippingState, Threat
from complaints.models import Complaint, Customer, Note, Watch
from complaints.policies import mentions as mention_policies
from complaints.queries import deadlines as clocks
from complaints.queries import mentions
from complaints.services import (
    alarms,
    attachments,
    customers,
    deadlines,
    escalation,
    numbering,
    routing,
)
from complaints.services.attachments import Checked
from complaints.services.customers import Buyer, Purchase
from complaints.services.timeline import note_down
from portal import audit, notices, submissions
from portal.texttokens import begun_tokens
from staff.people.models import Person
from staff.rulebook import queries as rulebook

GIVEN = "complaint.given"
MENTIONED = "complaint.mentioned"


class ChangedMeanwhile(Exception):
    """Somebody else changed the case since it was read; `current` is what it is now."""

    def __init__(self, current: Complaint) -> None:
        super().__init__(current.pk)
        self.current = current


class HasAnOwner(Exception):
    """The case was taken by somebody else; `owner` is who."""

    def __init__(self, owner: Person | None) -> None:
        super().__init__(owner.pk if owner else None)
        self.owner = owner


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What the form of CMP-1 says. Amount in fen; empty texts mean that nothing is known.

    `customer_id` is a known customer that was chosen while typing.
    """

    buyer: Buyer
    store_id: int
    channel: str
    description: str
    customer_id: int | None = None
    order_number: str = ""
    bought_at: datetime | None = None
    shipping: str = ShippingState.UNKNOWN
    product: str = ""
    specification: str = ""
    produced_on: date | None = None
    batch: str = ""
    used_since: str = ""
    used_before: str = ""
    type_id: int | None = None
    severity: str = Severity.ORDINARY
    amount_fen: int | None = None
    demand: str = ""
    mood: str = ""
    threat: str = Threat.NONE
    reference: str = ""
    registered_at: datetime | None = None


def words_of(complaint: Complaint) -> str:
    """Return the tokens by which a case is found; its relations must be loaded.

    Notes are not among them: they would make every remark a rewrite of the whole index entry.
    Phones are found through their hash.
    """
    order, product = complaint.order, complaint.product
    return " ".join(
        begun_tokens(
            complaint.number,
            complaint.reference,
            order.number if order else "",
            complaint.customer.name,
            complaint.customer.company,
            complaint.batch,
            product.name if product else "",
            complaint.specification,
            complaint.description,
            complaint.demand,
            complaint.used_before,
        )
    )


def shipping_of(facts: CaseFacts, shipped_at: datetime | None) -> str:
    """Return the shipping state: a shipped order says more than the form (ORG-4)."""
    return ShippingState.SHIPPED if shipped_at else facts.shipping


def _fill(complaint: Complaint, facts: CaseFacts, *, actor: Person, now: datetime) -> None:
    """Set all fields of the form; customer, order and product are found or created."""
    known = complaint.customer if complaint.customer_id else None
    if facts.customer_id is not None:
        known = Customer.objects.get(pk=facts.customer_id)
    complaint.store_id = facts.store_id
    complaint.customer = customers.put_customer(facts.buyer, actor=actor.user, now=now, known=known)
    complaint.product = customers.put_product(facts.product)
    complaint.order = customers.put_order(
        Purchase(
            store_id=facts.store_id,
            number=facts.order_number,
            bought_at=facts.bought_at,
            specification=facts.specification,
            batch=facts.batch,
        ),
        customer=complaint.customer,
        product=complaint.product,
        actor=actor.user,
        now=now,
    )
    if complaint.product is None and complaint.order is not None:
        complaint.product = complaint.order.product
    complaint.shipping = shipping_of(facts, complaint.order.shipped_at if complaint.order else None)
    for name in SIMPLE_FIELDS:
        setattr(complaint, name, getattr(facts, name))
    complaint.changed_at = now
    complaint.words = words_of(complaint)


SIMPLE_FIELDS = (
    "channel",
    "description",
    "specification",
    "produced_on",
    "batch",
    "used_since",
    "used_before",
    "type_id",
    "severity",
    "amount_fen",
    "demand",
    "mood",
    "threat",
    "reference",
)


@transaction.atomic
def register(
    *,
    actor: Person,
    facts: CaseFacts,
    now: datetime,
    form_key: uuid.UUID | None = None,
    files: Collection[Checked] = (),
    owner_id: int | None = None,
) -> Complaint:
    """Register a complaint, signed by the actor (CMP-1), with its files.

    Without `owner_id` the rules find the owner (ORG-4, ORG-5); with one they leave the case alone.

    Raises submissions.AlreadySubmitted for the second send of one form.
    """
    customers.hold(facts.buyer)
    submission = (
        submissions.claim(key=form_key, user=actor.user, now=now)
        if form_key and actor.user
        else None
    )
    registered_at = facts.registered_at or now
    day = rulebook.service_day(registered_at)
    complaint = Complaint(
        number=numbering.take("C", day=day)[0],
        registered_at=registered_at,
        service_day=day,
        recorder=actor,
    )
    _fill(complaint, facts, actor=actor, now=now)
    route = routing.begin(complaint, owner_id=owner_id, now=now)
    deadlines.begin(complaint, using=clocks.rules())
    complaint.save(force_insert=True)
    note_down([complaint.pk], kind=EntryKind.REGISTERED, actor=actor, now=now)
    routing.announce(complaint, route, actor=actor, now=now)
    alarms.plan([complaint], now=now, fresh=True)
    escalation.judge([complaint], actor=actor, now=now)
    audit.record(
        actor=actor.user,
        verb="complaint.registered",
        target=complaint,
        at=now,
        after={
            "store": complaint.store_id,
            "owner": complaint.owner_id,
            "severity": complaint.severity,
        },
    )
    for checked in files:
        attachments.attach(actor=actor, complaint_id=complaint.pk, checked=checked, now=now)
    if submission is not None:
        submissions.finish(submission, result=reverse("complaints:case", args=[complaint.number]))
    return complaint


TOLD_FIELDS = (
    "severity", "threat", "channel", "shipping", "store_id", "type_id", "order_id", "customer_id",
)  # fmt: skip


@transaction.atomic
def change(
    *, actor: Person, complaint_id: int, facts: CaseFacts, version: int, now: datetime
) -> Complaint:
    """Change the facts of a case; the timeline names the fields, never their texts.

    Raises ChangedMeanwhile when `version` is not the present one.
    """
    customers.hold(facts.buyer)
    complaint = locked(complaint_id)
    if complaint.version != version:
        raise ChangedMeanwhile(complaint)
    names = [*SIMPLE_FIELDS, "shipping", "store_id", "order_id", "customer_id", "product_id"]
    before = {name: getattr(complaint, name) for name in names}
    _fill(complaint, facts, actor=actor, now=now)
    changed = [name for name in names if getattr(complaint, name) != before[name]]
    if not changed:
        return complaint
    complaint.version += 1
    complaint.save()
    told = {
        name: [before[name], getattr(complaint, name)] for name in changed if name in TOLD_FIELDS
    }
    fields = [name.removesuffix("_id") for name in changed]
    note_down(
        [complaint.pk], kind=EntryKind.CHANGED, actor=actor, now=now, params={"fields": fields}
    )
    if "severity" in changed:
        graded = deadlines.Graded(
            complaint_id=complaint.pk, before=before["severity"], after=complaint.severity
        )
        deadlines.note_severities([graded], actor=actor, now=now)
        deadlines.recount([complaint.pk], now=now)
    escalation.judge([complaint], actor=actor, now=now)
    if "store_id" in changed:
        routing.resettle(complaint, actor=actor, now=now)
    elif "shipping" in changed:
        routing.move([complaint], actor=actor, now=now)
    audit.record(
        actor=actor.user,
        verb="complaint.changed",
        target=complaint,
        at=now,
        before={name: pair[0] for name, pair in told.items()},
        after={**{name: pair[1] for name, pair in told.items()}, "fields": fields},
    )
    return complaint


def locked(complaint_id: int) -> Complaint:
    """Return the case with its relations, locked for the rest of the transaction."""
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("customer", "order", "product", "owner").get(pk=complaint_id)


@transaction.atomic
def take(*, actor: Person, complaint_id: int, now: datetime, seen_owner: int | None) -> Complaint:
    """Make the actor the owner, provided that the owner is still the one that was shown.

    Raises HasAnOwner. The claim is one conditional UPDATE: of two at once, one gets the case.
    """
    taken = Complaint.objects.filter(pk=complaint_id, owner_id=seen_owner).update(
        owner=actor, owner_pinned=True, changed_at=now, version=F("version") + 1
    )
    complaint = locked(complaint_id)
    if not taken:
        if complaint.owner_id == actor.pk:
            return complaint
        raise HasAnOwner(complaint.owner)
    _after_owner(complaint, actor=actor, before=seen_owner, now=now)
    alarms.changed_owners([complaint], before={complaint.pk: seen_owner}, now=now)
    return complaint


@transaction.atomic
def set_owner(
    *, actor: Person, complaint_ids: Collection[int], owner_id: int | None, now: datetime
) -> list[Complaint]:
    """Give cases to somebody, or to nobody; those that they own already stay untouched.

    The new owner gets one notice. Returns the cases that changed hands.
    """
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True).filter(
        pk__in=complaint_ids
    )
    given = [case for case in rows.defer("words").order_by("pk") if case.owner_id != owner_id]
    before = {case.pk: case.owner_id for case in given}
    pinned = owner_id is not None
    for case in given:
        Complaint.objects.filter(pk=case.pk).update(
            owner_id=owner_id, owner_pinned=pinned, changed_at=now, version=F("version") + 1
        )
        case.owner_id = owner_id
        case.version += 1
        _after_owner(case, actor=actor, before=before[case.pk], now=now)
    alarms.changed_owners(given, before=before, now=now)
    _tell_owner(given, owner_id=owner_id, actor=actor, now=now)
    return given


def _after_owner(complaint: Complaint, *, actor: Person, before: int | None, now: datetime) -> None:
    note_down(
        [complaint.pk],
        kind=EntryKind.OWNER,
        actor=actor,
        now=now,
        params={"owner": complaint.owner_id, "before": before},
    )
    audit.record(
        actor=actor.user,
        verb="complaint.owner",
        target=complaint,
        at=now,
        before={"owner": before},
        after={"owner": complaint.owner_id},
    )


def _tell_owner(
    given: list[Complaint], *, owner_id: int | None, actor: Person, now: datetime
) -> None:
    if not given or owner_id is None or owner_id == actor.pk:
        return
    user_id = Person.objects.filter(pk=owner_id).values_list("user_id", flat=True).first()
    if user_id is None:
        return
    first = given[0]
    notices.send(
        [
            notices.Draft(
                receiver_id=user_id,
                key=f"{GIVEN}:{first.pk}:{first.version}",
                kind=GIVEN,
                params={"case": first.number, "count": len(given), "by": actor.number},
                subject=f"complaint:{first.pk}" if len(given) == 1 else "",
            )
        ],
        now=now,
    )


@transaction.atomic
def add_note(*, actor: Person, complaint_id: int, text: str, now: datetime) -> Note:
    """Write a note on a case; the timeline refers to it by its id."""
    note = Note.objects.create(complaint_id=complaint_id, author=actor, written_at=now, text=text)
    Complaint.objects.filter(pk=complaint_id).update(changed_at=now)
    note_down([complaint_id], kind=EntryKind.NOTE, actor=actor, now=now, params={"note": note.pk})
    audit.record(
        actor=actor.user,
        verb="complaint.note",
        target=note.complaint,
        at=now,
        after={"note": note.pk},
    )
    _tell_mentioned(note, actor=actor, now=now)
    return note


def _tell_mentioned(note: Note, *, actor: Person, now: datetime) -> None:
    """Tell whom a note mentions, once each; only who sees the case can be mentioned."""
    if "@" not in note.text:
        return
    people = mentions.readers_of(note.complaint, today=timezone.localdate(now))
    labels = {one.person_id: (one.name, one.number) for one in people}
    named = set(mention_policies.mentioned(note.text, labels)) - {actor.pk}
    users = Person.objects.filter(pk__in=named).exclude(user=None)
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"{MENTIONED}:{note.pk}",
                kind=MENTIONED,
                params={"case": note.complaint.number, "by": actor.name},
                subject=f"complaint:{note.complaint_id}",
            )
            for user in users.values_list("user_id", flat=True)
        ],
        now=now,
    )


@transaction.atomic
def watch(*, actor: Person, complaint: Complaint, watching: bool, now: datetime) -> None:
    """Begin or end to follow a case; a watcher sees it whatever its store (§10)."""
    if watching:
        _row, changed = Watch.objects.get_or_create(
            complaint=complaint, person=actor, defaults={"since": now}
        )
    else:
        gone, _by_model = Watch.objects.filter(complaint=complaint, person=actor).delete()
        changed = bool(gone)
    if changed:
        verb = "complaint.watched" if watching else "complaint.unwatched"
        audit.record(actor=actor.user, verb=verb, target=complaint, at=now)


@transaction.atomic
def look(*, actor: Person, complaint: Complaint, what: str, now: datetime) -> str:
    """Return the phone or address in the open. Who does not own the case leaves a trace (§10)."""
    if complaint.owner_id != actor.pk:
        note_down(
            [complaint.pk],
            kind=EntryKind.UNMASKED,
            actor=actor,
            now=now,
            params={"what": what},
        )
        audit.record(
            actor=actor.user,
            verb="customer.unmasked",
            target=complaint,
            at=now,
            after={"what": what, "customer": complaint.customer_id},
        )
    return str(getattr(complaint.customer, what))
