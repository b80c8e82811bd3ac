"""Who takes the mails of a purpose. Filled from each app's `registry.py`."""

from collections.abc import Callable
from datetime import datetime

from portal.enums import MailPurpose
from portal.models import IncomingMail

# Called in the transaction that writes the mail; it may mark the mail as taken.
Taker = Callable[[IncomingMail, datetime], None]
_takers: dict[MailPurpose, Taker] = {}


def register(purpose: MailPurpose, taker: Taker) -> None:
    """Make known who takes what comes in for a purpose."""
    _takers[purpose] = taker


def taker_of(purpose: MailPurpose) -> Taker | None:
    """Return who takes; None where nobody does: the mail then stays new."""
    return _takers.get(purpose)


def is_open() -> bool:
    """Whether anybody takes mails: without a taker a mailbox would fill up unseen."""
    return bool(_takers)
