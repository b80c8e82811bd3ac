"""Whose data it is, and by which words a text gives the person away."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

ROW = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Subject:
    """One person, by the keys of the rows in which the person is known, by kind.

    A kind is for instance `customer` (keys of complaints.Customer) or `sender` (keyed hashes of
    mail addresses). Keys are texts.
    """

    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, kind: str) -> frozenset[str]:
        return self.keys.get(kind, frozenset())

    def numbers(self, kind: str) -> list[int]:
        """Return the keys of a kind that are keys of rows; whatever else was typed is none."""
        return sorted(int(key) for key in self.of(kind) if ROW.fullmatch(key))

    def with_keys(self, kind: str, keys: Collection[object]) -> "Subject":
        """Return the person known by these keys as well."""
        added = self.of(kind) | {str(key) for key in keys}
        return Subject({**self.keys, kind: added}) if added else self

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield the keys to remember; kinds that begin with `_` only help to find rows."""
        for kind in sorted(kind for kind in self.keys if not kind.startswith("_")):
            for key in sorted(self.keys[kind]):
                yield kind, key


@dataclass(frozen=True, kw_only=True)
class Words:
    """What gives a person away in a text, in plain text."""

    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()

    def __or__(self, other: "Words") -> "Words":
        return Words(
            names=self.names | other.names,
            phones=self.phones | other.phones,
            addresses=self.addresses | other.addresses,
            mails=self.mails | other.mails,
        )

    def __bool__(self) -> bool:
        return bool(self.names or self.phones or self.addresses or self.mails)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A person that a search found, masked as lists are. `kind` and `key` open the page."""

    kind: str
    key: str
    title: str
    text: str
