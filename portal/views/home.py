from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal import shell

MOST_HITS = 8
LONGEST_QUERY = 200


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    tiles = [
        {
            "title": tile.title,
            "icon": tile.icon,
            "url": reverse(tile.view),
            "link": reverse(tile.link),
        }
        for tile in shell.tiles(request)
    ]
    return render(request, "portal/home.html", {"tiles": tiles, "now": timezone.now()})


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Search everything that one may see; each source is scoped itself."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    text = text.encode("utf-8", "ignore").decode("utf-8")
    groups = [
        {"label": finder.label, "hits": hits}
        for finder in (shell.finders() if text else [])
        if (hits := finder.find(request, text, MOST_HITS))
    ]
    return render(request, "portal/search.html", {"search_text": text, "groups": groups})
