"""The running hash of the ledger: each line's digest covers the one before and all that it says."""

import json
from collections.abc import Sequence
from hashlib import sha256

START = "0" * 64
"""What stands before the first line."""


def digest(before: str, values: Sequence[str | int | None]) -> str:
    """Return the digest of a line from that of the line before and its raw values.

    Bytes that are no UTF-8 come in as `surrogateescape` reads them.
    """
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return sha256((before + said).encode("utf-8", "surrogateescape")).hexdigest()
