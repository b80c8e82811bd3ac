"""An export that somebody asks for in the portal: a whole file, and a line in the audit log."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import IO, Any

from portal import audit
from portal.transfer import output
from portal.transfer.registry import Context, Kind


class NotForExport(Exception):
    """Rows of this kind can only be imported."""


class TooLong(Exception):
    """There are more rows than one answer should write; a task writes them."""


def _at_most(rows: Iterable[Mapping[str, Any]], most: int) -> Iterator[Mapping[str, Any]]:
    for count, row in enumerate(rows):
        if count == most:
            raise TooLong(most)
        yield row


def write(kind: Kind, context: Context, *, ending: str, chinese: bool, most: int) -> IO[bytes]:
    """Return an open file with the rows of a kind, and audit it. The caller closes it.

    It is whole before its first byte is sent, on disk and not in memory: a row that cannot be
    written is then a sentence rather than half a file. Raises CellTooLong, NotForExport,
    NothingToExport, and for more than `most` rows TooLong.
    """
    if kind.export is None:
        raise NotForExport(kind.name)
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
        rows = output.writer(kind, ending, context)(
            kind, _at_most(kind.export(context), most), file, context.zone, chinese=chinese
        )
        after: dict[str, object] = {"kind": kind.name, "format": ending, "rows": rows}
        if context.month:
            after["month"] = f"{context.month:%Y-%m}"
        audit.record(actor=context.actor, verb="export.done", at=context.now, after=after)
        file.seek(0)
        stack.pop_all()  # from here on it is the caller's
    return file
