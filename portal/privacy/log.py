"""The log of erasures beside the database, by which they are done again after a restore.

A backup of the database is older than the erasures since; so each is also a line of a file in the
data folder: keys and keyed hashes only. A line may stand there twice, never too few times.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from portal.models import ErasedKey, Erasure
from portal.privacy import persons, places
from portal.privacy.values import Subject

NAME = "erasures.jsonl"
BATCH = 200


class NoLog(ValueError):
    """The file is none that this program wrote; `line` is the number of the first bad line."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def path() -> Path:
    return Path(settings.VAR_DIR) / NAME


def write(*, now: datetime) -> int:
    """Write erasures that are not in the file yet; returns how many. Safe to run side by side."""
    waiting = list(Erasure.objects.filter(noted_at=None).order_by("pk")[:BATCH])
    if not waiting:
        return 0
    keys: dict[int, list[list[str]]] = {row.pk: [] for row in waiting}
    for key in ErasedKey.objects.filter(erasure__in=waiting).order_by("kind", "key"):
        keys[key.erasure_id].append([key.kind, key.key, key.mark])
    with path().open("a", encoding="utf-8") as file:
        for row in waiting:
            line = {"at": row.at.isoformat(), "erasure": row.pk, "keys": keys[row.pk]}
            file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    Erasure.objects.filter(pk__in=keys, noted_at=None).update(noted_at=now)
    return len(waiting)


@dataclass(frozen=True)
class Line:
    """One erasure of the log: `marks` are keyed hashes by kind and key."""

    at: datetime
    marks: dict[tuple[str, str], str]


def read(file: Path) -> Iterator[Line]:
    """Yield the erasures of a file. Raises NoLog and OSError."""
    with file.open(encoding="utf-8") as lines:
        for number, text in enumerate(lines, start=1):
            if not text.strip():
                continue
            try:
                row = json.loads(text)
                marks = {(str(kind), str(key)): str(mark) for kind, key, mark in row["keys"]}
                yield Line(datetime.fromisoformat(row["at"]), marks)
            except (ValueError, TypeError, KeyError):
                raise NoLog(number) from None


def stored() -> Iterator[Line]:
    """Yield the erasures that the database knows."""
    for erasure in Erasure.objects.order_by("pk").prefetch_related("keys").iterator(BATCH):
        yield Line(erasure.at, {(key.kind, key.key): key.mark for key in erasure.keys.all()})


def returned(line: Line) -> Subject | None:
    """Return who is there again of an erasure, known by keyed hashes; None for nobody."""
    subject = Subject()
    for room in places.rooms():
        found = room.seek(line.marks, line.at) if room.seek else Subject()
        for kind, keys in found.keys.items():
            subject = subject.with_keys(kind, keys)
    return persons.widened(subject) if subject.keys else None
