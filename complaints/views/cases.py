"""List, form and page of complaint cases."""

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

from complaints import access, filters
from complaints.enums import Severity
from complaints.forms import cases as forms
from complaints.models import Complaint
from complaints.queries import cases as queries
from complaints.services import cases
from complaints.tables import cases as tables
from portal import shell
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


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    form, found = _filtered(request)
    sort = filters.sort_of(request.GET)
    try:
        page = queries.page_of(
            found,
            sort=sort,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
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
        "count": len(page.rows) if page.whole else queries.count_of(found),
        "next_url": f"?{form.query(sort=sort, after=page.after)}" if page.after else "",
        "previous_url": f"?{form.query(sort=sort, before=page.before)}" if page.before else "",
        "sort": sort,
        "sorts": [
            (code, label, f"?{form.query(sort=code)}")
            for code, label in (
                (queries.NEWEST, _("newest first")),
                (queries.OLDEST, _("oldest first")),
                (queries.CHANGED, _("last changed first")),
                (queries.DUE, _("due first")),
            )
        ],
        "keep": {"sort": sort} if sort != queries.NEWEST else {},
        "people": form.offered.people if leads else [],
        "leads": leads,
        **shell.saved_views(request, PAGE),
        "query": query,
    }
    template = "complaints/list.html#rows" if request.htmx else "complaints/list.html"
    return render(request, template, context)


@require_POST
def give(request: StaffRequest) -> HttpResponse:
    """Give the selected cases of the list to somebody."""
    if not request.scope.leads:
        raise PermissionDenied
    back = redirect(f"{reverse('complaints:list')}?{request.POST.get('query', '')}")
    people = queries.choices_for(request.scope, today=request.scope.today).people
    form = forms.OwnerForm(request.POST, people=people)
    picked = [int(key) for key in request.POST.getlist("pick") if key.isdecimal()][:500]
    if not form.is_valid():
        messages.error(request, _("Choose who gets the cases."))
        return back
    visible = Complaint.objects.visible_to(request.scope).filter(pk__in=picked)
    mine = [
        case.pk
        for case in visible.only("pk", "store_id")
        if access.can_set_owner(request.scope, case)
    ]
    given = cases.set_owner(
        actor=request.person,
        complaint_ids=mine,
        owner_id=form.cleaned_data["owner"],
        now=timezone.now(),
    )
    messages.success(
        request,
        ngettext("%(count)d case has a new owner.", "%(count)d cases have a new owner.", len(given))
        % {"count": len(given)},
    )
    return back


def _tile(request: StaffRequest, found: Any, *, link: str, empty: str) -> HttpResponse:  # noqa: ANN401 -- a QuerySet
    labels = severities()
    rows = [(row, labels[row.severity]) for row in queries.tile_rows(found)]
    count = queries.count_of(found)
    context = {"rows": rows, "count": count, "link": link, "empty": empty, "now": timezone.now()}
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
    """Cases without owner, for leads."""
    if not request.scope.leads:
        raise Http404
    visible = Complaint.objects.visible_to(request.scope)
    return _tile(
        request,
        visible.filter(owner=None, closed_at=None),
        link=f"{reverse('complaints:list')}?owner=none&stage=open",
        empty=_("Every case has an owner."),
    )
