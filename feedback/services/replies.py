"""Answers go out by the channel they belong to: a mail in its thread, a signed post to a chat."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from feedback.enums import ReplyWay
from feedback.models import Item, Reply
from feedback.policies import hooks as hook_policies
from feedback.policies import mails as mail_policies
from feedback.queries import replies as queries
from portal import notices, outbox
from portal.letters import Posted, Written
from portal.privacy.masking import MARK

REPLY = "feedback.reply"


def send(reply: Reply, item: Item, *, now: datetime) -> None:
    """Put an answer on its way, in the caller's transaction; the outbox sends it."""
    if reply.way == ReplyWay.RECORDED:
        return
    key = queries.key_of(reply.pk)
    if reply.way == ReplyWay.MAIL:
        reply.message_id = outbox.message_id(key)
        reply.save(update_fields=["message_id"])
    letter = notices.Outgoing(key=key, kind=REPLY, params={"reply": reply.pk, "item": item.pk})
    notices.post([letter], now=now)


def write(params: Mapping[str, Any], now: datetime) -> Written | Posted | None:
    """Write what leaves; None where the answer or the way is gone, or was erased (§10)."""
    rows = Reply.objects.select_related("item__store", "by")
    reply = rows.defer("item__words").filter(pk=params["reply"]).first()
    if reply is None or reply.text == MARK:
        return None
    return _mail(reply) if reply.way == ReplyWay.MAIL else _post(reply, now=now)


def _mail(reply: Reply) -> Written | None:
    letter = queries.letter_of(reply.item)
    if letter is None:
        return None
    mail = letter.mail
    return Written(
        to=mail.sender, subject=mail_policies.answer_subject(mail.subject), body=reply.text,
        sender=reply.item.store.name,
        reply_to=mail_policies.answer_address(mail.mailbox.username),
        headers=mail_policies.threading(mail.message_id, mail.references),
    )  # fmt: skip


def _post(reply: Reply, *, now: datetime) -> Posted | None:
    hook = queries.hook_of(reply.item)
    if hook is None:
        return None
    told = {
        "number": queries.number_of(reply.item), "reply": reply.pk, "text": reply.text,
        "by": reply.by.name, "at": reply.at.isoformat(),
    }  # fmt: skip
    body, stamp = json.dumps(told, ensure_ascii=False).encode(), str(int(now.timestamp()))
    headers = {
        "X-Kefu-Timestamp": stamp,
        "X-Kefu-Signature": hook_policies.signature(hook.secret, stamp, body),
    }
    return Posted(url=hook.reply_url, body=body, headers=headers)
