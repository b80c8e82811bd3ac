"""Which channel, item and order a mail is about."""

from complaints.models import Order
from feedback.models import Channel, Item, Letter, Reply
from feedback.policies import mails as policies
from portal.models import IncomingFile, IncomingMail, Mailbox
from staff.people.access import Scope
from staff.people.models import Store

MOST_SHOWN = 50


def mailboxes() -> list[tuple[int, str]]:
    """Return the mailboxes for feedback, key and name."""
    rows = Mailbox.objects.filter(purpose="FEEDBACK").order_by("name")
    return list(rows.values_list("pk", "name"))


def channel_of(mailbox_id: int) -> Channel | None:
    return Channel.objects.select_related("store").filter(mailbox=mailbox_id).first()


def item_of_thread(mail: IncomingMail) -> Item | None:
    """Return the item that the mails before this one belong to, locked."""
    named = [name for name in (mail.in_reply_to, *mail.references.split()) if name]
    if not named:
        return None
    before = Letter.objects.filter(mail__mailbox=mail.mailbox_id, mail__message_id__in=named)
    key = before.order_by("-pk").values_list("item_id", flat=True).first()
    if key is None:
        ours = Reply.objects.filter(message_id__in=named).exclude(message_id="")
        ours = ours.filter(item__letters__mail__mailbox=mail.mailbox_id)
        key = ours.order_by("-pk").values_list("item_id", flat=True).first()
    rows = Item.objects.select_for_update(of=("self",))
    related = ("channel", "store", "order", "customer", "product")
    return rows.select_related(*related).filter(pk=key).first() if key else None


def order_in(store: Store, text: str) -> Order | None:
    """Return the first order of the store whose number stands in the text."""
    numbers = policies.numbers_in(text)
    rows = Order.objects.filter(store=store, number__in=numbers)
    found = {row.number: row for row in rows.select_related("customer", "product")}
    return next((found[number] for number in numbers if number in found), None)


def letters_of(item: Item) -> list[Letter]:
    """Return the mails of an item, oldest first, with their files: two queries."""
    rows = Letter.objects.filter(item=item).select_related("mail").prefetch_related("mail__files")
    return list(rows.order_by("mail__received_at", "pk")[:MOST_SHOWN])


def file_of(scope: Scope, item_id: int, pk: int) -> IncomingFile | None:
    """Return a kept file of an item that one may see."""
    items = Item.objects.visible_to(scope).filter(pk=item_id)
    rows = IncomingFile.objects.filter(pk=pk, refused="", mail__letter__item__in=items)
    return rows.first()
