from datetime import UTC, datetime, time, timedelta
from typing import cast
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal import news, shell, texts
from portal.forms import AuditFilter
from portal.models import AuditEntry, User
from portal.querysets import AuditQuerySet

PAGE = 50


def _filtered(rows: AuditQuerySet, form: AuditFilter) -> AuditQuerySet:
    if not form.is_valid():
        return rows
    data = form.cleaned_data
    if data["q"]:
        rows = rows.filter(Q(target_label__startswith=data["q"]) | Q(actor__username=data["q"]))
    if data["verb"]:
        rows = rows.filter(verb=data["verb"])
    zone = timezone.get_current_timezone()
    if data["since"]:
        rows = rows.filter(at__gte=datetime.combine(data["since"], time(), tzinfo=zone))
    if data["until"] and data["until"].year < datetime.max.replace(tzinfo=UTC).year:
        end = data["until"] + timedelta(days=1)
        rows = rows.filter(at__lt=datetime.combine(end, time(), tzinfo=zone))
    return rows


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Show the acts that one may look at (§10), newest first."""
    reach = shell.reach_of(request)
    form = AuditFilter(request.GET or None)
    rows = AuditEntry.objects.visible_to(cast("User", request.user), below=reach.user_ids)
    rows = _filtered(rows, form)
    if before := news.number(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("actor").order_by("-pk")[: PAGE + 1])
    page = found[:PAGE]
    kept = {k: v for k, v in request.GET.items() if k in form.fields and v}
    return render(
        request,
        "portal/audit.html",
        {
            "form": form,
            "active": len(kept),
            "entries": [{"row": row, "verb": texts.verb(row.verb)} for row in page],
            "next": f"?{urlencode({**kept, 'before': page[-1].pk})}" if len(found) > PAGE else "",
            "prev": f"?{urlencode(kept)}" if before else "",
        },
    )
