"""Scorecards: every change is a new version, and a used one stays as it was."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms.formsets import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import submissions
from staff.incentives import access
from staff.incentives.forms import quality as forms
from staff.incentives.models import Scorecard, ScorecardVersion
from staff.incentives.queries import quality as queries
from staff.incentives.services import scorecards as services
from staff.incentives.texts import quality as texts
from staff.incentives.views import parts
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import Refused

LINES_AT_FIRST = 6
PAGE_SIZE = 20


def _must_lead(request: StaffRequest) -> None:
    parts.must_be_person(request.scope)
    if not request.scope.leads:
        raise PermissionDenied


def _must_keep(request: StaffRequest) -> None:
    parts.must_be_person(request.scope)
    if not access.can_keep_scorecards(request.scope):
        raise PermissionDenied


def _shown(version: ScorecardVersion) -> list[tuple[Any, str]]:
    return [(one, texts.percent(one.weight_bp)) for one in version.criteria.all()]


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    _must_lead(request)
    number = page_of(request.GET)
    found = queries.latest_versions(
        active=False, start=(number - 1) * PAGE_SIZE, size=PAGE_SIZE + 1
    )
    context = {
        "rows": [(version, len(version.criteria.all())) for version in found[:PAGE_SIZE]],
        "count": Scorecard.objects.count(),
        "previous_url": f"?page={number - 1}" if number > 1 else "",
        "next_url": f"?page={number + 1}" if found[PAGE_SIZE:] else "",
        "keeps": access.can_keep_scorecards(request.scope),
        **parts.tabs(request.scope, "scorecards"),
    }
    return render(request, "staff/incentives/scorecards.html", context)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The scorecard with all its versions."""
    _must_lead(request)
    scorecard = get_object_or_404(Scorecard, pk=pk)
    versions = queries.versions_of(scorecard)
    context = {
        "scorecard": scorecard,
        "current": versions[0],
        "lines": _shown(versions[0]),
        "earlier": [(version, _shown(version)) for version in versions[1:]],
        "keeps": access.can_keep_scorecards(request.scope),
        "now": timezone.now(),
    }
    return render(request, "staff/incentives/scorecard.html", context)


def _lines(formset: "BaseFormSet[forms.LineForm]") -> list[services.Line]:
    return [line for form in formset if (line := form.line())]


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    _must_keep(request)
    if request.method == "GET":
        form = forms.ScorecardForm(initial={"form_key": submissions.new_key()})
        blank = [{"most": 5} for _line in range(LINES_AT_FIRST)]
        return _form_page(request, form, forms.LineForms(initial=blank, prefix="line"))
    form, lines = forms.ScorecardForm(request.POST), forms.LineForms(request.POST, prefix="line")
    if not (form.is_valid() & lines.is_valid()):
        return _form_page(request, form, lines, status=422)
    try:
        scorecard = services.add_scorecard(
            actor=request.person,
            name=form.cleaned_data["name"],
            lines=_lines(lines),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        return redirect(sent.result or "staff:scorecards")
    except Refused as refused:
        return _form_page(request, form, lines, status=422, told=texts.sentence(refused))
    messages.success(request, _("The scorecard is saved."))
    return redirect("staff:scorecard", pk=scorecard.pk)


def _form_page(
    request: StaffRequest,
    form: "forms.ScorecardForm | forms.SeenForm",
    lines: "BaseFormSet[forms.LineForm]",
    *,
    status: int = 200,
    told: str = "",
    scorecard: Scorecard | None = None,
) -> HttpResponse:
    context = {"form": form, "lines": lines, "told": told, "scorecard": scorecard}
    return render(request, "staff/incentives/scorecard_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, pk: int) -> HttpResponse:
    """Change the criteria: the result is the next version."""
    _must_keep(request)
    scorecard = get_object_or_404(Scorecard, pk=pk)
    current = queries.versions_of(scorecard)[0]
    if request.method == "GET":
        form = forms.SeenForm(initial={"seen": current.number})
        lines = forms.LineForms(initial=forms.initial_lines(current), prefix="line")
        return _form_page(request, form, lines, scorecard=scorecard)
    form, lines = forms.SeenForm(request.POST), forms.LineForms(request.POST, prefix="line")
    if not (form.is_valid() & lines.is_valid()):
        return _form_page(request, form, lines, status=422, scorecard=scorecard)
    try:
        services.change_scorecard(
            actor=request.person,
            scorecard_id=pk,
            seen=form.cleaned_data["seen"],
            lines=_lines(lines),
            now=timezone.now(),
        )
    except services.ScorecardChanged as refused:
        form = forms.SeenForm(initial={"seen": current.number})
        told = texts.sentence(refused)
        return _form_page(request, form, lines, status=409, told=told, scorecard=scorecard)
    except Refused as refused:
        told = texts.sentence(refused)
        return _form_page(request, form, lines, status=422, told=told, scorecard=scorecard)
    messages.success(request, _("The scorecard is saved."))
    return redirect("staff:scorecard", pk=pk)


@require_POST
def use(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a scorecard out of use or into use; the form says which."""
    _must_keep(request)
    get_object_or_404(Scorecard, pk=pk)
    active = request.POST.get("on") == "1"
    services.set_in_use(actor=request.person, scorecard_id=pk, active=active, now=timezone.now())
    return redirect("staff:scorecard", pk=pk)
