"""Follow-ups: list, page and its acts, assigning, offered hand-overs, tiles."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import FollowUpState
from complaints.forms import followups as forms
from complaints.models import FollowUp
from complaints.queries import followups as queries
from complaints.services import followups as services
from complaints.tables import followups as tables
from complaints.texts import followups as texts
from complaints.views.bulk import undoable
from portal import shell
from staff.people.http import StaffRequest
from staff.people.models import Person

PAGE = "followups"
MOST_OWNERS = 12


ICONS = {
    forms.MINE: "person",
    forms.TEAM: "people",
    forms.ALL: "list-ul",
    forms.DONE: "check-circle",
}


def _filtered(request: StaffRequest, *, now: datetime) -> tuple[forms.FollowUpFilter, Any]:
    usual = forms.TEAM if request.scope.leads else forms.MINE
    choices = queries.choices_for(request.scope)
    form = forms.FollowUpFilter(request.GET, choices=choices, usual=usual)
    visible = FollowUp.objects.visible_to(request.scope)
    return form, form.apply(visible, scope=request.scope, now=now)


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form, found = _filtered(request, now=now)
    tab = form.tab_now
    try:
        page = queries.page_of(
            found,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            falling=tab == forms.DONE,
        )
    except queries.BadCursor:
        raise Http404 from None
    bulk = request.scope.leads and tab != forms.DONE
    context = {
        "form": form,
        "page": page,
        "heads": tables.heads(),
        "table": tables.rows(page.rows, pick=bulk, now=now),
        "count": len(page.rows) if page.whole else queries.count_of(found),
        "next_url": f"?{form.query(after=page.after)}" if page.after else "",
        "previous_url": f"?{form.query(before=page.before)}" if page.before else "",
        "tabs": [
            {
                "label": label,
                "url": f"?{form.query(tab=code)}",
                "active": code == tab,
                "icon": ICONS[code],
            }
            for code, label in forms.TABS.items()
        ],
        "tab": tab,
        "reset": f"?tab={tab}",
        "people": [
            (key, name)
            for key, name in form.offered.people
            if access.can_assign_to(request.scope, key)
        ],
        "bulk": bulk,
        "now": now,
        "undoable": undoable(request, now=now),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        "export_query": form.query(tab=tab),
    }
    template = "complaints/followups/list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


def _back_to_list(request: StaffRequest) -> HttpResponse:
    kept = QueryDict(request.POST.get("query", "")[:2000]).urlencode()
    return redirect(f"{reverse('complaints:followups')}?{kept}")


@require_POST
def hand_over_many(request: StaffRequest) -> HttpResponse:
    """Hand the selected follow-ups of the list over to somebody, with a reason."""
    if not request.scope.leads:
        raise PermissionDenied
    form = forms.BulkHandOverForm(request.POST, people=queries.candidates(request.scope))
    back = _back_to_list(request)
    if not form.is_valid():
        messages.error(request, _("Choose who gets the follow-ups, and give a reason."))
        return back
    rows = FollowUp.objects.visible_to(request.scope).filter(pk__in=forms.picked(request.POST))
    _give(request, list(rows), form.cleaned_data)
    return back


def _give(request: StaffRequest, rows: list[FollowUp], data: dict[str, Any]) -> None:
    """Hand over those that one may and that can be; say how many."""
    to = Person.objects.get(pk=data["to"])
    ids = [
        row.pk
        for row in rows
        if access.can_change_followup(request.scope, row)
        and row.state == FollowUpState.OPEN
        and row.owner_id != to.pk
    ]
    try:
        given = services.hand_over(
            actor=request.person,
            followup_ids=ids,
            to=to,
            reason=data["reason"],
            now=timezone.now(),
        )
    except services.Refused as error:
        messages.error(request, texts.REFUSALS[error.reason])
        return
    text = ngettext(
        "%(count)d follow-up is handed over to %(name)s.",
        "%(count)d follow-ups are handed over to %(name)s.",
        len(given),
    )
    messages.success(request, text % {"count": len(given), "name": to.name})
    left = len(rows) - len(given)
    if left:
        text = ngettext(
            "%(count)d was left where it is: it is done, theirs already, or not yours to give.",
            "%(count)d were left where they are: done, theirs already, or not yours to give.",
            left,
        )
        messages.info(request, text % {"count": left})


@require_http_methods(["GET", "POST"])
def offers(request: StaffRequest) -> HttpResponse:
    """What is offered to be handed over, by owner and reason (FUP-4, FUP-5)."""
    rows = queries.offers_for(request.scope)
    people = queries.candidates(request.scope, colleagues=not request.scope.leads)
    if request.method == "POST":
        return _settle(request, rows, people)
    context = {
        "groups": queries.grouped(rows),
        "form": forms.BulkHandOverForm(people=people, auto_id="offer-%s"),
        "count": len({row.followup_id for row in rows}),
        "now": timezone.now(),
    }
    return render(request, "complaints/followups/offers.html", context)


def _settle(request: StaffRequest, rows: list[Any], people: list[tuple[int, str]]) -> HttpResponse:
    back = redirect("complaints:offers")
    keys = set(forms.picked(request.POST))
    chosen = [row for row in rows if row.followup_id in keys]
    if not chosen:
        messages.warning(request, _("Select the follow-ups first."))
        return back
    if request.POST.get("act") == "keep":
        kept = services.keep_with_owner(
            actor=request.person, offer_ids=[row.pk for row in chosen], now=timezone.now()
        )
        text = ngettext(
            "%(count)d offer is settled: the follow-up stays with its owner.",
            "%(count)d offers are settled: the follow-ups stay with their owners.",
            kept,
        )
        messages.success(request, text % {"count": kept})
        return back
    form = forms.BulkHandOverForm(request.POST, people=people)
    if not form.is_valid():
        messages.error(request, _("Choose who gets the follow-ups, and give a reason."))
        return back
    unique = {row.followup_id: row.followup for row in chosen}
    _give_offered(request, list(unique.values()), form.cleaned_data)
    return back


def _give_offered(request: StaffRequest, rows: list[FollowUp], data: dict[str, Any]) -> None:
    """Whoever was offered a follow-up may give it away, whatever the store."""
    to = Person.objects.get(pk=data["to"])
    ids = [row.pk for row in rows if row.owner_id != to.pk and row.state == FollowUpState.OPEN]
    try:
        given = services.hand_over(
            actor=request.person,
            followup_ids=ids,
            to=to,
            reason=data["reason"],
            now=timezone.now(),
        )
    except services.Refused as error:
        messages.error(request, texts.REFUSALS[error.reason])
        return
    text = ngettext(
        "%(count)d follow-up is handed over to %(name)s.",
        "%(count)d follow-ups are handed over to %(name)s.",
        len(given),
    )
    messages.success(request, text % {"count": len(given), "name": to.name})


@require_GET
def tile_followups(request: StaffRequest) -> HttpResponse:
    """My open follow-ups, overdue first."""
    mine = queries.is_open(queries.own(request.scope), done=False)
    context = {
        "rows": queries.tile_rows(mine),
        "count": queries.count_of(mine),
        "now": timezone.now(),
    }
    return render(request, "complaints/followups/tile.html", context)


@require_GET
def tile_team(request: StaffRequest) -> HttpResponse:
    """What the people below have to do until the end of the service day, and what is offered."""
    if not request.scope.leads:
        raise PermissionDenied
    now = timezone.now()
    visible = FollowUp.objects.visible_to(request.scope)
    rows = queries.is_open(queries.of_people(visible, request.scope), done=False)
    offers = queries.offer_counts(request.scope)
    for row in offers:
        row["label"] = texts.reason_of(row["reason"])
    context = {
        "loads": queries.loads(rows, now=now, until=queries.end_of_day(now))[:MOST_OWNERS],
        "offers": offers[:MOST_OWNERS],
    }
    return render(request, "complaints/followups/tile_team.html", context)
