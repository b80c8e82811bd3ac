from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from portal import news, notices, shell, webhooks
from portal import outbox as sending
from portal.models import OutboxMessage, User
from portal.querysets import OutboxQuerySet

PAGE = 50
MOST = 500  # tried again by one press


def _reachable(request: HttpRequest) -> OutboxQuerySet:
    """Messages to oneself and the people below, and to the robots of one's teams."""
    reach = shell.reach_of(request)
    if not reach.operator:
        raise Http404
    rows = OutboxMessage.objects.exclude(gave_up_at=None).filter(sent_at=None, withdrawn_at=None)
    rows = rows.select_related("user", "robot", "webhook")
    rows = rows.defer("robot__address", "webhook__secret")
    if cast("User", request.user).is_superuser:
        return rows
    users = {*reach.user_ids, request.user.pk}
    mine = Q(user_id__in=users) | Q(webhook__user_id__in=users)
    return rows.filter(mine | Q(robot_id__in=reach.robot_ids))


def _text(row: OutboxMessage) -> str:
    """Return what a message says; to a webhook it is the kind of event."""
    if row.webhook is not None:
        return str(webhooks.events().get(row.kind, row.kind))
    return notices.kind_of(row.kind).text(row.params)


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List what could not be delivered, newest first."""
    rows = _reachable(request)
    if before := news.number(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    page = found[:PAGE]
    return render(
        request,
        "portal/outbox.html",
        {
            "entries": [{"row": row, "text": _text(row)} for row in page],
            "next": f"?before={page[-1].pk}" if len(found) > PAGE else "",
            "prev": "?" if before else "",
        },
    )


@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Try one undeliverable message again, or all of them."""
    rows = _reachable(request)
    user = cast("User", request.user)
    chosen = request.POST.get("message", "")
    targets = [get_object_or_404(rows, pk=news.number(chosen))] if chosen else list(rows[:MOST])
    done = sum(sending.try_again(actor=user, message=row, now=timezone.now()) for row in targets)
    messages.success(
        request,
        ngettext("%(n)d message is tried again.", "%(n)d messages are tried again.", done)
        % {"n": done},
    )
    return redirect("portal:outbox")
