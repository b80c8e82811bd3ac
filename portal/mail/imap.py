"""The line to an IMAP server. Nothing is changed there: folders are only examined."""

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from portal.enums import MailSafety
from portal.models import Mailbox
from portal.sealing import SealBroken

TIMEOUT = 10  # seconds for each step of the conversation
LARGEST = 25 * 1024 * 1024  # bytes of a mail that are read
UID = re.compile(rb"UID (\d+)")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxProblem(Exception):
    """The mailbox cannot be read; `code` says why (portal.texts.MAILBOX_PROBLEMS)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Raw:
    """A mail as it came; `size` may be more than was read."""

    uid: int
    size: int
    content: bytes


class Folder:
    """An examined folder."""

    def __init__(self, line: imaplib.IMAP4, *, validity: int, count: int) -> None:
        self._line = line
        self.validity = validity
        self.count = count

    def uids_above(self, last: int) -> list[int]:
        """Return the numbers above `last`, ascending."""
        if not self.count:
            return []
        _, lines = _ask(self._line, "FETCH", f"{last + 1}:*", "(UID)")
        # `n:*` names the last mail even when its number is below n.
        found = {int(hit[1]) for line in lines if line and (hit := UID.search(_head(line)))}
        return sorted(uid for uid in found if uid > last)

    def fetch(self, uid: int) -> Raw | None:
        """Return one mail, cut at LARGEST; None when it is gone."""
        _, lines = _ask(
            self._line, "FETCH", str(uid), f"(UID RFC822.SIZE BODY.PEEK[]<0.{LARGEST}>)"
        )
        for line in lines:
            if isinstance(line, tuple):
                size = SIZE.search(line[0])
                return Raw(uid, int(size[1]) if size else len(line[1]), line[1])
        return None


def _head(line: bytes | tuple[bytes, bytes]) -> bytes:
    return line[0] if isinstance(line, tuple) else line


def _ask(
    line: imaplib.IMAP4, command: str, *args: str
) -> tuple[str, list[bytes | tuple[bytes, bytes]]]:
    status, lines = line.uid(command, *args)
    if status != "OK":
        raise MailboxProblem("protocol")
    return status, lines


def folder_name(text: str) -> str:
    """Return a folder's name quoted and in IMAP's own UTF-7 (RFC 3501, 5.1.3)."""

    def shift(hit: re.Match[str]) -> str:
        code = base64.b64encode(hit[0].encode("utf-16-be")).decode().rstrip("=")
        return f"&{code.replace('/', ',')}-"

    name = re.sub(r"[^\x20-\x7e]+", shift, text.replace("&", "&-"))
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _connect(mailbox: Mailbox) -> imaplib.IMAP4:
    secure = ssl.create_default_context()
    if mailbox.safety == MailSafety.TLS:
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=secure, timeout=TIMEOUT)
    line = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    if mailbox.safety == MailSafety.STARTTLS:
        try:
            line.starttls(secure)
        except BaseException:
            with suppress(OSError):
                line.shutdown()
            raise
    return line


def _sign_in(line: imaplib.IMAP4, mailbox: Mailbox) -> None:
    # Else a password that is not ASCII cannot be sent; the library has no other door.
    line._encoding = "utf-8"  # type: ignore[attr-defined]  # noqa: SLF001 -- see above
    try:
        line.login(mailbox.username, mailbox.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxProblem("sign_in") from error


def _examine(line: imaplib.IMAP4, mailbox: Mailbox) -> Folder:
    status, lines = line.select(folder_name(mailbox.folder), readonly=True)
    if status != "OK":
        raise MailboxProblem("folder")
    _, validity = line.response("UIDVALIDITY")
    digits = validity[0] if validity else None
    return Folder(line, validity=int(digits or 0), count=int(lines[0] or 0))


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Folder]:
    """Sign in and examine the folder. Raises MailboxProblem, whatever goes wrong on the line."""
    line: imaplib.IMAP4 | None = None
    try:
        line = _connect(mailbox)
        _sign_in(line, mailbox)
        yield _examine(line, mailbox)
    except ssl.SSLCertVerificationError as error:
        raise MailboxProblem("certificate") from error
    except TimeoutError as error:
        raise MailboxProblem("timeout") from error
    except imaplib.IMAP4.error as error:
        raise MailboxProblem("protocol") from error
    except (OSError, UnicodeError) as error:
        raise MailboxProblem("no_line") from error
    except SealBroken as error:
        raise MailboxProblem("sealed") from error
    finally:
        if line is not None:
            with suppress(Exception):
                line.logout()
