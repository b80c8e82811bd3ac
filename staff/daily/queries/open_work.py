"""The registry of open work: what a shift hands over, with the names of its owners."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from staff.daily.models import HandedOver

MOST_ITEMS = 300


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose open work is wanted: of any of these people, or of the stores of a team.

    Work without an owner is wanted of the stores only.
    """

    person_ids: Collection[int]
    store_ids: Collection[int]


@dataclass(frozen=True, kw_only=True)
class Item:
    """A piece of open work. `owner` is a name, empty where nobody owns it."""

    kind: str
    number: str
    text: str
    owner_id: int | None
    owner: str
    due_at: datetime | None
    url: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """`read` gives the open work, `page` the address of one piece by its number."""

    label: str | Promise
    read: Callable[[Asked], Iterable[Item]]
    page: Callable[[str], str]


_sources: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    """Let a part of the portal bring its open work; called when it is ready."""
    _sources[kind] = source


def labels() -> Mapping[str, str | Promise]:
    return {kind: source.label for kind, source in _sources.items()}


def items(asked: Asked) -> list[Item]:
    """Return the open work: without an owner first, then by due time."""
    found = [item for source in _sources.values() for item in source.read(asked)]
    return sorted(found, key=_place)


def _place(item: Item) -> tuple[bool, bool, float, str, str]:
    due = item.due_at.timestamp() if item.due_at else 0.0
    return (item.owner_id is not None, item.due_at is None, due, item.kind, item.number)


def page_of(kind: str, number: str) -> str:
    """Return the address of a piece of work; empty where nobody knows its kind any more."""
    source = _sources.get(kind)
    return source.page(number) if source else ""


def as_sent(rows: Iterable[HandedOver]) -> list[Item]:
    """Return what stood on the list when a summary was sent; rows come with their owners."""
    found = [
        Item(
            kind=row.kind,
            number=row.number,
            text="",
            owner_id=row.owner_id,
            owner=row.owner.name,
            due_at=row.due_at,
            url=page_of(row.kind, row.number),
        )
        for row in rows
    ]
    return sorted(found, key=_place)
