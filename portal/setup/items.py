"""The items of the check-list, and how far each of them is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from portal import shell
from portal.enums import SetupMarkKind
from portal.models import AuditEntry, SetupMark

Text = str | Promise
PUT_AWAY = "put-away"


@dataclass(frozen=True, kw_only=True)
class Way:
    """A link to the form in which something is set up."""

    label: Text
    url: str


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How much there is within one's reach, and what of it lacks something.

    `lacking` are labels with links, a few at most; while there are any the item is open.
    """

    there: int
    lacking: Sequence[Way] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing to set up.

    `look` is scoped itself. `needs` are the codes of what comes first. With `verbs` there are
    defaults: the item is done once somebody changed them (those verbs of the audit log, of rows of
    `kinds`) or said that they fit. A `core` item cannot be left out.
    """

    code: str
    title: Text
    purpose: Text
    position: int
    look: Callable[[HttpRequest], Progress]
    ways: Callable[[HttpRequest], Sequence[Way]]
    needs: Sequence[str] = ()
    least: int = 1
    core: bool = False
    kinds: Sequence[str] = ()
    verbs: Sequence[str] = ()
    shown: Callable[[HttpRequest], bool] = lambda _request: True


@dataclass(frozen=True, kw_only=True)
class Line:
    """An item as somebody sees it. `waits_for` are the items that come first and are open."""

    item: Item
    progress: Progress
    done: bool
    mark: SetupMark | None
    ways: Sequence[Way]
    waits_for: Sequence[Item]

    @property
    def left_out(self) -> bool:
        return self.mark is not None and self.mark.kind == SetupMarkKind.NOT_NEEDED

    @property
    def closed(self) -> bool:
        return self.done or self.left_out

    @property
    def may_leave_out(self) -> bool:
        return not self.closed and not self.item.core

    @property
    def may_confirm(self) -> bool:
        return bool(self.item.verbs) and not self.closed and self.progress.there > 0


_items: dict[str, Item] = {}


def register(item: Item) -> None:
    """Add an item to the check-list; called when an app is ready."""
    _items[item.code] = item


def may_set_up(request: HttpRequest) -> bool:
    """Deputy, supervisor and administrator."""
    return shell.reach_of(request).operator


def get(code: str) -> Item | None:
    return _items.get(code)


def put_away() -> bool:
    """Whether somebody has put the check-list away."""
    return SetupMark.objects.filter(code=PUT_AWAY).exists()


def _touched(items: Sequence[Item]) -> set[str]:
    """Return the verbs, of those the items know, that somebody has done."""
    verbs = {verb for item in items for verb in item.verbs}
    kinds = {kind for item in items for kind in item.kinds}
    rows = AuditEntry.objects.filter(target_type__in=kinds, verb__in=verbs, actor__isnull=False)
    return set(rows.values_list("verb", flat=True).distinct())


def _is_done(item: Item, progress: Progress, mark: SetupMark | None, touched: set[str]) -> bool:
    if progress.there < item.least or progress.lacking:
        return False
    if not item.verbs or mark is not None:
        return True
    return not touched.isdisjoint(item.verbs)


def lines(request: HttpRequest) -> list[Line]:
    """Return the check-list of whoever asks, in the order in which things depend on each other."""
    shown = sorted(
        (item for item in _items.values() if item.shown(request)), key=lambda item: item.position
    )
    marks: Mapping[str, SetupMark] = {
        mark.code: mark for mark in SetupMark.objects.select_related("made_by")
    }
    touched = _touched(shown)
    found: dict[str, Line] = {}
    for item in shown:
        progress, mark = item.look(request), marks.get(item.code)
        before = [found[code] for code in item.needs if code in found]
        found[item.code] = Line(
            item=item,
            progress=progress,
            done=_is_done(item, progress, mark, touched),
            mark=mark,
            ways=item.ways(request),
            waits_for=[line.item for line in before if not line.closed],
        )
    return list(found.values())


def next_of(rows: Sequence[Line]) -> Line | None:
    """Return what is to be done next: the first open item that waits for nothing."""
    return next((line for line in rows if not line.closed and not line.waits_for), None)
