from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import audit_words, news, shell, texts
from portal.forms import AuditFilter
from portal.models import AuditEntry, User

PAGE = 50
COUNTED = 10_000


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """Show the acts that one may look at (§10), newest first."""
    reach = shell.reach_of(request)
    form = AuditFilter(request.GET or None)
    rows = AuditEntry.objects.visible_to(cast("User", request.user), below=reach.user_ids)
    if form.is_valid():
        rows = rows.matching(**form.cleaned_data)
    count = rows.order_by().values("pk")[: COUNTED + 1].count()
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
            "active": len(set(kept) - {"q"}),
            "entries": [
                {
                    "row": row,
                    "verb": texts.verb(row.verb),
                    "before": audit_words.said(row.target_type, row.before),
                    "after": audit_words.said(row.target_type, row.after),
                }
                for row in page
            ],
            "count": count,
            "may_export": reach.operator,
            "next": f"?{urlencode({**kept, 'before': page[-1].pk})}" if len(found) > PAGE else "",
            "prev": f"?{urlencode(kept)}" if before else "",
            "filtered": bool(kept),
            **shell.saved_views(request, "audit"),
            "query": urlencode(kept),
        },
    )
