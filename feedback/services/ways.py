"""Ways out of the inbox (FBK-2 to FBK-4): a complaint, an answer, praise of an agent."""

import uuid
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.services import cases
from complaints.services.cases import CaseFacts
from complaints.services.customers import Buyer
from feedback.enums import ItemKind, ItemState, ReplyWay
from feedback.models import Item, Reply
from feedback.queries import replies as reply_queries
from feedback.queries import rules as rule_queries
from feedback.services import replies
from feedback.services.triage import silence
from portal import audit, submissions
from portal.models import User
from staff.incentives.services import recognition
from staff.incentives.services.recognition import Words
from staff.people.models import Person


class HasAComplaint(Exception):
    """The item became a complaint already."""


class HasAPraise(Exception):
    """The item became a praise already."""


def _locked(item_id: int) -> Item:
    rows = Item.objects.select_for_update(of=("self",)).defer("words")
    return rows.select_related("customer", "order", "product", "store").get(pk=item_id)


def _done(item: Item, kind: str, *, actor: Person, now: datetime) -> None:
    """Set the kind that the way out speaks of; an earlier kind of a person stays beside it."""
    if item.state == ItemState.UNREAD:
        rules = rule_queries.in_force()
        item.suggested = rule_queries.suggest(rules, item.text, item.rating).kind
    if item.triaged_at is None or item.kind != kind:
        item.triaged_by, item.triaged_at, item.by_rule = actor, now, None
    item.kind, item.state = kind, ItemState.DONE
    item.changed_at = now
    item.version += 1
    item.save()


@transaction.atomic
def to_complaint(*, actor: Person, item_id: int, now: datetime) -> Complaint:
    """Register the item as a complaint of its channel and link both.

    A case of the same channel and number is taken instead of a second one. Raises HasAComplaint.
    """
    item = _locked(item_id)
    if item.complaint_id is not None:
        raise HasAComplaint
    complaint = _known_case(item) or cases.register(actor=actor, facts=_facts(item), now=now)
    item.complaint = complaint
    _done(item, ItemKind.COMPLAINT, actor=actor, now=now)
    audit.record(
        actor=actor.user, verb="feedback.complaint", target=item, at=now,
        after={"complaint": complaint.number},
    )  # fmt: skip
    return complaint


def _known_case(item: Item) -> Complaint | None:
    if not item.reference:
        return None
    rows = Complaint.objects.filter(channel=item.source, reference=item.reference)
    return rows.filter(store_id=item.store_id).first()


def _facts(item: Item) -> CaseFacts:
    customer, order = item.customer, item.order
    taken = Complaint.objects.filter(channel=item.source, reference=item.reference).exists()
    return CaseFacts(
        buyer=Buyer(
            name=customer.name if customer else _anonymous(item),
            platform=customer.platform if customer else item.store.platform,
            phone=customer.phone if customer else "",
            company=customer.company if customer else "",
            address=customer.address if customer else "",
        ),
        customer_id=customer.pk if customer else None,
        store_id=item.store_id,
        channel=item.source,
        description=item.text,
        order_number=order.number if order else "",
        product=item.product.name if item.product else "",
        reference="" if taken else item.reference,
        registered_at=None,
    )


def _anonymous(item: Item) -> str:
    return _("unnamed (%(reference)s)") % {"reference": item.reference or item.pk}


@transaction.atomic
def answer(
    *,
    actor: Person,
    item_id: int,
    text: str,
    now: datetime,
    form_key: uuid.UUID | None = None,
    sent: bool = False,
) -> Reply:
    """Record what was answered; the first answer counts for the same day (FBK-3).

    With `sent` it goes out by the item's channel, where that can be. An item that was not
    triaged becomes a question answered; raises AlreadySubmitted.
    """
    claim = submissions.claim(key=form_key, user=_user(actor), now=now) if form_key else None
    item = _locked(item_id)
    way = reply_queries.way_of(item) if sent else ReplyWay.RECORDED
    made = Reply.objects.create(item=item, by=actor, at=now, text=text, way=way)
    replies.send(made, item, now=now)
    item.answered_at = item.answered_at or now
    _done(item, item.kind or _kind_of(item), actor=actor, now=now)
    silence([item.pk], now=now)
    audit.record(
        actor=actor.user, verb="feedback.answered", target=item, at=now,
        after={"reply": made.pk, "way": way},
    )  # fmt: skip
    if claim:
        submissions.finish(claim, result=reverse("feedback:item", args=[item.pk]))
    return made


def _kind_of(item: Item) -> str:
    """Return the kind of an item that is answered before it was triaged."""
    rules = rule_queries.in_force()
    found = rule_queries.suggest(rules, item.text, item.rating).kind
    return found if found not in {"", ItemKind.SPAM} else str(ItemKind.QUESTION)


@transaction.atomic
def praise(
    *, actor: Person, item_id: int, words: Words, form_key: uuid.UUID, now: datetime
) -> Item:
    """Praise the agent named on the wall. Raises HasAPraise and what recognition refuses."""
    item = _locked(item_id)
    if item.praise_id is not None:
        raise HasAPraise
    item.praise = recognition.praise(actor=actor, words=words, form_key=form_key, now=now)
    item.agent_id = words.person_id
    _done(item, ItemKind.PRAISE, actor=actor, now=now)
    audit.record(
        actor=actor.user, verb="feedback.praised", target=item, at=now,
        after={"praise": item.praise_id, "person": words.person_id},
    )  # fmt: skip
    return item


def _user(actor: Person) -> User:
    if actor.user is None:
        raise ValueError("somebody without a sign-in sends no form")
    return actor.user
