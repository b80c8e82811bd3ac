"""Reads what is new in a mailbox, once, and notes how it went.

A mail and the mark that it was read are written in one transaction: a process that dies between
leaves either both or neither, and what is read again is recognised.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from portal import audit, filechecks
from portal.enums import AutomaticReason, MailState
from portal.mail import imap, parsing, policies, takers
from portal.models import IncomingFile, IncomingMail, Mailbox, User
from portal.querysets import MailboxQuerySet
from portal.sealing import keyed_hash

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=60)
LEASE = timedelta(minutes=3)
BATCH = 100  # mails in one go
MOST_OF_ONE = 20  # mails of one sender in an hour; more is a machine
WAITS = [timedelta(minutes=m) for m in (1, 2, 5, 10, 15)]


class LeaseLost(Exception):
    """Somebody else has begun to read the mailbox."""


def sender_hash(address: str) -> str:
    """Return what mails of one address are found by."""
    return keyed_hash(f"mail:{address.strip().lower()}") if address.strip() else ""


def due(*, now: datetime) -> list[int]:
    """Return the mailboxes that are to be read."""
    return list(
        Mailbox.objects.due(now).order_by("next_read_at", "pk").values_list("pk", flat=True)
    )


def read(*, mailbox_id: int, clock: Callable[[], datetime]) -> int:
    """Read what is new and return how many mails were written; 0 when somebody else reads."""
    lease, now = uuid.uuid4(), clock()
    mine = Mailbox.objects.due(now).filter(pk=mailbox_id)
    if not mine.update(lease=lease, leased_until=now + LEASE, next_read_at=now + EVERY):
        return 0
    try:
        mailbox = Mailbox.objects.get(pk=mailbox_id)
        written, more = _read_all(mailbox, lease=lease, clock=clock)
    except LeaseLost:
        return 0
    except imap.MailboxProblem as problem:
        _note_failure(mailbox_id, lease, code=problem.code, now=clock())
        return 0
    except Exception:
        _note_failure(mailbox_id, lease, code="unknown", now=clock())
        log.exception("mailbox %s cannot be read", mailbox_id)
        return 0
    now = clock()
    _held(mailbox_id, lease).update(
        lease=None,
        leased_until=None,
        next_read_at=now if more else now + EVERY,
        last_read_at=now,
        last_error="",
        failing_since=None,
        failures=0,
    )
    return written


def _held(mailbox_id: int, lease: uuid.UUID) -> MailboxQuerySet:
    return Mailbox.objects.filter(pk=mailbox_id, lease=lease)


def _read_all(
    mailbox: Mailbox, *, lease: uuid.UUID, clock: Callable[[], datetime]
) -> tuple[int, bool]:
    """Return the number of mails written, and whether there are more."""
    written = 0
    with imap.opened(mailbox) as folder:
        if folder.validity != mailbox.uid_validity:
            # The server has numbered its mails anew: all are looked at again and recognised.
            mailbox.uid_validity, mailbox.last_uid = folder.validity, 0
            if not _held(mailbox.pk, lease).update(uid_validity=folder.validity, last_uid=0):
                raise LeaseLost
        uids = folder.uids_above(mailbox.last_uid)
        for uid in uids[:BATCH]:
            raw = folder.fetch(uid)
            written += _keep(mailbox, raw, uid=uid, lease=lease, now=clock())
    return written, len(uids) > BATCH


def _keep(
    mailbox: Mailbox, raw: imap.Raw | None, *, uid: int, lease: uuid.UUID, now: datetime
) -> int:
    """Write a mail and the mark together. Raises LeaseLost."""
    stored: list[IncomingFile] = []
    try:
        with transaction.atomic():
            _mark_read(mailbox, uid, lease=lease, now=now)
            mail = _write(mailbox, raw, stored, now=now) if raw else None
            if mail is None:
                return 0
            _held(mailbox.pk, lease).update(last_item_at=now)
            _hand_over(mail, now=now)
            return 1
    except BaseException:
        for kept in stored:
            kept.file.storage.delete(str(kept.file.name))
        raise


def _mark_read(mailbox: Mailbox, uid: int, *, lease: uuid.UUID, now: datetime) -> None:
    """Mark a mail as read and hold the mailbox longer. Raises LeaseLost."""
    if not _held(mailbox.pk, lease).update(last_uid=uid, leased_until=now + LEASE):
        raise LeaseLost


def _write(
    mailbox: Mailbox, raw: imap.Raw, stored: list[IncomingFile], *, now: datetime
) -> IncomingMail | None:
    """Write what could be read; None when it is there already."""
    parsed = parsing.parse(raw.content)
    if IncomingMail.objects.filter(mailbox=mailbox, identity=parsed.identity).exists():
        return None
    mail = IncomingMail.objects.create(
        mailbox=mailbox,
        identity=parsed.identity,
        uid=raw.uid,
        message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to,
        references=" ".join(parsed.references),
        tags=" ".join(parsed.tags)[:500],
        sender=parsed.sender,
        sender_name=parsed.sender_name,
        sender_hash=sender_hash(parsed.sender),
        sender_masked=policies.mask_address(parsed.sender),
        subject=parsed.subject,
        body=parsed.body,
        sent_at=parsed.sent_at,
        received_at=now,
        size=raw.size,
        is_whole=parsed.is_whole and raw.size <= imap.LARGEST,
        automatic=_why_automatic(parsed, now=now) or "",
    )
    for file in parsed.files:
        _keep_file(mail, file, stored)
    return mail


def _why_automatic(parsed: parsing.Parsed, *, now: datetime) -> AutomaticReason | None:
    reason = policies.why_automatic(
        headers=parsed.headers,
        message_id=parsed.message_id,
        sender=parsed.sender,
        subject=parsed.subject,
    )
    if reason or not parsed.sender:
        return reason
    # By the moment it was sent: the first reading of a full mailbox is no flood.
    moment = min(parsed.sent_at or now, now)
    lately = IncomingMail.objects.filter(
        sender_hash=sender_hash(parsed.sender),
        sent_at__gt=moment - timedelta(hours=1),
        sent_at__lte=moment,
    )
    return AutomaticReason.FLOOD if lately.count() >= MOST_OF_ONE else None


def _keep_file(mail: IncomingMail, file: parsing.File, stored: list[IncomingFile]) -> None:
    row = IncomingFile(mail=mail, name=filechecks.clean_name(file.name), size=len(file.content))
    try:
        checked = filechecks.check(ContentFile(file.content, name=row.name), name=row.name)
    except filechecks.FileRefused as refusal:
        row.refused = refusal.code
    except Exception:  # what a file does to the library that looks at it must not stop the reading
        log.exception("a file of mail %s cannot be looked at", mail.pk)
        row.refused = "kind"
    else:
        row.kind, row.sha256 = checked.kind, checked.sha256
        row.file.save(f"{uuid.uuid4().hex}.bin", checked.file, save=False)
        stored.append(row)
    row.save(force_insert=True)


def _hand_over(mail: IncomingMail, *, now: datetime) -> None:
    """Let the apps above take the mail. What they cannot take stays new and is shown as such."""
    for taker in takers.takers_of(mail):
        try:
            with transaction.atomic():
                taker(mail, now)
        except Exception:  # one mail must not stop those behind it
            log.exception("mail %s could not be taken", mail.pk)


def _note_failure(mailbox_id: int, lease: uuid.UUID, *, code: str, now: datetime) -> None:
    failures = Mailbox.objects.filter(pk=mailbox_id).values_list("failures", flat=True).get()
    held = _held(mailbox_id, lease)
    held.filter(failing_since=None).update(failing_since=now)
    held.update(
        lease=None,
        leased_until=None,
        last_error=code,
        failures=F("failures") + 1,
        next_read_at=now + WAITS[min(failures, len(WAITS) - 1)],
    )


def try_out(mailbox: Mailbox) -> int:
    """Sign in and return how many mails the folder holds. Raises MailboxProblem."""
    with imap.opened(mailbox) as folder:
        return folder.count


@transaction.atomic
def ask(*, actor: User, mailbox: Mailbox, now: datetime) -> None:
    """Have the mailbox read at once."""
    Mailbox.objects.filter(pk=mailbox.pk, is_active=True).update(next_read_at=now)
    audit.record(actor=actor, verb="mailbox.read_now", target=mailbox, at=now)


@transaction.atomic
def take(*, mail: IncomingMail, kind: str, key: str) -> bool:
    """Mark a new mail as taken by something; False when it is not new."""
    new = IncomingMail.objects.filter(pk=mail.pk, state=MailState.NEW)
    return bool(new.update(state=MailState.TAKEN, taken_kind=kind, taken_key=key))
