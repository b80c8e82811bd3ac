"""The inbox of triage, its bulk acts with undo, and the negative reviews of a day."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from complaints.queries.cases import COUNTED, BadCursor
from feedback import filters, tables
from feedback.enums import ItemKind, ItemState
from feedback.models import Item
from feedback.queries import channels
from feedback.queries import items as queries
from feedback.queries import rules as rule_queries
from feedback.services import triage
from feedback.views import parts
from portal import shell
from staff.people.enums import Post
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook

PAGE = "feedback"
UNDO = "feedback_undo"
TILE_ROWS = 3
MOST_SHOWN = 100


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_serve(request)
    choices = queries.choices_for(request.scope, today=request.scope.today)
    form = filters.ItemFilter(request.GET, choices=choices)
    found = form.apply(Item.objects.visible_to(request.scope), scope=request.scope)
    try:
        page = queries.page_of(
            found, after=request.GET.get("after", ""), before=request.GET.get("before", "")
        )
    except BadCursor:
        raise Http404 from None
    context = {
        "form": form,
        "heads": tables.heads(),
        "table": _table(page.rows, choices, pick=True),
        "count": len(page.rows) if page.whole else queries.count_of(found),
        "next_url": f"?{form.query(after=page.after)}" if page.after else "",
        "previous_url": f"?{form.query(before=page.before)}" if page.before else "",
        "kinds": kind_buttons(),
        "people": choices.people if request.scope.leads else [],
        "undo": len(request.session.get(UNDO, [])),
        **shell.saved_views(request, PAGE),
        **parts.tabs(request, parts.INBOX),
        "query": form.query(),
    }
    template = "feedback/items.html#rows" if request.htmx else "feedback/items.html"
    return render(request, template, context)


def _table(rows: Any, choices: queries.Choices, *, pick: bool) -> Any:  # noqa: ANN401 -- rows of the list, and safe HTML
    return tables.rows(
        rows,
        rules=rule_queries.in_force() if rows else [],
        topics=dict(choices.topics),
        pick=pick,
        now=timezone.now(),
    )


def kind_buttons() -> list[dict[str, Any]]:
    """Return the buttons of triage with their keys."""
    return [
        {
            "value": str(kind),
            "label": kind.label,
            "key": str(place),
            "icon": tables.KIND_LOOK[kind][1],
        }
        for place, kind in enumerate(ItemKind, start=1)
    ]


def _back(request: StaffRequest) -> HttpResponse:
    return redirect(f"{reverse('feedback:items')}?{request.POST.get('query', '')}")


def _picked(request: StaffRequest) -> list[int]:
    """Return the picked items that one may work on: of one's stores, and one's own."""
    keys = parts.keys_in(request.POST.getlist("pick"))
    visible = Item.objects.visible_to(request.scope).filter(pk__in=keys)
    return list(visible.values_list("pk", flat=True))


@require_POST
def triage_many(request: StaffRequest) -> HttpResponse:
    """Give the picked items a kind; what was done can be undone with one click."""
    parts.must_serve(request)
    kind = request.POST.get("kind", "")
    if kind not in ItemKind.values:
        messages.error(request, _("Choose what these items are."))
        return _back(request)
    done = triage.triage(
        actor=request.person, item_ids=_picked(request), kind=kind, now=timezone.now()
    )
    request.session[UNDO] = done
    text = ngettext("%(count)d item is triaged.", "%(count)d items are triaged.", len(done))
    messages.success(request, text % {"count": len(done)})
    return _back(request)


@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """Take the last triage back."""
    parts.must_serve(request)
    keys = [key for key in request.session.pop(UNDO, []) if isinstance(key, int)]
    count = triage.undo(actor=request.person, item_ids=keys, now=timezone.now())
    text = ngettext("%(count)d item is unread again.", "%(count)d items are unread again.", count)
    messages.info(request, text % {"count": count})
    return _back(request)


@require_POST
def give(request: StaffRequest) -> HttpResponse:
    """Give the picked items to somebody below, or take them."""
    parts.must_serve(request)
    keys = parts.keys_in([request.POST.get("owner", "")])
    allowed = request.scope.below_ids if request.scope.leads else frozenset()
    if not keys or keys[0] not in allowed | {request.scope.person_id}:
        raise PermissionDenied
    count = triage.set_owner(
        actor=request.person, item_ids=_picked(request), owner_id=keys[0], now=timezone.now()
    )
    text = ngettext("%(count)d item has a new owner.", "%(count)d items have a new owner.", count)
    messages.success(request, text % {"count": count})
    return _back(request)


def _day(request: StaffRequest, today: date) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today


@require_GET
def negative(request: StaffRequest) -> HttpResponse:
    """The negative reviews of a service day, those without an answer first (FBK-3)."""
    parts.must_serve(request)
    now = timezone.now()
    today = rulebook.service_day(now)
    day = _day(request, today)
    choices = queries.choices_for(request.scope, today=request.scope.today)
    found = Item.objects.visible_to(request.scope).filter(service_day=day)
    found = found.negative()
    found = found.exclude(kind=ItemKind.SPAM)
    keys = found.order_by("-answered_at", "received_at", "pk").values_list("pk", "answered_at")
    rows = list(keys[:COUNTED])
    waiting = [pk for pk, answered in rows if answered is None]
    shown = (waiting + [pk for pk, answered in rows if answered])[:200]
    context = {
        "day": day,
        "is_over": day < today,
        "waiting": len(waiting),
        "count": len(rows),
        "heads": tables.heads(),
        "table": _table(queries.rows_of(shown), choices, pick=False),
        **parts.tabs(request, parts.NEGATIVE),
    }
    return render(request, "feedback/negative.html", context)


@require_GET
def tile(request: StaffRequest) -> HttpResponse:
    """Negative reviews of today without an answer, what waits for triage, silent channels.

    The last two are for leads, and for deputies and supervisors (FBK-1 to FBK-3).
    """
    parts.must_serve(request)
    scope, now = request.scope, timezone.now()
    day = rulebook.service_day(now)
    visible = Item.objects.visible_to(scope)
    waiting = visible.filter(service_day=day).negative()
    waiting = waiting.filter(answered_at=None).exclude(kind=ItemKind.SPAM)
    ids = list(waiting.order_by("-received_at", "-pk").values_list("pk", flat=True)[:MOST_SHOWN])
    context = {
        "rows": [
            (row, tables.excerpt(row.text), tables.stars(row.rating))
            for row in queries.rows_of(ids[:TILE_ROWS])
        ],
        "count": len(ids),
        "is_more": len(ids) == MOST_SHOWN,
        "leads": scope.leads,
        "unread": queries.count_of(visible.filter(state=ItemState.UNREAD)) if scope.leads else 0,
        "silent": channels.silent_for(scope, now=now) if scope.rank >= Post.DEPUTY.rank else [],
        "now": now,
    }
    return render(request, "feedback/tile.html", context)
