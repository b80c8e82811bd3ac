"""Persons: found, known by all their keys and words, with what is stored of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from portal.privacy import places
from portal.privacy.places import Place
from portal.privacy.values import Found, Subject, Words

ROUNDS = 10


class NobodyFound(LookupError):
    """Nobody is known by this."""


class SeveralFound(LookupError):
    """Several persons are known by this; `found` are they."""

    def __init__(self, found: Sequence[Found]) -> None:
        super().__init__(len(found))
        self.found = found


def find(text: str) -> list[Found]:
    """Return the persons known by a name, phone, address or number, each once."""
    text = text.strip().replace("\x00", "")
    if not text:
        return []
    hits = [hit for room in places.rooms() if room.find for hit in room.find(text)]
    return list({(hit.kind, hit.key): hit for hit in hits}.values())


def the_one(text: str) -> Subject:
    """Return the person meant: `kind:key`, or what finds one only.

    Raises NobodyFound and SeveralFound.
    """
    kind, _sign, key = text.partition(":")
    if key and (known := named(Subject().with_keys(kind, [key]))):
        return widened(Subject().with_keys(known[0].kind, [known[0].key]))
    found = find(text)
    if not found:
        raise NobodyFound(text)
    whole = widened(Subject().with_keys(found[0].kind, [found[0].key]))
    if any(hit.key not in whole.of(hit.kind) for hit in found):
        raise SeveralFound(found)
    return whole


def widened(subject: Subject) -> Subject:
    """Return the person with all the keys by which the apps know the same person."""
    for _round in range(ROUNDS):
        before = subject
        for room in places.rooms():
            subject = room.widen(subject) if room.widen else subject
        if subject == before:
            break
    return subject


def named(subject: Subject) -> list[Found]:
    """Return who the keys are, masked as lists are; unknown keys are left out."""
    return [hit for room in places.rooms() if room.named for hit in room.named(subject)]


def words_of(subject: Subject) -> Words:
    """Return what gives the person away in texts."""
    words = Words()
    for room in places.rooms():
        words |= room.words(subject) if room.words else Words()
    return words


def stores_of(subject: Subject) -> frozenset[int]:
    """Return the keys of the stores whose data it is."""
    return frozenset(
        store for room in places.rooms() if room.stores for store in room.stores(subject)
    )


def still_open(subject: Subject) -> list[str]:
    """Return a sentence for each thing that is still at work for the person."""
    return [each for room in places.rooms() if room.open for each in room.open(subject)]


def lately(subject: Subject, since: datetime) -> bool:
    """Whether anything of a person, known by all keys, has happened since a moment."""
    return any(room.lately(subject, since) for room in places.rooms() if room.lately)


def own_rows(place: Place, subject: Subject) -> "QuerySet[Model]":
    """Return the rows of a place that are the person's own."""
    if place.of is None:
        return place.rows.none()
    return place.rows.filter(pk__in=place.rows.filter(place.of(subject)).values("pk"))


@dataclass(frozen=True)
class Stored:
    """How many rows of a place are a person's own."""

    place: Place
    count: int

    @property
    def label(self) -> str | Promise:
        return self.place.label or self.place.model._meta.verbose_name_plural or self.place.code


def stored(subject: Subject) -> list[Stored]:
    """Return where the person's own data lies, with counts; empty places are left out."""
    found = [
        Stored(place, own_rows(place, subject).count())
        for place in places.places()
        if place.of is not None
    ]
    return [each for each in found if each.count]


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person as the page and the commands show them."""

    subject: Subject
    names: list[Found] = field(default_factory=list)
    stored: list[Stored] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    stores: frozenset[int] = frozenset()


def person(subject: Subject) -> Person:
    """Return a person with what is stored of them."""
    return Person(
        subject=subject,
        names=named(subject),
        stored=stored(subject),
        open=still_open(subject),
        stores=stores_of(subject),
    )


def label_of(code: str) -> str | Promise:
    """Return what the rows of a place are called; the code where no app knows it any more."""
    known: Mapping[str, Any] = {place.code: place for place in places.places()}
    return Stored(known[code], 0).label if code in known else code
