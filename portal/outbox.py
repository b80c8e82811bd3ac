"""Sends what stands in the outbox: mail through Django, robots through apprise.

A message is leased by a conditional UPDATE, sent outside any transaction, and marked. When the
process dies between sending and marking, the lease runs out and a second copy with the same
identifier goes out (FUP-2).
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
from functools import partial

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from portal import audit, notices, robots
from portal.enums import Channel
from portal.models import OutboxMessage, User

log = logging.getLogger(__name__)
_sending = threading.Lock()

LEASE = timedelta(seconds=20)
ABREAST = 2  # sent at the same time: as many can go out twice when the process dies
BATCH = 2 * ABREAST  # with at most 8 s for each message a batch ends within its lease
PATIENCE = (0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0)  # seconds between attempts to mark what was sent
LONGEST_SEND = 8.0  # seconds for a whole conversation with the mail server
WAITS = [timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 3600, 7200)]
MOST_ATTEMPTS = len(WAITS) + 1


@dataclass(frozen=True)
class Letter:
    """A message as it leaves: everything that sending needs without the database."""

    pk: int
    key: str
    title: str
    body: str
    message: OutboxMessage


def identifier(key: str) -> str:
    """Return the short stable identifier that a message carries in its text."""
    return f"K-{hashlib.sha256(key.encode()).hexdigest()[:12]}"


def _claim(now: datetime) -> tuple[uuid.UUID, list[OutboxMessage]]:
    lease = uuid.uuid4()
    with transaction.atomic():
        due = OutboxMessage.objects.due(now).order_by("next_try_at", "id")
        due = due.select_for_update(
            skip_locked=connection.features.has_select_for_update_skip_locked
        )
        ids = list(due.values_list("pk", flat=True)[:BATCH])
        if ids:
            OutboxMessage.objects.due(now).filter(pk__in=ids).update(
                lease=lease, leased_until=now + LEASE
            )
    if not ids:
        return lease, []
    # The address is unsealed message by message: one that no key opens stops no other.
    mine = OutboxMessage.objects.filter(lease=lease).select_related("user", "robot")
    mine = mine.defer("robot__address")
    return lease, list(mine.order_by("next_try_at", "id"))


def _letter(message: OutboxMessage) -> Letter:
    """Render in the receiver's language; a group reads the department's. Unseals the address."""
    if message.robot is not None:
        message.robot.refresh_from_db(fields=["address"])
    language = (message.user.language if message.user else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        kind = notices.kind_of(message.kind)
        text = kind.text(message.params)
        link = f"{settings.PUBLIC_URL}{kind.url(message.params)}"
        mark = identifier(message.key)
        return Letter(
            pk=message.pk,
            key=message.key,
            title=_("Kefu: %(label)s") % {"label": kind.label},
            body=f"{text}\n{link}\n[{mark}]",
            message=message,
        )


def _mail(letter: Letter) -> str:
    user = letter.message.user
    if user is None or not user.email or not user.is_active:
        return "no address"
    backend = get_connection(timeout=robots.TIMEOUT) if _speaks_smtp() else get_connection()
    mail = EmailMessage(
        subject=letter.title,
        body=letter.body,
        to=[user.email],
        headers={
            "Message-ID": f"<{identifier(letter.key)}@kefu>",
            "X-Kefu-Key": letter.key,
            "Auto-Submitted": "auto-generated",
        },
        connection=backend,
    )
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
    robot = letter.message.robot
    if robot is None or not robot.is_active:
        return "robot is switched off"
    taken = robots.send(robot, title=letter.title, body=letter.body)
    return "" if taken else "not accepted"


def _send(letter: Letter) -> str:
    """Send and return an empty text, or what went wrong in a few words without addresses."""
    try:
        return (_mail if letter.message.channel == Channel.MAIL else _robot)(letter)
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    except Exception as error:  # whatever a message is, it must not stop the others
        log.exception("outgoing message %s cannot be sent", letter.key)
        return type(error).__name__


def _mark(lease: uuid.UUID, message: OutboxMessage, *, problem: str, now: datetime) -> None:
    mine = OutboxMessage.objects.filter(pk=message.pk, lease=lease)
    attempts = message.attempts + 1
    over = attempts >= MOST_ATTEMPTS
    mine.update(
        attempts=attempts,
        last_error=problem[:200],
        gave_up_at=now if over else None,
        next_try_at=now if over else now + WAITS[attempts - 1],
        lease=None,
        leased_until=None,
    )


def _mark_sent(lease: uuid.UUID, letters: Sequence[Letter], *, now: datetime) -> None:
    OutboxMessage.objects.filter(pk__in=[letter.pk for letter in letters], lease=lease).update(
        sent_at=now, lease=None, leased_until=None, last_error=""
    )


def send_batch(*, clock: Callable[[], datetime]) -> int:
    """Send what is due, at most one batch; returns the number of messages tried."""
    lease, messages = _claim(clock())
    if not messages:
        return 0
    with ThreadPoolExecutor(max_workers=ABREAST) as pool:
        running: dict[Future[str], Letter] = {}
        for message in messages:
            try:
                letter = _letter(message)
            except Exception as error:  # a message that cannot be rendered must not stop the others
                log.exception("outgoing message %s cannot be rendered", message.key)
                _mark(lease, message, problem=type(error).__name__, now=clock())
            else:
                running[pool.submit(_send, letter)] = letter
        while running:
            # What is sent is marked at once: every message that waits for its mark is one more
            # that goes out twice when the process dies now.
            ended, _rest = wait(running, return_when=FIRST_COMPLETED)
            problems = [(running.pop(future), future.result()) for future in ended]
            _patiently(partial(_mark_all, lease, problems, now=clock()))
    return len(messages)


def _mark_all(lease: uuid.UUID, problems: Sequence[tuple[Letter, str]], *, now: datetime) -> None:
    _mark_sent(lease, [letter for letter, problem in problems if not problem], now=now)
    for letter, problem in problems:
        if problem:
            _mark(lease, letter.message, problem=problem, now=now)


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
    if not taken.update(gave_up_at=None, attempts=0, next_try_at=now):
        return False
    audit.record(actor=actor, verb="outbox.try_again", target=message, at=now)
    return True
