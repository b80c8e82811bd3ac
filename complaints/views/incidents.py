"""Cases about the same thing: merging two, and incidents over several (CMP-13)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.forms import incidents as forms
from complaints.models import Complaint, Incident
from complaints.policies.numbers import NUMBER
from complaints.queries import customers as customer_queries
from complaints.queries import incidents as queries
from complaints.queries import waves
from complaints.services import incidents, merging
from complaints.texts import stages as texts
from complaints.texts import waves as wave_texts
from complaints.views.stages import handled_case
from portal import submissions
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50


@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, number: str) -> HttpResponse:
    """Cases that may be the same one, and the merging of two."""
    complaint = handled_case(request, number)
    if request.method == "GET":
        form = forms.MergeForm(initial={"into": request.GET.get("into", "")[:20]})
        return _merge_page(request, complaint, form)
    form = forms.MergeForm(request.POST)
    if not form.is_valid():
        return _merge_page(request, complaint, form, status=422)
    visible = Complaint.objects.visible_to(request.scope).defer("words")
    into = visible.filter(number=form.cleaned_data["into"]).first()
    if into is None or not access.can_edit(request.scope, into):
        form.add_error("into", _("There is no such case that you may change."))
        return _merge_page(request, complaint, form, status=422)
    try:
        merging.merge(
            actor=request.person,
            complaint_id=complaint.pk,
            into_id=into.pk,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        )
    except merging.Refused as error:
        form.add_error("into", str(texts.MERGES[error.reason]))
        return _merge_page(request, complaint, form, status=422)
    messages.success(request, _("The two cases are one now: this one."))
    return redirect("complaints:case", number=into.number)


def _merge_page(
    request: StaffRequest, complaint: Complaint, form: forms.MergeForm, *, status: int = 200
) -> HttpResponse:
    days = customer_queries.repeat_days(request.scope.today)
    now = timezone.now()
    found = queries.alike(request.scope, complaint, now=now, days=days)
    context = {
        "complaint": complaint,
        "form": form,
        "alike": [(one, texts.badge_of(one.case.stage), texts.why_alike(one)) for one in found],
        "days": days,
        "now": now,
    }
    return render(request, "complaints/stages/merge.html", context, status=status)


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    page = page_of(request.GET)
    now = timezone.now()
    start = (page - 1) * PAGE_SIZE
    visible = Incident.objects.visible_to(request.scope)
    rows = queries.page_of(visible, start=start, size=PAGE_SIZE + 1)
    context = {
        "rows": rows[:PAGE_SIZE],
        "previous_url": f"?page={page - 1}" if page > 1 else "",
        "next_url": f"?page={page + 1}" if rows[PAGE_SIZE:] else "",
        "waves": [(one, wave_texts.of_wave(one)) for one in waves.lately(request.scope, now=now)]
        if request.scope.leads
        else [],
        "now": now,
    }
    return render(request, "complaints/incidents/list.html", context)


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    """Open an incident over the cases that the address names; leads and above."""
    if not request.scope.leads:
        raise PermissionDenied
    found = _named(request)
    if not found:
        raise Http404
    if request.method == "GET":
        form = forms.IncidentForm(initial={"form_key": submissions.new_key()})
        return render(request, "complaints/incidents/form.html", {"form": form, "cases": found})
    form = forms.IncidentForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "cases": found}
        return render(request, "complaints/incidents/form.html", context, status=422)
    try:
        made = incidents.begin(
            actor=request.person,
            complaints=found,
            behind=_behind(form),
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted as error:
        return redirect(error.result or "complaints:incidents")
    messages.success(request, _("The incident is open."))
    return redirect("complaints:incident", number=made.number)


def _named(request: StaffRequest) -> list[Complaint]:
    """Return the cases of the address that one may change."""
    numbers = [one for one in request.GET.getlist("case") if NUMBER.fullmatch(one)][:500]
    visible = Complaint.objects.visible_to(request.scope).filter(number__in=numbers)
    rows = visible.select_related("store").defer("words").order_by("registered_at")
    return [one for one in rows if access.can_edit(request.scope, one)]


def _behind(form: forms.IncidentForm) -> incidents.Behind:
    data = form.cleaned_data
    return incidents.Behind(
        title=data["title"],
        cause=data["cause"],
        measure=data["measure"],
        message=data["message"],
    )


def _found(request: StaffRequest, number: str) -> Incident:
    rows = Incident.objects.visible_to(request.scope).select_related("store", "cause", "opened_by")
    return get_object_or_404(rows, number=number)


@require_GET
def incident(request: StaffRequest, number: str) -> HttpResponse:
    return _page(request, _found(request, number), {})


def _page(
    request: StaffRequest, found: Incident, bound: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    rows = list(queries.cases_of(request.scope, found))
    context = {
        "incident": found,
        "cases": [(row, texts.badge_of(row.stage)) for row in rows],
        "may": access.can_lead_incident(request.scope, found),
        "number_form": forms.NumberForm(),
        "now": timezone.now(),
        **bound,
    }
    return render(request, "complaints/incidents/incident.html", context, status=status)


def _led(request: StaffRequest, number: str) -> Incident:
    found = _found(request, number)
    if not access.can_lead_incident(request.scope, found):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, number: str) -> HttpResponse:
    found = _led(request, number)
    if request.method == "GET":
        names = ("title", "cause", "measure", "message", "version")
        form = forms.IncidentForm(initial={name: getattr(found, name) for name in names})
        context = {"form": form, "incident": found}
        return render(request, "complaints/incidents/form.html", context)
    form = forms.IncidentForm(request.POST)
    if form.is_valid():
        try:
            incidents.change(
                actor=request.person,
                incident_id=found.pk,
                behind=_behind(form),
                version=form.cleaned_data["version"] or 0,
                now=timezone.now(),
            )
        except incidents.ChangedMeanwhile:
            return _second(request, form, found)
        else:
            messages.success(request, _("The incident is kept."))
            return redirect("complaints:incident", number=number)
    context = {"form": form, "incident": found}
    return render(request, "complaints/incidents/form.html", context, status=422)


def _second(request: StaffRequest, form: forms.IncidentForm, found: Incident) -> HttpResponse:
    """Show what somebody else has saved beside what was typed; sending again takes the typed."""
    found.refresh_from_db()
    form.data = {**request.POST.dict(), "version": found.version}
    names = ("title", "cause", "measure", "message")
    stored = [
        (form.fields[name].label, found.cause.name if name == "cause" and found.cause else value)
        for name in names
        if (value := getattr(found, name)) != form.cleaned_data[name]
    ]
    context = {"form": form, "incident": found, "stored": stored}
    return render(request, "complaints/incidents/form.html", context, status=409)


@require_POST
def add(request: StaffRequest, number: str) -> HttpResponse:
    """Put a case under the incident, by its number."""
    found = _led(request, number)
    form = forms.NumberForm(request.POST)
    if not form.is_valid():
        return _page(request, found, {"number_form": form}, status=422)
    visible = Complaint.objects.visible_to(request.scope).defer("words")
    one = visible.filter(number=form.cleaned_data["number"]).first()
    if one is None or not access.can_edit(request.scope, one):
        form.add_error("number", _("There is no such case that you may change."))
        return _page(request, found, {"number_form": form}, status=422)
    incidents.put_under(actor=request.person, incident=found, complaints=[one], now=timezone.now())
    messages.success(request, _("The case stands under the incident."))
    return redirect("complaints:incident", number=number)


@require_POST
def take_out(request: StaffRequest, number: str) -> HttpResponse:
    """Take a case out of its incident."""
    complaint = handled_case(request, number)
    incidents.take_out(actor=request.person, complaint=complaint, now=timezone.now())
    messages.success(request, _("The case stands by itself again."))
    return redirect("complaints:case", number=number)


def _version(request: StaffRequest) -> int:
    text = request.POST.get("version", "")
    digits = text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004 -- digits of a version
    return int(text) if digits else 0


def _act(request: StaffRequest, number: str, act: Callable[[Incident, int], str]) -> HttpResponse:
    found = _led(request, number)
    try:
        messages.success(request, act(found, _version(request)))
    except incidents.ChangedMeanwhile:
        messages.warning(request, _("Somebody has changed this meanwhile. Please look again."))
    except incidents.NoMessage:
        messages.warning(request, _("There is no message, or it was told to all already."))
    return redirect("complaints:incident", number=number)


@require_POST
def tell(request: StaffRequest, number: str) -> HttpResponse:
    """Note that the message reached all customers of the incident."""

    def act(found: Incident, version: int) -> str:
        count = incidents.tell_all(
            actor=request.person, incident_id=found.pk, version=version, now=timezone.now()
        )
        return ngettext(
            "The message is noted on %(count)d case.",
            "The message is noted on %(count)d cases.",
            count,
        ) % {"count": count}

    return _act(request, number, act)


@require_POST
def end(request: StaffRequest, number: str) -> HttpResponse:
    """Close the incident, or take it up again."""

    def act(found: Incident, version: int) -> str:
        made = incidents.end(
            actor=request.person, incident_id=found.pk, version=version, now=timezone.now()
        )
        return _("The incident is closed.") if made.closed_at else _("The incident is open again.")

    return _act(request, number, act)
