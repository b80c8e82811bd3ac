"""What changed between two texts: line by line, and within a line sign by sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

CLOSE_UP_TO = 2000  # signs of a changed passage that are compared one by one
ALIKE_FROM = 0.3


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A passage, with what became of it."""

    change: Change
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """Return the passages of both texts in order, what is gone before what is new in its place.

    The same and the new ones together give `after`, the same and the gone ones `before`.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    found: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes():
        gone, came = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag == "equal":
            found.append(Piece(Change.SAME, gone))
        else:
            found += _close(gone, came)
    return _joined(found)


def _close(gone: str, came: str) -> Iterator[Piece]:
    """Compare a changed passage sign by sign, where it is short and much of it stays."""
    if max(len(gone), len(came)) <= CLOSE_UP_TO and gone and came:
        matcher = SequenceMatcher(None, gone, came)
        if matcher.ratio() >= ALIKE_FROM:
            for tag, i1, i2, j1, j2 in matcher.get_opcodes():
                if tag == "equal":
                    yield Piece(Change.SAME, gone[i1:i2])
                else:
                    yield Piece(Change.GONE, gone[i1:i2])
                    yield Piece(Change.NEW, came[j1:j2])
            return
    yield Piece(Change.GONE, gone)
    yield Piece(Change.NEW, came)


def _joined(found: list[Piece]) -> list[Piece]:
    """Leave out what is empty and join neighbours of one fate."""
    joined: list[Piece] = []
    for piece in found:
        if not piece.text:
            continue
        if joined and joined[-1].change == piece.change:
            joined[-1] = Piece(piece.change, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
