from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.enums import SetupMarkKind
from portal.forms import PlainText
from portal.models import AuditEntry, User
from portal.setup import items, marking

LONGEST_REASON = 200
TILE_ROWS = 4
HOLDS = 3600  # seconds
FRESH = timedelta(seconds=30)


def _allowed(request: HttpRequest) -> User:
    if not items.may_set_up(request):
        raise Http404
    return cast("User", request.user)


def _context(request: HttpRequest) -> dict[str, object]:
    rows = items.lines(request)
    closed = sum(line.closed for line in rows)
    return {
        "lines": rows,
        "closed": closed,
        "total": len(rows),
        "next": items.next_of(rows),
        "is_away": items.put_away(),
    }


@require_GET
def setup(request: HttpRequest) -> HttpResponse:
    """Show the check-list of a new department."""
    user, now = _allowed(request), timezone.now()
    newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    context = _context(request)
    _keep(user, cast("list[items.Line]", context["lines"]), newest=newest, now=now)
    return render(request, "portal/setup/index.html", context)


@require_GET
def setup_tile(request: HttpRequest) -> HttpResponse:
    """Show on the home page what comes next."""
    user, now = _allowed(request), timezone.now()
    kept: Kept | None = cache.get(_key(user))
    newest = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()
    if kept is None or (kept.newest != newest and now - kept.at > FRESH):
        kept = _keep(user, items.lines(request), newest=newest, now=now)
    return render(request, "portal/setup/tile.html", {"kept": kept})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How far the check-list was when the newest entry of the audit log was `newest`."""

    closed: int
    total: int
    ready: tuple[tuple[str, str], ...]
    newest: int | None
    at: datetime


def _key(user: User) -> str:
    return f"kefu:setup:{user.pk}:{get_language()}"


def _keep(user: User, rows: Sequence[items.Line], *, newest: int | None, now: datetime) -> Kept:
    """Keep what the tile shows: looking at every item asks some sixty questions.

    Whatever is set up is audited, so it holds until the audit log has grown.
    """
    ready = [line for line in rows if not line.closed and not line.waits_for]
    kept = Kept(
        closed=sum(line.closed for line in rows),
        total=len(rows),
        ready=tuple((line.item.code, str(line.item.title)) for line in ready[:TILE_ROWS]),
        newest=newest,
        at=now,
    )
    cache.set(_key(user), kept, HOLDS)
    return kept


@require_POST
def setup_mark(request: HttpRequest, code: str) -> HttpResponse:
    """Say that an item is not needed, with a reason, that it fits as it is, or take that back."""
    actor, item = _allowed(request), items.get(code)
    if item is None or not item.shown(request):
        raise Http404
    back = f"{reverse('portal:setup')}#item-{code}"
    now = timezone.now()
    if "again" in request.POST:
        marking.unmark(actor=actor, code=code, now=now)
        return redirect(back)
    if "fits" in request.POST and item.verbs:
        marking.mark(actor=actor, code=code, kind=SetupMarkKind.FITS, reason="", now=now)
        return redirect(back)
    field = PlainText(max_length=LONGEST_REASON, required=False)
    try:
        reason = field.clean(request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    if item.core:
        messages.error(request, _("This is needed in every department."))
    elif not reason:
        messages.error(request, _("Please say in a few words why this is not needed."))
    else:
        kind = SetupMarkKind.NOT_NEEDED
        marking.mark(actor=actor, code=code, kind=kind, reason=reason, now=now)
    return redirect(back)


@require_POST
def setup_put_away(request: HttpRequest) -> HttpResponse:
    """Take the check-list off the home page, or put it back."""
    actor, now = _allowed(request), timezone.now()
    if "again" in request.POST:
        marking.unmark(actor=actor, code=items.PUT_AWAY, now=now)
        return redirect("portal:setup")
    marking.put_away(actor=actor, now=now)
    messages.success(
        request, _("The check-list is off the home page. It stays under your name, above right.")
    )
    return redirect("portal:home")
