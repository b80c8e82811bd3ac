"""What waits for whoever looks: a part of the home page, and the whole list."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal import piles
from portal.piles import Heap, Stack

TILE_ROWS = 6


def _heaps(heaps: list[Heap]) -> list[tuple[Heap, str]]:
    return [(heap, reverse(heap.kind.view)) for heap in heaps]


def _stack(request: HttpRequest, name: str) -> Stack:
    stack = next((one for one in Stack if one == name), None)
    if stack is None or not piles.concerns(request, stack):
        raise Http404
    return stack


@require_GET
def tile_pile(request: HttpRequest, name: str) -> HttpResponse:
    """What waits, by kind, and what waits longest."""
    stack = _stack(request, name)
    matters, heaps = piles.waiting(request, stack)
    context = {
        "stack": stack.value,
        "matters": matters[:TILE_ROWS],
        "more": max(0, len(matters) - TILE_ROWS),
        "heaps": _heaps(heaps),
        "list_view": piles.VIEWS[stack],
        "due": stack == Stack.OPEN,
        "now": timezone.now(),
    }
    return render(request, "portal/piles/tile.html", context)


@require_GET
def pile(request: HttpRequest, name: str) -> HttpResponse:
    """All that waits, in one list."""
    stack = _stack(request, name)
    matters, heaps = piles.waiting(request, stack)
    context = {
        "title": piles.TITLES[stack],
        "stack": stack.value,
        "matters": matters,
        "heaps": _heaps(heaps),
        "due": stack == Stack.OPEN,
        "now": timezone.now(),
    }
    return render(request, "portal/piles/index.html", context)
