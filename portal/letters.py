"""Messages to those without a sign-in, by mail or to a signed address: made when they are sent.

The outbox keeps the kind and its parameters only. Address and text are read from the rows they
stand in at that moment, so that what was erased meanwhile is sent to nobody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from portal import targets
from portal.models import OutboxMessage

Params = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Written:
    """A mail as it leaves. `sender` is the name beside `address`, or the department's own."""

    to: str
    subject: str
    body: str
    sender: str = ""
    address: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[tuple[str, bytes, str]] = ()
    """Name, content and kind of what goes along."""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What is posted to an address of another system, with its signature in the headers."""

    url: str
    body: bytes
    headers: Mapping[str, str]


Writer = Callable[[Params, datetime], Written | Posted | None]
"""Returns the message, or None where it has become pointless: nobody to send it to any more."""

_writers: dict[str, Writer] = {}


def register(kind: str, writer: Writer) -> None:
    """Make known who writes mails of a kind; called from each app's registry."""
    _writers[kind] = writer


def write(message: OutboxMessage, *, now: datetime) -> Written | Posted | None:
    """Return what a message says; None where there is nobody to send it to."""
    return _writers[message.kind](message.params, now)


def deliver(posted: Posted, *, key: str) -> str:
    """Post to the address; return an empty text, or what went wrong in a few words.

    Only addresses that webhooks may go to, and no redirect is followed: what is signed for one
    address is not sent on to another.
    """
    headers = {**posted.headers, "X-Kefu-Key": key, "Content-Type": "application/json"}
    try:
        status = targets.post(posted.url, body=posted.body, headers=headers)
    except targets.Forbidden:
        return "address not allowed"
    return "" if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else f"HTTP {status}"
