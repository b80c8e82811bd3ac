"""The navigation and what every page shows around its content.

Apps register their entries from `apps.py`; an entry is shown to whom its `shown` says.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from portal import news
from portal.models import Notice, SavedView, User


@dataclass(frozen=True, kw_only=True)
class NavEntry:
    """A place in the navigation. `prefix` is the start of the paths for which it is lit."""

    label: str | Promise
    icon: str
    view: str
    prefix: str
    position: int
    shown: Callable[[HttpRequest], bool] = lambda _request: True


@dataclass(frozen=True)
class NavItem:
    label: str | Promise
    icon: str
    url: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A card of the home page that loads itself from a view (design: a tile by itself)."""

    title: str | Promise
    icon: str
    view: str
    link: str
    position: int
    shown: Callable[[HttpRequest], bool] = lambda _request: True


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Whose acts and messages somebody may look at (§10).

    `operator` is who hears when the portal is not well: deputy, supervisor, administrator. The
    ids are looked up when a page needs them: users below, and robots of one's teams.
    """

    operator: bool = False
    find_users: Callable[[], Collection[int]] = tuple
    find_robots: Callable[[], Collection[int]] = tuple

    @cached_property
    def user_ids(self) -> frozenset[int]:
        return frozenset(self.find_users())

    @cached_property
    def robot_ids(self) -> frozenset[int]:
        return frozenset(self.find_robots())


@dataclass(frozen=True)
class Hit:
    """Something that a search found, masked as lists are."""

    title: str
    text: str
    url: str
    icon: str = "dot"


@dataclass(frozen=True, kw_only=True)
class Finder:
    """A source of search results; `find(request, text, most)` is scoped itself."""

    label: str | Promise
    position: int
    find: Callable[[HttpRequest, str, int], list[Hit]]


_nav: dict[str, NavEntry] = {}
_tiles: dict[str, Tile] = {}
_banners: list[Callable[[HttpRequest], str]] = []
_finders: dict[str, Finder] = {}
_reach: list[Callable[[Any], Reach]] = []


def register_nav(entry: NavEntry) -> None:
    """Add an entry to the navigation; called from `AppConfig.ready`."""
    _nav[entry.view] = entry


def register_tile(tile: Tile) -> None:
    """Add a tile to the home page; called from `AppConfig.ready`."""
    _tiles[tile.view] = tile


def register_banner(banner: Callable[[HttpRequest], str]) -> None:
    """Add a source of the warning above all pages; it returns an empty text for "all well"."""
    _banners.append(banner)


def register_finder(name: str, finder: Finder) -> None:
    """Add a source of search results; called from `AppConfig.ready`."""
    _finders[name] = finder


def finders() -> list[Finder]:
    return sorted(_finders.values(), key=lambda finder: finder.position)


Related = Callable[[HttpRequest, int], list[Hit]]
_related: dict[str, list[Related]] = {}


def register_related(kind: str, provider: Related) -> None:
    """Let a higher app say what belongs to an object of a lower one; called when it is ready.

    `provider(request, key)` is scoped itself; `kind` is for instance `complaint`.
    """
    rows = _related.setdefault(kind, [])
    if provider not in rows:
        rows.append(provider)


def related(request: HttpRequest, kind: str, key: int) -> list[Hit]:
    """Return what higher apps know of an object, as far as one may see it."""
    return [hit for provider in _related.get(kind, []) for hit in provider(request, key)]


def register_reach(provider: Callable[[Any], Reach]) -> None:
    """Say how far a scope reaches; the app that knows the hierarchy calls this."""
    _reach[:] = [provider]


def reach_within(scope: object) -> Reach:
    """Return whose acts may be looked at within a scope of the app that knows the hierarchy."""
    return _reach[0](scope) if _reach and scope is not None else Reach()


def reach_of(request: HttpRequest) -> Reach:
    """Return whose acts somebody may look at."""
    return reach_within(getattr(request, "scope", None))


_stores: list[Callable[[Any], list[tuple[int, str]]]] = []


def register_stores(provider: Callable[[Any], list[tuple[int, str]]]) -> None:
    """Say which stores a scope reaches, with their names; the app that knows them calls this."""
    _stores[:] = [provider]


def stores_of(request: HttpRequest) -> list[tuple[int, str]]:
    """Return key and name of the stores that somebody reaches."""
    scope = getattr(request, "scope", None)
    return _stores[0](scope) if _stores and scope is not None else []


def nav_items(request: HttpRequest) -> list[NavItem]:
    entries = sorted(_nav.values(), key=lambda entry: entry.position)
    shown = [entry for entry in entries if entry.shown(request)]
    fitting = [entry.prefix for entry in shown if request.path.startswith(entry.prefix)]
    lit = max(fitting, key=len, default="")
    return [
        NavItem(
            label=entry.label,
            icon=entry.icon,
            url=reverse(entry.view),
            active=entry.prefix == lit and bool(lit),
        )
        for entry in shown
    ]


def tiles(request: HttpRequest) -> list[Tile]:
    """Return the tiles of the home page for whoever asks, in order."""
    shown = (tile for tile in _tiles.values() if tile.shown(request))
    return sorted(shown, key=lambda tile: tile.position)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page of a signed-in user."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        nobody = SimpleLazyObject(lambda: not User.objects.exists())
        return {"nav": [], "unread": 0, "notice_cursor": 0, "banner": "", "nobody_yet": nobody}
    unread: list[int] = SimpleLazyObject(lambda: _unread(request))  # type: ignore[assignment]  # acts as the list
    return {
        "nav": SimpleLazyObject(lambda: nav_items(request)),
        "unread": SimpleLazyObject(lambda: len(unread)),
        "notice_cursor": SimpleLazyObject(lambda: unread[0] if unread else 0),
        "banner": SimpleLazyObject(
            lambda: next((text for banner in _banners if (text := banner(request))), "")
        ),
    }


def _unread(request: HttpRequest) -> list[int]:
    """Return the keys of the unread notices, newest first, at most 100."""
    unread = Notice.objects.filter(receiver_id=request.user.pk, read_at=None)
    return list(unread.order_by("-pk").values_list("pk", flat=True)[: news.MOST_COUNTED])


_pages: dict[str, str] = {}
MOST_VIEWS = 60  # of a list, one's own and the shared ones


def register_page(page: str, view: str) -> None:
    """Let a list have saved views under a key; called from `AppConfig.ready`."""
    _pages[page] = view


def page_with_views(page: str) -> str | None:
    """Return the view of a list that has saved views."""
    return _pages.get(page)


def saved_views(request: HttpRequest, page: str) -> dict[str, object]:
    """Return the context of the saved views of a list: views, save_url, delete_url, query."""
    query = request.META.get("QUERY_STRING", "")
    mine = Q(user=cast("User", request.user))
    rows = SavedView.objects.filter(mine | Q(is_shared=True), page=page).select_related("user")
    rows = rows.order_by("name", "pk")[:MOST_VIEWS]
    return {
        "views": [
            {
                "pk": row.pk,
                "name": row.name,
                "url": f"?{row.query}",
                "active": row.query == query,
                "is_shared": row.is_shared,
                "by": "" if row.user_id == request.user.pk else str(row.user),
            }
            for row in rows
        ],
        "save_url": reverse("portal:save_view", args=[page]),
        "delete_url": reverse("portal:delete_view", args=[page]),
        "query": query,
    }
