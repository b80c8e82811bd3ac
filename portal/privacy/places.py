"""The registry of personal data: each app says in its `privacy.py` what lies where.

Every field that can hold text, a file or JSON is declared once: as erased whole in a person's own
rows (`blank`), as masked wherever a person's words stand in it (`masked`), or as not personal
(`kept`, with the reason). A test fails for a field that nobody declared.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.functional import Promise

from portal.privacy.masking import MARK
from portal.privacy.values import Found, Subject, Words

Rows = Callable[[Subject], Q]
Marks = Mapping[tuple[str, str], str]


@dataclass(frozen=True, kw_only=True)
class Place:
    """One table.

    `of` selects the person's own rows: they are counted, given out and erased. `blank` says what
    stands in a field afterwards; an empty value stays empty. `said` are fields of a person's own
    words: a mark stands there afterwards, and they are masked in the rows of others. `once` are
    masked fields that must stay unique, `sealed` masked fields that are stored sealed: every row
    is opened. In `coded` ones words stand as in addresses of the web.

    `drop` deletes the own rows, `file` names the field of their file, which goes too and is given
    out under `name`. `after` is called with the keys of the rows that changed. `hidden` are
    further fields that are not given out.
    """

    model: type[Model]
    label: str | Promise = ""
    of: Rows | None = None
    said: InitVar[tuple[str, ...]] = ()
    blank: Mapping[str, object] = field(default_factory=dict)
    masked: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    sealed: tuple[str, ...] = ()
    coded: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False
    file: str = ""
    name: str = ""
    hidden: tuple[str, ...] = ()
    after: Callable[[Collection[int]], None] | None = None

    def __post_init__(self, said: tuple[str, ...]) -> None:
        object.__setattr__(self, "blank", dict.fromkeys(said, MARK) | dict(self.blank))
        object.__setattr__(self, "masked", (*said, *self.masked))

    @property
    def code(self) -> str:
        return self.model._meta.label_lower

    @property
    def is_erased(self) -> bool:
        """Whether own rows change; others only belong to the person without saying anything."""
        return self.of is not None and bool(self.blank or self.drop)

    @property
    def rows(self) -> "QuerySet[Model]":
        """Return all rows, whatever the manager of the table leaves out."""
        return QuerySet(self.model)

    @property
    def declared(self) -> set[str]:
        """Return the fields of which is said what happens to them."""
        named = {*self.blank, *self.masked, *self.once, *self.sealed, *self.kept}
        return named | ({self.file} if self.file else set())


@dataclass(frozen=True, kw_only=True)
class Room:
    """What an app knows about persons, all of it optional.

    `widen` adds the keys by which the app knows the same person; it is asked until nothing new
    comes. `words` are the words of a person, `others` are different persons of the same name.
    `find` looks a person up by an exact name, number or address, `named` says who a key is.
    `stores` are the keys of the stores whose data it is, `open` sentences on what is still at
    work, `hold` waits for those who write the person's data, `marks` are keyed hashes of what
    makes a key recognisable, by kind and key. `seek` returns who of an earlier erasure is there
    again: known by its marks, and from before it. `finish` does the rest of an erasure. `due`
    returns persons without anything since a moment, at most so many, and `busy` the keys of a
    kind with something since then. `lately` says of a person known by all keys whether something
    happened since a moment. `written_for` returns for whom mails of an address, by its keyed hash,
    were written: keys of customers.
    """

    widen: Callable[[Subject], Subject] | None = None
    words: Callable[[Subject], Words] | None = None
    others: Callable[[Subject, Collection[str]], Mapping[str, Subject]] | None = None
    common: Callable[[Collection[str]], Collection[str]] | None = None
    find: Callable[[str], Sequence[Found]] | None = None
    named: Callable[[Subject], Sequence[Found]] | None = None
    stores: Callable[[Subject], Collection[int]] | None = None
    open: Callable[[Subject], Sequence[str]] | None = None
    hold: Callable[[Subject], None] | None = None
    marks: Callable[[Subject], Marks] | None = None
    seek: Callable[[Marks, datetime], Subject] | None = None
    finish: Callable[..., None] | None = None
    due: Callable[[datetime, int], Sequence[Subject]] | None = None
    busy: Callable[[str, datetime], "QuerySet[Any] | None"] | None = None
    lately: Callable[[Subject, datetime], bool] | None = None
    written_for: Callable[[str], Collection[int]] | None = None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What somebody may do, within the scope of the app that knows the hierarchy.

    `opens`: come in at all; `sees` persons with data of these stores; `acts`: give out and erase;
    `names`: read names, which stay masked for others.
    """

    opens: Callable[[Any], bool]
    sees: Callable[[Any, Collection[int]], bool]
    acts: Callable[[Any, Collection[int]], bool]
    names: Callable[[Any], bool]


_places: dict[str, Place] = {}
_rooms: dict[str, Room] = {}
_gates: list[Gate] = []
_years: list[Callable[[datetime], int]] = []


def declare(*places: Place) -> None:
    """Make places known; called when an app's `privacy.py` is loaded."""
    for place in places:
        _places[place.code] = place


def keep(reason: str, model: type[Model], *fields: str) -> None:
    """Declare a table in which nothing is a customer's, and why."""
    declare(Place(model=model, kept=dict.fromkeys(fields, reason)))


def mask(model: type[Model], *fields: str, **more: Any) -> None:  # noqa: ANN401 -- fields of Place
    """Declare a table that is nobody's own, in whose texts a person may be named."""
    declare(Place(model=model, masked=fields, **more))


def register_room(name: str, room: Room) -> None:
    """Make known what an app knows about persons."""
    _rooms[name] = room


def register_gate(gate: Gate) -> None:
    """Say who may do what; the app that knows the hierarchy calls this."""
    _gates[:] = [gate]


def register_years(years: Callable[[datetime], int]) -> None:
    """Say how long data is kept after closing; the app that knows the policy calls this."""
    _years[:] = [years]


def places() -> list[Place]:
    """Return the places in the order in which the apps stand on each other."""
    return list(_places.values())


def rooms() -> list[Room]:
    return list(_rooms.values())


def busy(kind: str, since: datetime) -> "list[QuerySet[Any]]":
    """Return the queries of keys of a kind for which something has happened since a moment."""
    found = [room.busy(kind, since) for room in rooms() if room.busy]
    return [keys for keys in found if keys is not None]


def written_for(sender: str) -> set[int]:
    """Return the keys of all customers for whom mails of an address were written, in any app."""
    return {
        key for room in rooms() if room.written_for for key in room.written_for(sender)
    }  # fmt: skip


def gate() -> Gate:
    return _gates[0]


def years(now: datetime) -> int:
    """Return after how many years data is erased, by the policy that holds now."""
    return _years[0](now)
