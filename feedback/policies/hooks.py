"""How a post of a chat system proves who sent it, and that it is fresh (FBK-1)."""

import hmac
import re

WINDOW_SECONDS = 300
LONGEST_TIMESTAMP = 12
SIGNATURE = re.compile(r"\Asha256=([0-9a-f]{64})\Z", re.ASCII)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return `sha256=` and the HMAC-SHA256 of time stamp, full stop and body, in hexadecimal."""
    told = timestamp.encode("ascii", "replace") + b"." + body
    return f"sha256={hmac.digest(secret.encode(), told, 'sha256').hex()}"


def is_signed(secret: str, timestamp: str, body: bytes, *, given: str) -> bool:
    """Tell whether a signature is right, in a time that does not depend on where it is wrong."""
    wanted = signature(secret, timestamp, body)
    return bool(SIGNATURE.match(given)) and hmac.compare_digest(wanted, given)


def is_timely(timestamp: str, *, now: int) -> bool:
    """Tell whether a time stamp (seconds since 1970) lies at most five minutes from now."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= LONGEST_TIMESTAMP):
        return False
    return abs(now - int(timestamp)) <= WINDOW_SECONDS
