"""Posting to addresses that people typed in, without letting them reach into our own network.

The name is resolved once, every address it has is looked at, and the post goes to one of those
that were looked at: a name that changes its mind in between gains nothing. Redirects are not
followed.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

TIMEOUT = 4.0  # seconds for one step
LONGEST = 8.0  # seconds for a whole conversation: below the lease of the outbox
SCHEMES = {"https": 443, "http": 80}


class Forbidden(ValueError):
    """The address is none that we post to; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(address: str) -> SplitResult:
    """Return the parts of an address that may be posted to as it stands. Raises Forbidden.

    What its name resolves to is looked at when something is posted.
    """
    parts = _parts(address)
    host = str(parts.hostname)
    if parts.scheme != "https" and not settings.WEBHOOK_PRIVATE:
        raise Forbidden("not_https")
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        literal = None  # a name: looked at when something is posted
    if literal is not None:
        _must_be_public(literal)
    if host.rstrip(".").endswith("localhost") and not settings.WEBHOOK_PRIVATE:
        raise Forbidden("private")
    return parts


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise Forbidden("not_an_address") from None
    plain = address.isascii() and address.isprintable() and " " not in address
    more = parts.username or parts.password or parts.fragment
    if parts.scheme not in SCHEMES or not parts.hostname or port == 0 or not plain or more:
        raise Forbidden("not_an_address")
    return parts


def _must_be_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if settings.WEBHOOK_PRIVATE:
        return
    plain: ipaddress.IPv4Address | ipaddress.IPv6Address = address
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        plain = inner or address
        if address in ipaddress.ip_network("64:ff9b::/96"):
            plain = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if not plain.is_global or plain.is_multicast or (not address.is_global and plain is address):
        raise Forbidden("private")


def resolve(host: str, port: int) -> str:
    """Return an address of the host; each that it has must be public. Raises Forbidden, OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    for one in addresses:
        _must_be_public(ipaddress.ip_address(one.partition("%")[0]))
    return addresses[0]


class _Line(http.client.HTTPConnection):
    """A connection to an address that was looked at, under the name that was typed."""

    def __init__(self, host: str, port: int, *, at: str, tls: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT)
        self._at, self._tls = at, tls

    def connect(self) -> None:
        line = socket.create_connection((self._at, self.port), timeout=TIMEOUT)
        if self._tls:
            self.sock = line
            line = ssl.create_default_context().wrap_socket(line, server_hostname=self.host)
        self.sock = line


@contextmanager
def _cut_short(line: _Line) -> Iterator[None]:
    """Close the line to a server that is slow at every step."""

    def cut() -> None:
        if line.sock is not None:
            with suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(LONGEST, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        line.close()


def post(address: str, *, body: bytes, headers: Mapping[str, str]) -> int:
    """Post and return the status; what is answered is not read. Raises Forbidden, OSError."""
    parts = check(address)
    host = str(parts.hostname)
    port = parts.port or SCHEMES[parts.scheme]
    line = _Line(host, port, at=resolve(host, port), tls=parts.scheme == "https")
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    try:
        with _cut_short(line):
            line.request("POST", path, body=body, headers=dict(headers))
            return line.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from error
