"""Erasing a person: own rows blanked or deleted, named nowhere else, figures untouched.

Everything is one transaction. Texts that triggers protect are masked under a row of Masking,
which nobody else ever sees. Tables that only grow and hold references (audit, timelines, ledger)
are not written.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.core.files.storage import Storage
from django.db import connection, transaction
from django.db.models import (
    CharField,
    F,
    JSONField,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast, Concat

from portal import audit
from portal.enums import ErasureReason
from portal.models import ErasedKey, Erasure, Masking, User
from portal.privacy import log as erasure_log
from portal.privacy import persons, places
from portal.privacy.masking import MARK, Mask
from portal.privacy.places import Place
from portal.privacy.values import Subject, Words

log = logging.getLogger(__name__)

BATCH = 500
COMMON = frozenset(
    {
        "顾客",
        "客户",
        "买家",
        "用户",
        "匿名",
        "匿名用户",
        "匿名买家",
        "anonymous",
        "customer",
        "buyer",
    }
)
"""Names that mean nobody: they are masked in a person's own rows only."""


class StillOpen(Exception):
    """Something is still at work for the person; `why` are sentences."""

    def __init__(self, why: Sequence[str]) -> None:
        super().__init__(len(why))
        self.why = list(why)


class FilesAtWork(Exception):
    """A file that may hold the person's data is being imported right now."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Who erases whom, and why. `reference` is the request's own number."""

    subject: Subject
    actor: User | None
    reason: ErasureReason = ErasureReason.REQUEST
    reference: str = ""
    even_open: bool = False


@dataclass
class Done:
    """What an erasure did, or would do: the keys of the rows that changed, by place."""

    rows: dict[str, set[Any]] = field(default_factory=dict)
    erasure: Erasure | None = None

    def note(self, place: Place, keys: Iterable[Any]) -> None:
        self.rows.setdefault(place.code, set()).update(keys)

    @property
    def counts(self) -> dict[str, int]:
        return {code: len(keys) for code, keys in sorted(self.rows.items()) if keys}


class _Undo(Exception):
    """The dry run is over."""


def try_out(wish: Wish, *, now: datetime) -> Done:
    """Return what erasing would change, by doing it and undoing it; nothing is kept."""
    done = Done()
    with suppress(_Undo), transaction.atomic():
        done = _erase(wish, now=now, dry=True)
        raise _Undo
    return done


def erase(wish: Wish, *, now: datetime) -> Done:
    """Erase a person everywhere and write it into the log. Raises StillOpen and FilesAtWork.

    Whoever was erased before is erased again without harm.
    """
    _overwrite_deleted()
    with transaction.atomic():
        done = _erase(wish, now=now, dry=False)
        _forget_words()
    clear_journal()
    return done


def _erase(wish: Wish, *, now: datetime, dry: bool) -> Done:
    subject = _held(wish.subject)
    if not wish.even_open and (why := persons.still_open(subject)):
        raise StillOpen(why)
    words = persons.words_of(subject)
    erasure = _begin(replace(wish, subject=subject), mask=Mask(words), now=now)
    done = Done(erasure=erasure)
    with _masking():
        _mask_everywhere(subject, words, done)
        for place in reversed(places.places()):
            if place.is_erased:
                _blank(place, subject, done, dry=dry)
        for room in places.rooms():
            if room.finish:
                room.finish(subject=subject, mask=Mask(words), now=now, dry=dry)
    _end(erasure, subject, done)
    return done


def _held(subject: Subject) -> Subject:
    """Return the person with all keys; nobody else writes for them before the transaction ends."""
    for room in places.rooms():
        if room.hold:
            room.hold(subject)
    return persons.widened(subject)


@contextmanager
def _masking() -> Iterator[None]:
    flag = Masking.objects.create()
    yield
    flag.delete()


def _marks(subject: Subject) -> dict[tuple[str, str], str]:
    marks = dict.fromkeys(subject.pairs(), "")
    for room in places.rooms():
        if room.marks:
            marks.update(room.marks(subject))
    return marks


def _begin(wish: Wish, *, mask: Mask, now: datetime) -> Erasure:
    """Write down who is erased while it can still be told."""
    erasure = Erasure.objects.create(
        at=now,
        actor=wish.actor,
        reason=wish.reason,
        reference=mask.text(wish.reference)[:40],
        even_open=wish.even_open,
        stores=sorted(persons.stores_of(wish.subject)),
    )
    ErasedKey.objects.bulk_create(
        [
            ErasedKey(erasure=erasure, kind=kind, key=key, mark=mark)
            for (kind, key), mark in sorted(_marks(wish.subject).items())
        ]
    )
    transaction.on_commit(lambda: erasure_log.write(now=now), robust=True)
    return erasure


def _end(erasure: Erasure, subject: Subject, done: Done) -> None:
    erasure.counts = done.counts
    erasure.save(update_fields=["counts"])
    audit.record(
        actor=erasure.actor,
        verb="privacy.erased",
        target=erasure,
        at=erasure.at,
        after={
            "keys": [list(pair) for pair in subject.pairs()],
            "reason": erasure.reason,
            "even_open": erasure.even_open,
            "rows": sum(done.counts.values()),
        },
    )


def _blank(place: Place, subject: Subject, done: Done, *, dry: bool) -> None:
    """Erase the person's own rows of a place."""
    rows = persons.own_rows(place, subject)
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        return
    if place.file:
        _let_go_of_files(rows, place.file, dry=dry)
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        chosen = place.rows.filter(pk__in=batch)
        if place.drop:
            chosen.delete()
            continue
        for name, value in place.blank.items():
            filled = chosen if value is None else chosen.exclude(**{name: ""})
            filled.update(**{name: value})
        if place.after:
            place.after(batch)
    done.note(place, keys)


def _let_go_of_files(rows: "QuerySet[Model]", name: str, *, dry: bool) -> None:
    """Delete the rows' files once the transaction holds."""
    field = rows.model._meta.get_field(name)
    storage: Storage = field.storage  # type: ignore[union-attr]  # a FileField
    stored = [path for path in rows.values_list(name, flat=True) if path]
    if not dry:
        transaction.on_commit(lambda: _delete(storage, stored), robust=True)


def _delete(storage: Storage, paths: Iterable[str]) -> None:
    for path in paths:
        try:
            storage.delete(path)
        except OSError:
            log.exception("a file of an erased person could not be deleted")


def _mask_everywhere(subject: Subject, words: Words, done: Done) -> None:
    """Mask the person in all texts: what is theirs alone in all rows.

    A name that others bear as well is left in the rows of those others; one that means nobody, or
    is that of a person, store or product of the department, is masked in own rows only.
    """
    shared = _shared(subject, words.names)
    common = _common(words.names) - shared.keys()
    alone = Words(
        names=words.names - shared.keys() - common,
        phones=words.phones, addresses=words.addresses, mails=words.mails,
    )  # fmt: skip
    for place in places.places():
        _mask(place, Mask(alone), place.rows, done)
        if common:
            own = persons.own_rows(place, subject)
            _mask(place, Mask(Words(names=frozenset(common))), own, done)
        for name, others in shared.items():
            rows = place.rows
            if place.of is not None:
                theirs = place.rows.filter(place.of(others)).values("pk")
                rows = rows.exclude(pk__in=theirs)
            _mask(place, Mask(Words(names=frozenset({name}))), rows, done)


def _shared(subject: Subject, names: Iterable[str]) -> dict[str, Subject]:
    """Return the names that other persons bear as well, with those persons."""
    found: dict[str, Subject] = {}
    for room in places.rooms():
        if room.others:
            found.update(room.others(subject, list(names)))
    return found


def _common(names: Iterable[str]) -> set[str]:
    names = set(names)
    found = {name for name in names if name.casefold() in COMMON}
    for room in places.rooms():
        if room.common:
            found |= set(room.common(names))
    return found


def _mask(place: Place, mask: Mask, rows: "QuerySet[Model]", done: Done) -> None:
    """Mask one table; what is stored sealed can be looked through only when it is opened."""
    if not mask:
        return
    if fields := (*place.masked, *place.once):
        texts = {name: f"text_of_{name}" if _is_json(place, name) else name for name in fields}
        cast = {text: Cast(name, TextField()) for name, text in texts.items() if text != name}
        found = rows.annotate(**cast).filter(_holds(place, texts, mask))
        _mask_rows(place, fields, mask, found, done)
    if place.sealed:
        _mask_rows(place, place.sealed, mask, rows, done)


def _mask_rows(
    place: Place, fields: tuple[str, ...], mask: Mask, rows: "QuerySet[Model]", done: Done
) -> None:
    changed = []
    for row in rows.order_by("pk").only("pk", *fields).iterator(chunk_size=BATCH):
        values = {name: _masked(place, row, name, mask) for name in fields}
        values = {name: value for name, value in values.items() if value != getattr(row, name)}
        if values:
            place.rows.filter(pk=row.pk).update(**values)
            changed.append(row.pk)
    if changed and place.after:
        place.after(changed)
    done.note(place, changed)


def _masked(place: Place, row: Model, name: str, mask: Mask) -> object:
    value = getattr(row, name)
    if not isinstance(value, str):
        return mask.value(value)
    if name in place.once:
        return f"{MARK}{row.pk}" if mask.is_in(value) else value
    longest = getattr(row._meta.get_field(name), "max_length", None)
    return mask.text(value)[:longest]


def _holds(place: Place, texts: Mapping[str, str], mask: Mask) -> Q:
    """Return the condition that one of the texts, by field, may hold a word of the person."""
    wanted = []
    for name, text in texts.items():
        is_coded = name in place.coded or _is_json(place, name)
        wanted.append(Q(**{f"{text}__iregex": mask.coded_sieve if is_coded else mask.sieve}))
    return reduce(or_, wanted)


def _is_json(place: Place, name: str) -> bool:
    return isinstance(place.model._meta.get_field(name), JSONField)


def own_number(sign: str = MARK) -> Concat:
    """Return the expression for a text that is unique: the sign and the row's key."""
    return Concat(Value(sign), Cast(F("pk"), CharField()), output_field=CharField())


def _forget_words() -> None:
    """Take deleted words out of the word indexes of SQLite, which keep them in their segments."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%USING fts5%'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'INSERT INTO "{table}"("{table}") VALUES (\'optimize\')')  # noqa: S608 -- names of our own tables


def clear_journal() -> None:
    """Take what was deleted out of the journal of SQLite; PostgreSQL does so by itself.

    Called when the transaction holds.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _overwrite_deleted() -> None:
    """Let SQLite overwrite what it deletes, where it was not built to do so anyway."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
