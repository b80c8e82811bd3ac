"""Sends what stands in the outbox: mail through Django, robots through apprise.

A message is leased by a conditional UPDATE, sent outside any transaction, and marked. When the
process dies between sending and marking, the lease runs out and a second copy with the same
identifier goes out (FUP-2). What waits for one robot leaves together, as a parcel that stays the
same when it is sent again: a chat takes some 20 posts a minute, and a post costs the same for one
message and for forty.
"""

import hashlib
import logging
import smtplib
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal import audit, choices, letters, notices, robots, webhooks
from portal.enums import Channel, RobotKind
from portal.mail.policies import OWN_DOMAIN
from portal.models import OutboxMessage, Robot, User
from portal.querysets import OutboxQuerySet
from portal.sealing import SealBroken

log = logging.getLogger(__name__)
_sending = threading.Lock()

LEASE = timedelta(seconds=20)
ABREAST = 2  # sent at the same time: as many can go out twice when the process dies
BATCH = 2 * ABREAST  # with at most 8 s for each letter a batch ends within its lease
LONGEST_MAIL = 100_000  # bytes
PATIENCE = (0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)  # seconds between attempts to mark what was sent
LONGEST_SEND = 8.0  # seconds for a whole conversation with the mail server
WAITS = [timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 7200)]
MOST_ATTEMPTS = len(WAITS) + 1


@dataclass(frozen=True)
class Letter:
    """What leaves in one go: everything that sending needs without the database."""

    messages: Sequence[OutboxMessage]
    title: str
    body: str
    written: letters.Written | letters.Posted | None = None

    @property
    def first(self) -> OutboxMessage:
        return self.messages[0]

    @property
    def key(self) -> str:
        return self.first.key


@dataclass(frozen=True)
class Claim:
    """Messages that are ours until the lease runs out, each parcel for itself."""

    lease: uuid.UUID
    until: datetime
    parcels: Sequence[Sequence[OutboxMessage]]


@dataclass(frozen=True)
class Block:
    """One message as it reads."""

    message: OutboxMessage
    label: str
    text: str


def identifier(key: str) -> str:
    """Return the short stable identifier that a message carries in its text."""
    return f"K-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def message_id(key: str) -> str:
    """Return the Message-ID by which an answer to the mail finds back."""
    return f"<{identifier(key)}{OWN_DOMAIN}"


def _claim(now: datetime) -> Claim:
    """Lease a parcel for each of some free robots, and mails for the rest of the batch."""
    lease, until = uuid.uuid4(), now + LEASE
    with transaction.atomic():
        parcels = [ids for robot in _free_robots(now) if (ids := _take_for(robot, lease, now))]
        mails = _ids(OutboxMessage.objects.due(now).filter(robot=None), most=BATCH - len(parcels))
        OutboxMessage.objects.due(now).filter(pk__in=mails).update(lease=lease, leased_until=until)
        parcels += [[pk] for pk in mails]
    # The address is unsealed parcel by parcel: one that no key opens stops no other.
    mine = OutboxMessage.objects.filter(pk__in=[pk for ids in parcels for pk in ids], lease=lease)
    mine = mine.select_related("user", "robot", "webhook__user")
    mine = mine.defer("robot__address", "webhook__secret")
    found = {message.pk: message for message in mine}
    kept = [[found[pk] for pk in ids if pk in found] for ids in parcels]
    return Claim(lease, until, [parcel for parcel in kept if parcel])


def _ids(due: OutboxQuerySet, *, most: int) -> list[int]:
    """Lock the oldest that nobody else has locked and return their ids."""
    skips = connection.features.has_select_for_update_skip_locked
    rows = due.order_by("next_try_at", "id").select_for_update(skip_locked=skips)
    return list(rows.values_list("pk", flat=True)[:most])


def _free_robots(now: datetime) -> list[Robot]:
    """Lock some robots that may speak and have something to say, the longest silent ones first."""
    skips = connection.features.has_select_for_update_skip_locked
    due = OutboxMessage.objects.due(now).filter(robot=OuterRef("pk"))
    rows = Robot.objects.free(now).filter(Exists(due)).select_for_update(skip_locked=skips)
    return list(
        rows.order_by(F("busy_until").asc(nulls_first=True), "pk").defer("address")[:ABREAST]
    )


def _take_for(robot: Robot, lease: uuid.UUID, now: datetime) -> list[int]:
    """Lease what a robot says next, and the robot: only its holder may make up a parcel.

    A parcel that was tried before is taken whole and alone.
    """
    due = OutboxMessage.objects.due(now).filter(robot=robot)
    oldest = due.order_by("next_try_at", "id").values_list("parcel", flat=True).first()
    most = robots.MANNERS[RobotKind(robot.kind)].most
    ids = _ids(due.filter(parcel=oldest), most=most)
    if not ids or not Robot.objects.free(now).filter(pk=robot.pk).update(busy_until=now + LEASE):
        return []
    due.filter(pk__in=ids).update(
        lease=lease, leased_until=now + LEASE, parcel=oldest or uuid.uuid4()
    )
    return ids


def _block(message: OutboxMessage, *, room: int) -> Block:
    """Render in the receiver's language; a group reads the department's.

    The sentence is cut where link and identifier would not fit into `room` bytes beside it.
    """
    language = (message.user.language if message.user else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        kind = notices.kind_of(message.kind)
        words = choices.words_for(message.kind)
        end = f"\n{words}" if words else ""
        end += f"\n{settings.PUBLIC_URL}{kind.url(message.params)}\n[{identifier(message.key)}]"
        text = kind.text(message.params)
        if message.robot_id and message.user:  # a group wants to know whom it concerns
            name = message.user.first_name or message.user.username
            text = _("%(name)s: %(text)s") % {"name": name, "text": text}
        raw = text.encode()
        left = max(0, room - len(end.encode()))
        if len(raw) > left:
            raw = raw[: max(0, left - 3)] + "…".encode()
        return Block(message, str(kind.label), raw.decode(errors="ignore") + end)


def _letter(claim: Claim, messages: Sequence[OutboxMessage], *, now: datetime) -> Letter | None:
    """Render what leaves together and unseal the address.

    What cannot be rendered is marked and stops no other; None when nothing is left.
    """
    if messages[0].channel in OUTSIDE:
        return OUTSIDE[Channel(messages[0].channel)](claim, messages[0], now=now)
    manners = robots.MANNERS[RobotKind(messages[0].robot.kind)] if messages[0].robot else None
    room = manners.size // len(messages) if manners else LONGEST_MAIL
    blocks: list[Block] = []
    for message in messages:
        try:
            blocks.append(_block(message, room=room))
        except Exception as error:  # a message that cannot be rendered must not stop the others
            log.exception("outgoing message %s cannot be rendered", message.key)
            _mark(claim.lease, [message], problem=type(error).__name__, now=now)
    if not blocks:
        return None
    robot = blocks[0].message.robot
    if robot is not None:
        try:
            robot.refresh_from_db(fields=["address"])
        except SealBroken as error:
            log.exception("the address of robot %s cannot be opened", robot)
            _mark(claim.lease, messages, problem=type(error).__name__, now=now)
            return None
    user = blocks[0].message.user
    with translation.override((user.language if user else "") or settings.LANGUAGE_CODE):
        labels = list(dict.fromkeys(block.label for block in blocks))
        title = _("Kefu: %(label)s") % {"label": " · ".join(labels)}
    body = "\n\n".join(block.text for block in blocks)
    return Letter([block.message for block in blocks], title, body)


def _customers_letter(claim: Claim, message: OutboxMessage, *, now: datetime) -> Letter | None:
    """Return the mail to somebody without a sign-in; None, and marked, where there is none."""
    try:
        with transaction.atomic():
            written = letters.write(message, now=now)
    except Exception as error:  # a message that cannot be written must not stop the others
        log.exception("outgoing message %s cannot be written", message.key)
        _mark(claim.lease, [message], problem=type(error).__name__, now=now)
        return None
    if written is None:
        mine = OutboxMessage.objects.filter(pk=message.pk, lease=claim.lease)
        mine.update(withdrawn_at=now, lease=None, leased_until=None)
        return None
    return Letter([message], "", "", written)


def _parcel(claim: Claim, message: OutboxMessage, *, now: datetime) -> Letter | None:
    """Return a post to a webhook; what its owner may no longer see is withdrawn."""
    hook = message.webhook
    mine = OutboxMessage.objects.filter(pk=message.pk, lease=claim.lease)
    if hook is None or not webhooks.may_hear(message, hook, now=now):
        mine.update(withdrawn_at=now, lease=None, leased_until=None)
        return None
    try:
        hook.refresh_from_db(fields=["secret"])
    except SealBroken as error:
        log.exception("the secret of webhook %s cannot be opened", hook.pk)
        _mark(claim.lease, [message], problem=type(error).__name__, now=now)
        return None
    return Letter([message], "", "")


OUTSIDE = {Channel.LETTER: _customers_letter, Channel.WEBHOOK: _parcel}


def _webhook(letter: Letter) -> str:
    hook = letter.first.webhook
    if hook is None:
        return "no webhook"
    name = identifier(letter.key)
    return webhooks.post(letter.first, hook, identifier=name, now=timezone.now())


def _to_customer(letter: Letter, written: letters.Written) -> EmailMessage:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return EmailMessage(
        subject=written.subject,
        body=written.body,
        from_email=formataddr((written.sender, written.address or address)),
        to=[written.to],
        reply_to=[written.reply_to] if written.reply_to else None,
        headers={
            "Message-ID": message_id(letter.key),
            "X-Kefu-Key": letter.key,
            **written.headers,
        },
        attachments=list(written.files),
    )


def _to_user(letter: Letter) -> EmailMessage | None:
    user = letter.first.user
    if user is None or not user.email or not user.is_active:
        return None
    return EmailMessage(
        subject=letter.title,
        body=letter.body,
        to=[user.email],
        headers={
            "Message-ID": message_id(letter.key),
            "X-Kefu-Key": letter.key,
            "Auto-Submitted": "auto-generated",
        },
    )


def _mail(letter: Letter) -> str:
    if isinstance(letter.written, letters.Posted):
        return letters.deliver(letter.written, key=letter.key)
    mail = _to_customer(letter, letter.written) if letter.written else _to_user(letter)
    if mail is None:
        return "no address"
    backend = get_connection(timeout=robots.TIMEOUT) if _speaks_smtp() else get_connection()
    mail.connection = backend
    with _cut_short(backend):
        mail.send()
    return ""


def _speaks_smtp() -> bool:
    return settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")


@contextmanager
def _cut_short(backend: BaseEmailBackend) -> Iterator[None]:
    """Close the line to a mail server that is slow at every step, so that the lease suffices."""

    def cut() -> None:
        sock = getattr(getattr(backend, "connection", None), "sock", None)
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(LONGEST_SEND, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _robot(letter: Letter) -> str:
    robot = letter.first.robot
    if robot is None or not robot.is_active:
        return "robot is switched off"
    taken = robots.send(robot, title=letter.title, body=letter.body)
    return "" if taken else "not accepted"


WAYS = {
    Channel.MAIL: _mail,
    Channel.ROBOT: _robot,
    Channel.LETTER: _mail,
    Channel.WEBHOOK: _webhook,
}


def _send(letter: Letter) -> str:
    """Send and return an empty text, or what went wrong in a few words without addresses."""
    try:
        return WAYS[Channel(letter.first.channel)](letter)
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    except Exception as error:  # whatever a message is, it must not stop the others
        log.exception("outgoing message %s cannot be sent", letter.key)
        return type(error).__name__


def _mark(
    lease: uuid.UUID, messages: Sequence[OutboxMessage], *, problem: str, now: datetime
) -> None:
    """Note a failed attempt. All members of a parcel have had as many."""
    mine = OutboxMessage.objects.filter(pk__in=[message.pk for message in messages], lease=lease)
    attempts = messages[0].attempts + 1
    over = attempts >= MOST_ATTEMPTS
    mine.update(
        attempts=attempts,
        last_error=problem[:200],
        gave_up_at=now if over else None,
        next_try_at=now if over else now + WAITS[attempts - 1],
        lease=None,
        leased_until=None,
    )


def send_batch(*, clock: Callable[[], datetime]) -> int:
    """Send what is due, at most one batch; returns the number of messages tried."""
    claim = _claim(clock())
    if not claim.parcels:
        return 0
    with ThreadPoolExecutor(max_workers=ABREAST) as pool:
        running: dict[Future[str], Letter] = {}
        for messages in claim.parcels:
            if letter := _letter(claim, messages, now=clock()):
                running[pool.submit(_send, letter)] = letter
        while running:
            # What is sent is marked at once: every letter that waits for its mark is one more
            # that goes out twice when the process dies now.
            ended, _rest = wait(running, return_when=FIRST_COMPLETED)
            problems = [(running.pop(future), future.result()) for future in ended]
            _patiently(partial(_mark_all, claim, problems, now=clock()))
    return sum(map(len, claim.parcels))


@transaction.atomic
def _mark_all(claim: Claim, problems: Sequence[tuple[Letter, str]], *, now: datetime) -> None:
    sent = [
        message.pk for letter, problem in problems if not problem for message in letter.messages
    ]
    OutboxMessage.objects.filter(pk__in=sent, lease=claim.lease).update(
        sent_at=now, lease=None, leased_until=None, last_error=""
    )
    for letter, problem in problems:
        if problem:
            _mark(claim.lease, letter.messages, problem=problem, now=now)
        if hook := letter.first.webhook:
            webhooks.note(hook.pk, taken=not problem, now=now)
        if robot := letter.first.robot:
            pause = robots.MANNERS[RobotKind(robot.kind)].pause
            mine = Robot.objects.filter(pk=robot.pk, busy_until=claim.until)
            mine.update(busy_until=now + pause)


def _patiently(mark: Callable[[], None]) -> None:
    """Mark what has gone out even when the database is just being restarted.

    Gives up, with the error, when the lease is about to run out.
    """
    for pause in PATIENCE:
        try:
            return mark()
        except DatabaseError:
            if connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(pause)
    return mark()


def send_due(*, clock: Callable[[], datetime], within: timedelta = timedelta(seconds=15)) -> int:
    """Send batch after batch until nothing is due or the time is used up.

    One call at a time in each process: the threads of a worker are there for the tick as well.
    """
    if not _sending.acquire(blocking=False):
        return 0
    try:
        started = clock()
        done = 0
        while clock() - started < within:
            count = send_batch(clock=clock)
            done += count
            if not count:
                break
        return done
    finally:
        _sending.release()


@transaction.atomic
def try_again(*, actor: User, message: OutboxMessage, now: datetime) -> bool:
    """Give an undeliverable message its attempts back. False when it is not undeliverable."""
    taken = OutboxMessage.objects.filter(pk=message.pk, sent_at=None).exclude(gave_up_at=None)
    if not taken.update(gave_up_at=None, attempts=0, next_try_at=now, parcel=None):
        return False
    audit.record(actor=actor, verb="outbox.try_again", target=message, at=now)
    return True
