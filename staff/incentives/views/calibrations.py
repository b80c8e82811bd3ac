"""Calibrations: two auditors score one item by themselves, then see how far they lie apart."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import submissions
from staff.incentives.forms import quality as forms
from staff.incentives.models import Calibration
from staff.incentives.queries import quality as queries
from staff.incentives.queries import recognition as lists
from staff.incentives.services import quality as services
from staff.incentives.texts import quality as texts
from staff.incentives.views import parts
from staff.incentives.views.audits import card_choices, score_lines
from staff.people.http import StaffRequest
from staff.people.services import Refused


def _must_lead(request: StaffRequest) -> None:
    parts.must_be_person(request.scope)
    if not request.scope.leads:
        raise PermissionDenied


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    _must_lead(request)
    me = request.scope.person_id
    found = queries.calibrations(request.scope)
    page = lists.page_of(found, request.GET)
    context = {
        "rows": [
            {
                "row": one.row,
                "apart": texts.score(one.apart_bp),
                "waits_for_me": (one.row.first_id == me and one.first_bp is None)
                or (one.row.second_id == me and one.second_bp is None),
            }
            for one in queries.with_scores(page.rows)
        ],
        "count": found.count(),
        "previous_url": f"?before={page.before}" if page.before else "",
        "next_url": f"?after={page.after}" if page.after else "",
        **parts.tabs(request.scope, "calibrations"),
    }
    return render(request, "staff/incentives/calibrations.html", context)


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    _must_lead(request)
    versions = queries.latest_versions()
    offered = {
        "people": lists.people_below(request.scope),
        "cards": card_choices(versions),
        "auditors": lists.leads_around(request.scope),
    }
    if request.method == "GET":
        initial = {
            "form_key": submissions.new_key(),
            "person": parts.chosen_person(request, offered["people"]),
            "first": request.scope.person_id,
            "reference": request.GET.get("reference", "").replace("\x00", "")[:200],
        }
        return _form_page(request, forms.CalibrationForm(**offered, initial=initial))
    form = forms.CalibrationForm(request.POST, **offered)
    if not form.is_valid():
        return _form_page(request, form, status=422)
    data = form.cleaned_data
    try:
        calibration = services.ask_calibration(
            actor=request.person,
            target=services.Target(
                person_id=data["person"], version_id=data["card"], reference=data["reference"]
            ),
            auditors=(data["first"], data["second"]),
            form_key=data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        return redirect(sent.result or "staff:calibrations")
    except Refused as refused:
        form.add_error("second", texts.sentence(refused))
        return _form_page(request, form, status=422)
    messages.success(request, _("Both auditors are asked. Each scores without seeing the other."))
    return redirect("staff:calibration", pk=calibration.pk)


def _form_page(
    request: StaffRequest, form: forms.CalibrationForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Ask for a calibration"),
        "hint": _(
            "Two auditors above the person score the same item. The scores are shown once both"
            " are given, and do not count in the person's own score."
        ),
        "send": _("Ask both"),
        "icon": "rulers",
        "back": ("staff:calibrations", _("Calibrations")),
    }
    return render(request, "staff/incentives/form.html", context, status=status)


def _found(request: StaffRequest, pk: int) -> Calibration:
    rows = Calibration.objects.visible_to(request.scope).select_related(
        "person", "first", "second", "asked_by", "version__scorecard"
    )
    return get_object_or_404(rows, pk=pk)


def _may_score(request: StaffRequest, calibration: Calibration) -> bool:
    """Whether one is an auditor of it who has not scored yet."""
    if request.scope.person_id not in {calibration.first_id, calibration.second_id}:
        return False
    return not calibration.audits.filter(auditor_id=request.scope.person_id).exists()


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    calibration = _found(request, pk)
    form = None
    if _may_score(request, calibration):
        form = _form(calibration)
    return _page(request, calibration, form)


def _form(calibration: Calibration, data: dict[str, str] | None = None) -> forms.AuditForm:
    form = forms.AuditForm(
        data,
        criteria=calibration.version.criteria.order_by("position"),
        with_reference=False,
        initial={"form_key": submissions.new_key()},
    )
    form.fields["comment"].label = _("Comment for the other auditor")
    return form


def _page(
    request: StaffRequest,
    calibration: Calibration,
    form: forms.AuditForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    compared = queries.compared(calibration)
    given = set(calibration.audits.values_list("auditor_id", flat=True))
    context = {
        "calibration": calibration,
        "auditors": [(one, one.pk in given) for one in (calibration.first, calibration.second)],
        "compared": compared,
        "form": form,
        "lines": score_lines(form) if form else [],
        "now": timezone.now(),
    }
    if compared:
        context |= {
            "apart": texts.score(compared.deviation.total_bp),
            "totals": [texts.score(audit.total_bp) for audit in compared.audits],
            "rows": [
                {
                    "criterion": first.criterion,
                    "first": first,
                    "second": second,
                    "gap": texts.score(gap.bp),
                    "agrees": gap.agrees,
                }
                for first, second, gap in compared.rows
            ],
        }
    return render(request, "staff/incentives/calibration.html", context, status=status)


@require_POST
def score(request: StaffRequest, pk: int) -> HttpResponse:
    """One's own score, given without seeing the other's."""
    calibration = _found(request, pk)
    if request.scope.person_id not in {calibration.first_id, calibration.second_id}:
        raise PermissionDenied
    form = _form(calibration, request.POST)
    if not form.is_valid():
        return _page(request, calibration, form, status=422)
    target = services.Target(
        person_id=calibration.person_id,
        version_id=calibration.version_id,
        source=calibration.source,
        reference=calibration.reference,
    )
    given = services.Given(
        marks=form.marks(), comment=form.cleaned_data["comment"], calibration_id=pk
    )
    try:
        services.give_audit(
            actor=request.person,
            target=target,
            given=given,
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except (submissions.AlreadySubmitted, services.AlreadyAudited):
        messages.info(request, _("Your score is given already."))
    except Refused as refused:
        form.add_error(None, texts.sentence(refused))
        return _page(request, calibration, form, status=422)
    else:
        messages.success(request, _("Your score is given."))
    return redirect("staff:calibration", pk=pk)
