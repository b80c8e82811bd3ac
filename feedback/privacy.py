"""What feedback keeps of customers (§10): what they said is erased whole, with their mails.

Ratings, scores, kinds, topics, days and answers that are a place on a scale stay, because figures
are counted from them. Somebody who only wrote mails is known by the address; an address from
which several customers wrote (a platform's own) belongs to none of them.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.privacy import CUSTOMER, ids, of_customer, of_order, with_senders
from feedback.enums import CallState
from feedback.models import (
    Action,
    AfterCase,
    Answer,
    Call,
    CallAttempt,
    CallRule,
    Channel,
    Guess,
    Hook,
    HookCall,
    Invitation,
    Item,
    ItemVersion,
    LearntModel,
    Letter,
    PersonalLink,
    Question,
    Reply,
    Response,
    Rule,
    Survey,
    Tally,
    Topic,
)
from feedback.services import aftercase, intake, learning
from portal.models import IncomingMail
from portal.privacy import own, places
from portal.privacy.masking import MARK, Mask
from portal.privacy.own import MAIL, SENDER
from portal.privacy.places import Place, Room
from portal.privacy.values import Found, Subject
from portal.sealing import plain_phone

ITEM = "item"
ITEMS_SHOWN = 20


def of_item(subject: Subject) -> Q:
    """What customers, orders, cases and mails of the person say."""
    who = ids(subject)
    return (
        Q(customer__in=who)
        | Q(order__customer__in=who)
        | Q(complaint__customer__in=who)
        | Q(pk__in=subject.numbers(ITEM))
        | Q(pk__in=Letter.objects.filter(mail__in=subject.numbers(MAIL)).values("item"))
    )


def items_of(subject: Subject) -> "QuerySet[Item]":
    return Item.objects.filter(of_item(subject)).order_by()


def _widen(subject: Subject) -> Subject:
    """Mails of the person's items, the addresses that are theirs alone, and back to customers."""
    items = items_of(subject)
    mails = IncomingMail.objects.filter(letter__item__in=items.values("pk"))
    subject = subject.with_keys(MAIL, mails.values_list("pk", flat=True))
    subject = subject.with_keys(MAIL, _sent_back(subject).values_list("pk", flat=True))
    senders = mails.exclude(sender_hash="").values_list("sender_hash", flat=True)
    return with_senders(subject, set(senders) | subject.of(SENDER))


def _sent_back(subject: Subject) -> "QuerySet[IncomingMail]":
    """Return the reports on answers and surveys that did not reach the person."""
    replies = Reply.objects.filter(item__in=items_of(subject).values("pk")).exclude(message_id="")
    asked = AfterCase.objects.filter(complaint__customer__in=ids(subject))
    surveys = aftercase.message_ids(asked.values_list("pk", flat=True))
    return own.reports_on([*replies.values_list("message_id", flat=True), *surveys])


def _customers_of(sender: str) -> set[int]:
    """Return the customers for whom mails of an address were written."""
    rows = Item.objects.filter(letters__mail__sender_hash=sender)
    found = rows.values_list("customer", "order__customer", "complaint__customer").distinct()
    return {int(key) for row in found for key in row if key}


def _find(text: str) -> Sequence[Found]:
    """Find what belongs to no customer yet by its external number or its order."""
    rows = Item.objects.filter(Q(reference=text) | Q(order__number=text), customer=None)
    keys = rows.filter(order__customer=None, complaint=None).values_list("pk", flat=True)
    return _named(Subject().with_keys(ITEM, keys[:ITEMS_SHOWN]))


def _named(subject: Subject) -> Sequence[Found]:
    rows = Item.objects.filter(pk__in=subject.numbers(ITEM)).select_related("channel")
    return [
        Found(
            kind=ITEM,
            key=str(row.pk),
            title=f"{row.source}:{row.reference or row.pk}",
            text=row.channel.name,
        )
        for row in rows.order_by("pk")
    ]


def _stores(subject: Subject) -> Collection[int]:
    found = set(items_of(subject).values_list("store", flat=True))
    asked = Invitation.objects.filter(customer__in=ids(subject))
    return found | set(asked.values_list("survey__store", flat=True))


def _finish(*, subject: Subject, mask: Mask, now: datetime, dry: bool) -> None:
    """Let the links of invitations end, and words of items forget the name of the customer."""
    if not dry:
        words = mask.words
        learning.forget([*words.names, *words.mails, *words.addresses, *_spoken(words.phones)])
    _index(list(items_of(subject).values_list("pk", flat=True)))
    asked = Invitation.objects.filter(customer__in=ids(subject), answered_at=None)
    asked.filter(expires_at__gt=now).update(expires_at=now, remind_at=None)


def _spoken(phones: Collection[str]) -> set[str]:
    """Return phones as they stand in texts: as stored, in one, and a mobile one in its parts."""
    plain = {plain_phone(phone) for phone in phones}
    parted = {f"{one[:3]}-{one[3:7]}-{one[7:]}" for one in plain}
    return {*phones, *plain, *parted}


def _open(subject: Subject) -> Sequence[str]:
    """Calls that are still to be made: for them the phone is needed."""
    calls = Call.objects.filter(customer__in=ids(subject), state=CallState.WAITING).count()
    if not calls:
        return ()
    text = ngettext(
        "%(count)d phone call is still to be made.", "%(count)d phone calls are still to be made.",
        calls,
    )  # fmt: skip
    return (text % {"count": calls},)


def _since(since: datetime) -> Q:
    return Q(received_at__gte=since) | Q(changed_at__gte=since)


def _busy(kind: str, since: datetime) -> "QuerySet[Any] | None":
    """Customers of whom something was heard since, or who are still to be called."""
    if kind != CUSTOMER:
        return None
    heard = Item.objects.filter(_since(since)).exclude(customer=None).values("customer")
    waiting = Call.objects.filter(state=CallState.WAITING).values("customer")
    return heard.union(waiting)


def _lately(subject: Subject, since: datetime) -> bool:
    """Whether the person said something since, or was invited to a survey or called."""
    return (
        items_of(subject).filter(_since(since)).exists()
        or Invitation.objects.filter(customer__in=ids(subject), made_at__gte=since).exists()
        or CallAttempt.objects.filter(call__customer__in=ids(subject), at__gte=since).exists()
    )


def _due(since: datetime, most: int) -> Sequence[Subject]:
    """Return items of nobody known that are done and old enough; a review in public stays.

    They count from when they last changed here: what is imported today is not erased today.
    """
    rows = Item.objects.filter(
        changed_at__lt=since, received_at__lt=since, customer=None, complaint=None,
        source__in=("MAIL", "CHAT", "PHONE", "SURVEY", "SOCIAL"),
    ).exclude(text=MARK)  # fmt: skip
    keys = rows.order_by("changed_at", "pk").values_list("pk", flat=True)[:most]
    return [Subject().with_keys(ITEM, [key]) for key in keys]


def _index(keys: Collection[int]) -> None:
    """Make the words anew; a text that was erased is near to no other."""
    related = ("order", "customer", "product")
    rows = list(Item.objects.filter(pk__in=keys).select_related(*related))
    for row in rows:
        intake.index(row)
        if row.text == MARK:
            row.near_low = row.near_high = None
    Item.objects.bulk_update(rows, ["words", "near_low", "near_high"], batch_size=200)


def of_response(subject: Subject) -> Q:
    return Q(item__in=items_of(subject).values("pk")) | Q(invitation__customer__in=ids(subject))


places.register_room(
    "feedback",
    Room(
        widen=_widen, find=_find, named=_named, stores=_stores, open=_open, finish=_finish,
        due=_due, busy=_busy, lately=_lately, written_for=_customers_of,
    ),
)  # fmt: skip
own.personal_files("reviews")

OF_ITEM: Mapping[str, Any] = {
    "of": lambda subject: Q(item__in=items_of(subject).values("pk")),
}
places.declare(
    Place(
        model=Item,
        label=_("Feedback"),
        of=of_item,
        said=("text",),
        once=("reference",),
        kept={"words": "is made anew from the other fields"},
        hidden=("near_low", "near_high", "suggested"),
        after=_index,
    ),
    Place(
        model=ItemVersion,
        label=_("Earlier texts of feedback"),
        said=("text",),
        **OF_ITEM,
    ),
    Place(
        model=Reply,
        label=_("Answers to feedback"),
        said=("text",),
        kept={"message_id": own.MACHINE},
        hidden=("message_id",),
        **OF_ITEM,
    ),
    Place(
        model=Invitation,
        label=_("Invitations to surveys"),
        of=lambda subject: of_customer(subject) | of_order(subject),
    ),
    Place(
        model=Response,
        label=_("Responses to surveys"),
        of=of_response,
        kept={"visitor": "a keyed hash of a browser's cookie"},
        hidden=("visitor", "form_key"),
    ),
    Place(
        model=Answer,
        label=_("Answers in surveys"),
        of=lambda subject: Q(
            response__in=Response.objects.filter(of_response(subject)).values("pk")
        ),
        said=("text",),
    ),
    Place(model=Call, label=_("Phone calls"), of=of_customer),
    Place(
        model=CallAttempt,
        label=_("Attempts of phone calls"),
        of=lambda subject: Q(call__customer__in=ids(subject)),
        said=("note",),
    ),
    Place(model=Guess, label=_("Learnt suggestions"), **OF_ITEM),
    Place(model=Action, masked=("title", "text"), kept={"department": own.PEOPLE}),
)
places.keep("a hash of the link; the link itself is nowhere", PersonalLink, "token_hash")
places.keep("a hash, deleted after a day", HookCall, "digest")
places.keep("a keyed hash, deleted after a day", Tally, "key")
places.keep(own.PEOPLE, Channel, "name")
places.keep(own.PEOPLE, Hook, "key", "secret", "reply_url")
places.keep(own.PEOPLE, CallRule, "name")
places.keep(
    "figures and the name of a file, out of which an erasure takes the tokens of names",
    LearntModel, "file", "sha256", "facts",
)  # fmt: skip
places.keep(own.PEOPLE, Topic, "code", "name_zh", "name_en")
places.keep(own.PEOPLE, Rule, "name", "words")
places.keep(own.PEOPLE, Survey, "title_zh", "title_en", "intro_zh", "intro_en", "public_key")
places.keep(own.PEOPLE, Question, "text_zh", "text_en", "options_zh", "options_en")
