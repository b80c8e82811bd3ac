"""Where quality audits draw their samples from: sources that higher apps register.

A source is a typed function of an app's `queries`; it takes the scope of whoever looks, and is
scoped itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that can be audited, masked as lists are."""

    key: str
    text: str
    url: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Source:
    """`keys(scope, person_id, first, last)` is the pool of a person, both days included.

    `items(scope, keys)` gives those of the keys that are visible within the scope.
    """

    code: str
    label: str | Promise
    keys: Callable[[Any, int, date, date], Sequence[str]]
    items: Callable[[Any, Sequence[str]], Mapping[str, Item]]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known; called from `AppConfig.ready`."""
    _sources[source.code] = source


def sources() -> list[Source]:
    return list(_sources.values())


def find(code: str) -> Source | None:
    """Return a source, None for one that is not or no longer registered."""
    return _sources.get(code)
