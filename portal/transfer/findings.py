"""What an upload's page shows of its rows: the cells quoted, on disk beside the upload.

The database keeps no text of a cell; these files do, and they go when the upload goes. Each
line is one finding as JSON: rejected rows in one file, warnings in another.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import IO
from uuid import uuid4

from portal.transfer.registry import Finding

REJECTED, WARNED = "rejected", "warned"
Tell = Callable[[Finding], None]


def beside(upload: Path, what: str) -> Path:
    """Return the file of an upload's findings; it may not exist."""
    return upload.with_name(f"{upload.name}.{what}")


@contextmanager
def keeping(upload: Path, *, goes_on: bool) -> Iterator[tuple[Tell, Tell]]:
    """Give where to tell rejections and warnings; the files appear when the pass ends.

    `goes_on` keeps what a killed process found before its mark, because the rows that it wrote
    are not checked for their texts again.
    """
    with ExitStack() as stack:
        yield (
            stack.enter_context(_sheet(beside(upload, REJECTED), goes_on=goes_on)),
            stack.enter_context(_sheet(beside(upload, WARNED), goes_on=goes_on)),
        )


@contextmanager
def _sheet(target: Path, *, goes_on: bool) -> Iterator[Tell]:
    draft = target.with_name(f"{target.name}.{uuid4().hex}")
    try:
        with draft.open("w", encoding="utf-8") as file:
            yield _teller(file, list(read(target)) if goes_on else [])
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _teller(file: IO[str], before: list[Finding]) -> Tell:
    known: set[tuple[int, str]] = set()

    def tell(finding: Finding) -> None:
        if (finding.row, finding.code) in known:
            return
        line = json.dumps({**finding.stored(), "text": finding.text}, default=str)
        file.write(f"{line}\n")

    for finding in before:
        tell(finding)
    known |= {(finding.row, finding.code) for finding in before}
    return tell


def read(path: Path) -> Iterator[Finding]:
    """Give the findings of a file in their order; none where there is no file."""
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                kept = json.loads(line)
                yield Finding.from_stored(kept, kept["text"])
    except FileNotFoundError:
        return


def first(path: Path, most: int) -> list[Finding]:
    return list(islice(read(path), most))


def remove(upload: Path) -> None:
    """Delete the findings of an upload, drafts of a killed process as well."""
    for path in upload.parent.glob(f"{upload.name}.*"):
        path.unlink(missing_ok=True)
