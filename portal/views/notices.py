from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal import news, services
from portal import notices as kinds
from portal.models import Notice, User

PAGE = 30
MOST_FRESH = 5


@dataclass(frozen=True)
class Line:
    """A notice as the list shows it."""

    pk: int
    icon: str
    label: str | Promise
    text: str
    detail: str
    at: datetime
    is_unread: bool
    urgent: bool


def lines_of(rows: Sequence[Notice]) -> list[Line]:
    """Render notices; the details of one kind come with one look-up for all of them."""
    detail: dict[int, str] = {}
    for code in {row.kind for row in rows}:
        same = [row for row in rows if row.kind == code]
        if details := kinds.kind_of(code).details:
            found = details([row.params for row in same])
            detail |= {row.pk: text for row, text in zip(same, found, strict=True)}
    return [
        Line(
            pk=row.pk,
            icon=(kind := kinds.kind_of(row.kind)).icon,
            label=kind.label,
            text=kind.text(row.params),
            detail=detail.get(row.pk, ""),
            at=row.created_at,
            is_unread=row.read_at is None,
            urgent=row.urgent,
        )
        for row in rows
    ]


@require_GET
@login_not_required
def poll(request: HttpRequest) -> HttpResponse:
    """Answer 204 when nothing is new since the page was told last; else the bell and toasts.

    Whoever is signed out gets 401: a page that asks must not follow to the sign-in page.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401, headers={"Cache-Control": "no-store"})
    shown = news.Shown.of(request)
    mine = Notice.objects.visible_to(request.user).unread()
    ids = list(mine.order_by("-pk").values_list("pk", flat=True)[: news.MOST_COUNTED])
    if shown.is_current(ids):
        return HttpResponse(status=204)
    told = [pk for pk in ids if pk > shown.cursor][:MOST_FRESH]
    rows = list(mine.filter(pk__in=told).order_by("pk")) if told else []
    fresh = [
        {"text": line.text, "url": reverse("portal:notice", args=[line.pk]), "at": line.at}
        for line in lines_of(rows)
    ]
    return render(
        request,
        "portal/components/poll.html",
        {"unread": len(ids), "cursor": max([shown.cursor, *ids[:1]]), "fresh": fresh},
    )


@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """List the user's notices, newest first, all or the unread ones."""
    user = cast("User", request.user)
    only_unread = request.GET.get("show", "") == "unread"
    rows = Notice.objects.visible_to(user)
    if only_unread:
        rows = rows.unread()
    if before := news.number(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    page = found[:PAGE]
    show = {"show": "unread"} if only_unread else {}
    return render(
        request,
        "portal/notices.html",
        {
            "lines": lines_of(page),
            "only_unread": only_unread,
            "next": f"?{urlencode({**show, 'before': page[-1].pk})}" if len(found) > PAGE else "",
            "prev": f"?{urlencode(show)}" if before else "",
            "tabs": [
                {"label": _("All"), "url": "?", "active": not only_unread},
                {"label": _("Unread"), "url": "?show=unread", "active": only_unread},
            ],
        },
    )


@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a notice is about, and count it as read."""
    user = cast("User", request.user)
    row = get_object_or_404(Notice.objects.visible_to(user), pk=pk)
    services.mark_read(user=user, notice_ids=[row.pk], now=timezone.now())
    return redirect(kinds.kind_of(row.kind).url(row.params))


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark one notice, or all, as read."""
    user = cast("User", request.user)
    chosen = request.POST.get("notice")
    if chosen is not None and not Notice.objects.visible_to(user).filter(pk=news.number(chosen)):
        raise Http404
    ids = None if chosen is None else [news.number(chosen)]
    services.mark_read(user=user, notice_ids=ids, now=timezone.now())
    back = reverse("portal:notices")
    return redirect(f"{back}?show=unread" if request.POST.get("show") == "unread" else back)
