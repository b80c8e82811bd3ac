"""Who takes the mails of a purpose, and who hears of all that came back.

Filled from each app's `registry.py`.
"""

from collections.abc import Callable
from datetime import datetime

from portal.enums import AutomaticReason, MailPurpose
from portal.models import IncomingMail

# Called in the transaction that writes the mail; it may mark the mail as taken.
Taker = Callable[[IncomingMail, datetime], None]
_takers: dict[MailPurpose, Taker] = {}
_listeners: list[Taker] = []


def register(purpose: MailPurpose, taker: Taker) -> None:
    """Make known who takes what comes in for a purpose."""
    _takers[purpose] = taker


def taker_of(purpose: MailPurpose) -> Taker | None:
    """Return who takes; None where nobody does: the mail then stays new."""
    return _takers.get(purpose)


def register_returned(listener: Taker) -> None:
    """Make known who hears of every mail that a mail server sent back.

    It comes to the mailbox that the mail went out from, whatever its purpose.
    """
    if listener not in _listeners:
        _listeners.append(listener)


def takers_of(mail: IncomingMail) -> list[Taker]:
    """Return to whom a mail is handed, one after the other."""
    heard = _listeners if mail.automatic == AutomaticReason.BOUNCE else []
    taker = taker_of(MailPurpose(mail.mailbox.purpose))
    return [*heard, *([taker] if taker else [])]


def is_open() -> bool:
    """Whether anybody takes mails: without a taker a mailbox would fill up unseen."""
    return bool(_takers)
