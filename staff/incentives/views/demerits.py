"""Demerits (ATT-14): recorded with what was seen, withdrawn with a reason, never deleted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions
from staff.incentives import access
from staff.incentives.filters.recognition import DEMERIT_STATES, RecordFilter
from staff.incentives.forms import recognition as forms
from staff.incentives.models import Demerit
from staff.incentives.queries import adjustments
from staff.incentives.queries import recognition as queries
from staff.incentives.services import recognition as services
from staff.incentives.texts import recognition as texts
from staff.incentives.views import parts
from staff.people.http import StaffRequest
from staff.people.services import Refused

PAGE = "demerits"


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = RecordFilter(request.GET, states=DEMERIT_STATES)
    found = queries.demerits(request.scope, form.wanted, form.days)
    page = queries.page_of(found, request.GET)
    context = {
        "form": form,
        "rows": [
            (row, texts.standing_badge(withdrawn=row.withdrawn_at is not None)) for row in page.rows
        ],
        "count": found.count(),
        "previous_url": f"?{form.query(before=page.before)}" if page.before else "",
        "next_url": f"?{form.query(after=page.after)}" if page.after else "",
        "leads": request.scope.leads,
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs(request.scope, "demerits"),
    }
    template = "staff/incentives/demerits.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    if not request.scope.leads:
        raise PermissionDenied
    people, today = queries.people_below(request.scope), request.scope.today
    if request.method == "GET":
        initial = {
            "form_key": submissions.new_key(),
            "person": parts.chosen_person(request, people),
            "day": today,
            "kind": request.GET.get("kind", ""),
            "evidence": request.GET.get("evidence", "")[:500],
        }
        return _form_page(request, forms.DemeritForm(people=people, today=today, initial=initial))
    form = forms.DemeritForm(request.POST, people=people, today=today)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        demerit = services.record_demerit(
            actor=request.person,
            seen=form.seen(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This demerit is recorded already."))
        return redirect(sent.result or "staff:demerits")
    except Refused as refused:
        form.add_error("person", texts.sentence(refused))
        return _form_page(request, form, status=422)
    messages.success(request, _("The demerit is recorded. The person has been told."))
    return redirect("staff:demerit", pk=demerit.pk)


def _form_page(
    request: StaffRequest, form: forms.DemeritForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Record a demerit"),
        "hint": _(
            "Seen by the person and the chain above. It carries no amount; it can be withdrawn"
            " with a reason, and is never deleted (ATT-14)."
        ),
        "send": _("Record it"),
        "icon": "exclamation-diamond",
        "back": ("staff:demerits", _("Demerits")),
        "draft": "demerit",
    }
    return render(request, "staff/incentives/form.html", context, status=status)


def _found(request: StaffRequest, pk: int) -> Demerit:
    rows = Demerit.objects.visible_to(request.scope)
    return get_object_or_404(rows.select_related("person", "recorded_by", "withdrawn_by"), pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), forms.WithdrawForm())


def _page(
    request: StaffRequest, demerit: Demerit, form: forms.WithdrawForm, *, status: int = 200
) -> HttpResponse:
    is_gone = demerit.withdrawn_at is not None
    may = access.can_withdraw_demerit(request.scope, demerit)
    context = {
        "demerit": demerit,
        "badge": texts.standing_badge(withdrawn=is_gone),
        "form": form if may and not is_gone else None,
        "decision": adjustments.page_of(demerit.source)
        if access.sees_decision(request.scope, demerit)
        else "",
        "now": timezone.now(),
    }
    return render(request, "staff/incentives/demerit.html", context, status=status)


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    demerit = _found(request, pk)
    if not access.can_withdraw_demerit(request.scope, demerit):
        raise PermissionDenied
    form = forms.WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, demerit, form, status=422)
    try:
        services.withdraw_demerit(
            actor=request.person, demerit_id=pk, why=form.cleaned_data["why"], now=timezone.now()
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("The demerit is withdrawn. The person has been told."))
    return redirect("staff:demerit", pk=pk)
