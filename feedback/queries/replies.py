"""By which way an answer can reach the customer, and what became of it."""

from collections.abc import Collection

from complaints.enums import Channel as Source
from feedback.enums import ReplyWay
from feedback.models import Hook, Item, Letter, Reply
from feedback.policies import mails as policies
from feedback.queries.hooks import SOURCES
from portal.models import OutboxMessage

WAITING, SENT, FAILED = "waiting", "sent", "failed"


def letter_of(item: Item) -> Letter | None:
    """Return the last mail of an item that can be answered by its mailbox."""
    rows = Letter.objects.filter(item=item).exclude(mail__sender="")
    letter = rows.select_related("mail__mailbox").order_by("-mail__received_at", "-pk").first()
    if letter is None or not policies.answer_address(letter.mail.mailbox.username):
        return None
    return letter


def hook_of(item: Item) -> Hook | None:
    """Return the webhook of the item's channel, if it takes answers and posted the item."""
    rows = Hook.objects.filter(channel=item.channel_id).exclude(reply_url="")
    return rows.first() if item.reference else None


def way_of(item: Item) -> ReplyWay:
    """Return how an answer to the item can go out."""
    if item.source == Source.MAIL and letter_of(item):
        return ReplyWay.MAIL
    if item.source in SOURCES and hook_of(item):
        return ReplyWay.HOOK
    return ReplyWay.RECORDED


def key_of(reply_id: int) -> str:
    return f"feedback.reply:{reply_id}"


def states_of(replies: Collection[Reply]) -> dict[int, str]:
    """Return what became of the answers that were to be sent, in one query."""
    keys = {key_of(one.pk): one.pk for one in replies if one.way != ReplyWay.RECORDED}
    if not keys:
        return {}
    rows = OutboxMessage.objects.filter(key__in=keys).values_list("key", "sent_at", "gave_up_at")
    return {
        keys[key]: SENT if sent else (FAILED if failed else WAITING) for key, sent, failed in rows
    }


def number_of(item: Item) -> str:
    """Return the number of an item as its chat system gave it."""
    return item.reference.removeprefix(f"{item.channel_id}:")
