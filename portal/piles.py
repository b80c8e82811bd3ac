"""What waits for somebody, from every room, in one list: to be decided, or simply open.

Rooms register their sources from their registries; a source is scoped itself.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST = 100
"""How many matters of a source are read at most; more are shown as "100+"."""


class Stack(StrEnum):
    """Which list a matter belongs to."""

    DECIDE = "decide"
    OPEN = "open"


TITLES: dict[Stack, str | Promise] = {
    Stack.DECIDE: _("Waits for your decision"),
    Stack.OPEN: _("What else is open"),
}
VIEWS = {Stack.DECIDE: "portal:decisions", Stack.OPEN: "portal:open_work"}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of matter; `view` lists them all."""

    label: str | Promise
    icon: str
    view: str


@dataclass(frozen=True, kw_only=True)
class Matter:
    """Something that waits; `since` is its moment: of being asked for, or until which it is due."""

    kind: Kind
    text: str
    url: str
    since: datetime | date
    late: bool = False

    @property
    def is_day(self) -> bool:
        return not isinstance(self.since, datetime)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where matters come from; `read(request, most)` gives those that wait longest first."""

    code: str
    stack: Stack
    position: int
    shown: Callable[[HttpRequest], bool]
    read: Callable[[HttpRequest, int], Sequence[Matter]]


@dataclass(frozen=True, kw_only=True)
class Heap:
    """The matters of one kind, longest waiting first. `more` is whether not all were read."""

    kind: Kind
    count: int
    late: int
    more: bool
    first: Matter


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; called when its app is ready."""
    _sources[source.code] = source


def concerns(request: HttpRequest, stack: Stack) -> bool:
    """Whether anything of this stack can ever wait for whoever asks."""
    return any(one.stack == stack and one.shown(request) for one in _sources.values())


def _moment(matter: Matter) -> datetime:
    if isinstance(matter.since, datetime):
        return matter.since
    start = datetime.combine(matter.since, datetime.min.time())
    return timezone.make_aware(start, timezone.get_default_timezone())


def waiting(request: HttpRequest, stack: Stack) -> tuple[list[Matter], list[Heap]]:
    """Return all that waits, longest first, and the same counted by kind."""
    sources = [one for one in _sources.values() if one.stack == stack and one.shown(request)]
    found: list[Matter] = []
    full: set[str] = set()
    for source in sorted(sources, key=lambda one: one.position):
        rows = source.read(request, MOST + 1)
        if len(rows) > MOST:
            full |= {row.kind.view for row in rows}
        found += rows[:MOST]
    counts = Counter(row.kind.view for row in found)
    late = Counter(row.kind.view for row in found if row.late)
    heaps = {
        row.kind.view: Heap(
            kind=row.kind,
            count=counts[row.kind.view],
            late=late[row.kind.view],
            more=row.kind.view in full,
            first=row,
        )
        for row in reversed(found)
    }
    ordered = [heaps[view] for view in dict.fromkeys(row.kind.view for row in found)]
    return sorted(found, key=_moment), ordered
