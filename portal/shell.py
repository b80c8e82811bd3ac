"""The navigation and what every page shows around its content.

Apps register their entries from `apps.py`; an entry is shown to whom its `shown` says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject

from portal.models import Notice


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


_nav: dict[str, NavEntry] = {}
_tiles: dict[str, Tile] = {}
_banners: list[Callable[[HttpRequest], str]] = []


def register_nav(entry: NavEntry) -> None:
    """Add an entry to the navigation; called from `AppConfig.ready`."""
    _nav[entry.view] = entry


def register_tile(tile: Tile) -> None:
    """Add a tile to the home page; called from `AppConfig.ready`."""
    _tiles[tile.view] = tile


def register_banner(banner: Callable[[HttpRequest], str]) -> None:
    """Add a source of the warning above all pages; it returns an empty text for "all well"."""
    _banners.append(banner)


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
        return {"nav": [], "unread": 0, "banner": ""}
    return {
        "nav": SimpleLazyObject(lambda: nav_items(request)),
        "unread": SimpleLazyObject(lambda: _unread(request)),
        "banner": SimpleLazyObject(
            lambda: next((text for banner in _banners if (text := banner(request))), "")
        ),
    }


MOST_COUNTED = 100


def _unread(request: HttpRequest) -> int:
    """Return the number of unread notices, counted up to 100."""
    user_id = request.user.pk
    return Notice.objects.filter(receiver_id=user_id, read_at=None)[:MOST_COUNTED].count()
