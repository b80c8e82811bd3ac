"""List, form and page of complaint cases."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints import filters
from complaints.enums import Severity
from complaints.models import Complaint
from complaints.queries import cases as queries
from complaints.queries.letters import count_waiting
from complaints.tables import cases as tables
from complaints.views import bulk
from portal import shell
from portal.templatetags.when import ten_thousand_plus
from staff.people.enums import Post
from staff.people.http import StaffRequest

PAGE = "complaints"


TONES = {
    Severity.MINOR: ("neutral", "arrow-down"),
    Severity.ORDINARY: ("neutral", "dash"),
    Severity.SERIOUS: ("warning", "exclamation-triangle"),
    Severity.CRITICAL: ("danger", "exclamation-octagon"),
}


def severities() -> dict[str, tuple[str, str, str]]:
    """Return label, tone and icon of each severity, translated once for a page."""
    return {str(one): (str(one.label), *TONES[one]) for one in Severity}


def _filtered(request: StaffRequest) -> tuple[filters.CaseFilter, Any]:
    now = timezone.now()
    choices = queries.choices_for(request.scope, today=request.scope.today)
    form = filters.CaseFilter(request.GET, choices=choices)
    visible = Complaint.objects.visible_to(request.scope)
    return form, form.apply(visible, scope=request.scope, now=now)


def _page(request: StaffRequest, found: Any, *, sort: str, text: str) -> queries.Page:  # noqa: ANN401 -- a QuerySet
    at = {name: request.GET.get(name, "") for name in ("after", "before")}
    if sort == queries.BEST:
        return queries.best_page(found, text, **at)
    return queries.page_of(found, sort=sort, **at)


def _count(page: queries.Page, found: Any, *, text: str) -> dict[str, object]:  # noqa: ANN401 -- a QuerySet
    """Return how many there are, and how that reads; of a search it is counted less far."""
    if page.whole:
        return {"count": len(page.rows)}
    if not text:
        return {"count": queries.count_of(found)}
    most = queries.RANKED
    count = queries.count_of(found, most=most) if page.hits is None else page.hits
    return {"count": count, "count_shown": ten_thousand_plus(count, most)}


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    form, found = _filtered(request)
    sort, text = filters.sort_of(request.GET), form.cleaned_data.get("q", "")
    try:
        page = _page(request, found, sort=sort, text=text)
    except queries.BadCursor:
        raise Http404 from None
    query = form.query(sort=sort)
    leads = request.scope.leads
    now = timezone.now()
    context = {
        "form": form,
        "rows": page.rows,
        "heads": tables.heads(),
        "table": tables.rows(page.rows, severities=severities(), pick=leads, now=now),
        **_count(page, found, text=text),
        "next_url": f"?{form.query(sort=sort, after=page.after)}" if page.after else "",
        "previous_url": f"?{form.query(sort=sort, before=page.before)}" if page.before else "",
        "sort": sort,
        "sorts": [
            (code, label, f"?{form.query(sort=code)}")
            for code, label in (
                *([(queries.BEST, _("best first"))] if form.cleaned_data.get("q") else []),
                (queries.NEWEST, _("newest first")),
                (queries.OLDEST, _("oldest first")),
                (queries.CHANGED, _("last changed first")),
                (queries.DUE, _("due first")),
            )
        ],
        "keep": {"sort": sort} if sort not in (queries.NEWEST, queries.BEST) else {},
        "people": form.offered.people if leads else [],
        "leads": leads,
        "severities": Severity.choices if leads else [],
        "undoable": bulk.undoable(request, now=now),
        **shell.saved_views(request, PAGE),
        "query": query,
    }
    template = "complaints/list.html#rows" if request.htmx else "complaints/list.html"
    return render(request, template, context)


def _tile(
    request: StaffRequest,
    found: Any,  # noqa: ANN401 -- a QuerySet
    *,
    link: str,
    empty: str,
    letters: int = 0,
) -> HttpResponse:
    labels = severities()
    rows = [(row, labels[row.severity]) for row in queries.tile_rows(found)]
    context = {
        "rows": rows,
        "count": queries.count_of(found) if rows else 0,
        "link": link,
        "empty": empty,
        "letters": letters,
        "now": timezone.now(),
    }
    return render(request, "complaints/tile.html", context)


@require_GET
def tile_cases(request: StaffRequest) -> HttpResponse:
    """My cases, for the home page."""
    visible = Complaint.objects.visible_to(request.scope)
    return _tile(
        request,
        visible.filter(owner_id=request.person.pk, closed_at=None),
        link=f"{reverse('complaints:list')}?owner=mine&stage=open",
        empty=_("You own no case."),
    )


@require_GET
def tile_unowned(request: StaffRequest) -> HttpResponse:
    """Cases without owner, for leads, and how many mails have no case yet."""
    if not request.scope.leads:
        raise Http404
    visible = Complaint.objects.visible_to(request.scope)
    return _tile(
        request,
        visible.filter(owner=None, closed_at=None),
        link=f"{reverse('complaints:list')}?owner=none&stage=open",
        empty=_("Every case has an owner."),
        letters=count_waiting(request.scope),
    )


@require_GET
def tile_stages(request: StaffRequest) -> HttpResponse:
    """Open cases by stage, and of each stage what is late; for deputies and supervisors."""
    if request.scope.rank < Post.DEPUTY.rank:
        raise PermissionDenied
    now = timezone.now()
    rows = queries.by_stage(Complaint.objects.visible_to(request.scope), now=now)
    listed = reverse("complaints:list")
    context = {
        "rows": [(row, f"{listed}?stage={row.stage}&sort=due") for row in rows],
        "count": sum(row.count for row in rows),
        "late": sum(row.late for row in rows),
        "unowned": sum(row.unowned for row in rows),
        "escalated": sum(row.escalated for row in rows),
        "letters": count_waiting(request.scope),
        "unowned_url": f"{listed}?owner=none&stage=open",
    }
    return render(request, "complaints/tile_stages.html", context)
