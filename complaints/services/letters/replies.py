"""Mails to the customer of a case: written here, sent by the outbox, answered into the case."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from complaints.enums import EntryKind, ReplyCounts
from complaints.models import Attachment, CaseLetter, CaseMailbox, CaseReply, Complaint
from complaints.policies import letters as policies
from complaints.queries import letters as queries
from complaints.services import deadlines
from complaints.services.timeline import note_down
from portal import audit, letters, notices, outbox, submissions
from portal.mail.policies import mask_address
from portal.models import OutboxMessage
from portal.privacy.masking import MARK
from staff.people.models import Person

LETTER = "complaint.reply"
LONGEST_THREAD = 20


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is written to whom. `answers` is the mail that it replies to, if to one.

    `counts` is what it is to the clocks of the case, as its author says; `files` are some of the
    case's own.
    """

    receiver: str
    subject: str
    text: str
    answers: CaseLetter | None = None
    counts: str = ""
    files: Sequence[Attachment] = ()


@transaction.atomic
def send(
    *,
    actor: Person,
    complaint: Complaint,
    box: CaseMailbox,
    reply: Reply,
    form_key: uuid.UUID,
    now: datetime,
) -> CaseReply:
    """Write a mail to the customer and put it into the outbox. Raises AlreadySubmitted.

    The clocks are touched only as the author says, and not again where somebody was faster.
    """
    claim = submissions.claim(key=form_key, user=actor.user, now=now) if actor.user else None
    made = CaseReply.objects.create(
        complaint=complaint, box=box, answers=reply.answers, author=actor, written_at=now,
        receiver=reply.receiver, receiver_masked=mask_address(reply.receiver),
        subject=reply.subject, text=reply.text, counts=reply.counts,
        message_id=f"<case.{secrets.token_hex(16)}@kefu>",
    )  # fmt: skip
    made.files.set(reply.files)
    Complaint.objects.filter(pk=complaint.pk).update(changed_at=now)
    params: dict[str, object] = {"reply": made.pk, "counts": reply.counts}
    note_down([complaint.pk], kind=EntryKind.MAIL_OUT, actor=actor, now=now, params=params)
    with suppress(deadlines.Refused):
        if reply.counts == ReplyCounts.ACKNOWLEDGED:
            deadlines.acknowledge(actor=actor, complaint_id=complaint.pk, now=now)
        elif reply.counts == ReplyCounts.ANSWERED:
            deadlines.answer(actor=actor, complaint_id=complaint.pk, text=reply.text, now=now)
    audit.record(
        actor=actor.user, verb="complaint.mail_out", target=complaint, at=now,
        after={"reply": made.pk, "counts": reply.counts},
    )  # fmt: skip
    outgoing = notices.Outgoing(
        key=queries.key_of(made.pk),
        kind=LETTER,
        params={"reply": made.pk, "case": complaint.number},
        subject=f"case_reply:{made.pk}",
    )
    notices.post([outgoing], now=now)
    if claim is not None:
        submissions.finish(claim, result=reverse("complaints:case", args=[complaint.number]))
    return made


def compose(params: Mapping[str, Any], _now: datetime) -> letters.Written | None:
    """Make up the mail of a reply: whom it is from, where answers go, which thread it is in."""
    rows = CaseReply.objects.select_related("complaint", "box__store", "box__team")
    reply = rows.select_related("answers__mail").get(pk=params["reply"])
    if reply.receiver == MARK:  # erased meanwhile (§10)
        return None
    box, number = reply.box, reply.complaint.number
    proof = queries.proof_of(number)
    place = box.store.name if box.store else box.team.name if box.team else ""
    thread = _thread(reply)
    headers = {"Message-ID": reply.message_id, "X-Kefu-Case": number}
    if thread:
        headers |= {"In-Reply-To": thread[-1], "References": " ".join(thread)}
    body = f"{reply.text}\n\n-- \n{box.signature}" if box.signature else reply.text
    tagged = policies.address_with(box.address, policies.tag(number, proof))
    return letters.Written(
        sender=place,
        address=box.address,
        to=reply.receiver,
        subject=f"{reply.subject} {policies.token(number, proof)}",
        body=body,
        reply_to=tagged if box.takes_tags else box.address,
        headers=headers,
        files=[(one.name, _content(one), one.kind) for one in reply.files.order_by("pk")],
    )


def _content(attachment: Attachment) -> bytes:
    with attachment.file.open("rb") as file:
        content: bytes = file.read()
    return content


def _thread(reply: CaseReply) -> list[str]:
    """Return the identifiers of the mails before, the one that is answered last."""
    if reply.answers is not None:
        mail = reply.answers.mail
        named = [*mail.references.split(), mail.message_id]
    else:
        before = CaseReply.objects.filter(complaint=reply.complaint_id, pk__lt=reply.pk)
        named = list(before.order_by("pk").values_list("message_id", flat=True))
    return list(dict.fromkeys(one for one in named if one))[-LONGEST_THREAD:]


@transaction.atomic
def try_again(*, actor: Person, reply: CaseReply, now: datetime) -> bool:
    """Give a reply that could not be delivered its attempts back. False when it is on its way."""
    message = OutboxMessage.objects.filter(key=queries.key_of(reply.pk)).first()
    if message is None or actor.user is None:
        return False
    return outbox.try_again(actor=actor.user, message=message, now=now)
