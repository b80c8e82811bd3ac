"""Surveys as the department sees them: list, page with results, form, preview, QR code (FBK-1)."""

from typing import Any

import qrcode
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from qrcode.image.svg import SvgPathFillImage

from feedback import access, texts
from feedback.enums import QuestionKind, SurveyState
from feedback.forms.surveys import SurveyForm
from feedback.models import Survey
from feedback.queries import surveys as queries
from feedback.services import answers
from feedback.services import surveys as services
from feedback.services.channels import ChangedMeanwhile
from feedback.views import answering, parts
from portal import submissions
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Store

PAGE_SIZE = 50
STATES = {
    SurveyState.DRAFT: ("neutral", "pencil"),
    SurveyState.OPEN: ("success", "play-circle"),
    SurveyState.ENDED: ("neutral", "stop-circle"),
}
ACTS = {
    SurveyState.DRAFT: [SurveyState.OPEN],
    SurveyState.OPEN: [SurveyState.ENDED, SurveyState.DRAFT],
    SurveyState.ENDED: [SurveyState.OPEN],
}


def badge(survey: Survey) -> tuple[str, str, str]:
    state = SurveyState(survey.state)
    return (str(state.label), *STATES[state])


def found(request: StaffRequest, pk: int) -> Survey:
    rows = Survey.objects.visible_to(request.scope).select_related("store", "made_by")
    return get_object_or_404(rows, pk=pk)


def to_build(request: StaffRequest, pk: int) -> Survey:
    """Return a survey that one may change."""
    survey = found(request, pk)
    if not access.can_plan(request.scope, survey.store_id):
        raise PermissionDenied
    return survey


def public_address(survey: Survey) -> str:
    return f"{settings.PUBLIC_URL}{reverse('feedback:answer_public', args=[survey.public_key])}"


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_serve(request)
    number = page_of(request.GET)
    start = (number - 1) * PAGE_SIZE
    rows = queries.rows_of(
        Survey.objects.visible_to(request.scope), start=start, size=PAGE_SIZE + 1
    )
    now = timezone.now()
    context = {
        "rows": [
            {"survey": row, "badge": badge(row), "takes": answers.is_open(row, now=now)}
            for row in rows[:PAGE_SIZE]
        ],
        "may_build": request.scope.leads,
        "previous_url": f"?page={number - 1}" if number > 1 else "",
        "next_url": f"?page={number + 1}" if rows[PAGE_SIZE:] else "",
        **parts.tabs(request, parts.SURVEYS),
    }
    return render(request, "feedback/surveys.html", context)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    survey = get_object_or_404(
        queries.with_counts(
            Survey.objects.visible_to(request.scope).select_related("store", "made_by")
        ),
        pk=pk,
    )
    questions = queries.questions_of(survey)
    may_build = access.can_plan(request.scope, survey.store_id)
    takes = answers.is_open(survey, now=timezone.now())
    places = {one.pk: place for place, one in enumerate(questions, 1)}
    context = {
        "survey": survey,
        "badge": badge(survey),
        "takes": takes,
        "results": [
            {"result": one, "kind": QuestionKind(one.question.kind).label,
             "after": places.get(one.question.after_id or 0)}
            for one in queries.results_of(survey, questions)
        ],
        "may_build": may_build,
        "may_edit_questions": may_build and survey.state == SurveyState.DRAFT,
        "may_invite": takes and access.can_invite(request.scope, survey),
        "acts": _acts(survey) if may_build else [],
        "public_url": public_address(survey) if survey.is_public else "",
    }  # fmt: skip
    return render(request, "feedback/survey.html", context)


def _acts(survey: Survey) -> list[dict[str, str]]:
    """Return the buttons that change the state."""
    looks = {
        SurveyState.OPEN: (_("Open the survey"), "play", "primary"),
        SurveyState.ENDED: (_("End the survey"), "stop", "outline-secondary"),
        SurveyState.DRAFT: (_("Back to a draft"), "pencil", "outline-secondary"),
    }
    used = bool(getattr(survey, "invited", 0) or getattr(survey, "received", 0))
    return [
        {"state": state.value, "label": looks[state][0], "icon": looks[state][1],
         "style": looks[state][2]}
        for state in ACTS[SurveyState(survey.state)]
        if not (state == SurveyState.DRAFT and used)
    ]  # fmt: skip


def _form(request: StaffRequest, data: Any = None, **initial: Any) -> SurveyForm:  # noqa: ANN401 -- as Form takes it
    stores = Store.objects.filter(pk__in=request.scope.store_ids).order_by("name")
    return SurveyForm(
        data,
        stores=list(stores.values_list("pk", "name")),
        initial={"form_key": submissions.new_key(), **initial},
    )


def _form_page(request: StaffRequest, form: SurveyForm, title: str, *, back: str) -> HttpResponse:
    context = {
        "form": form, "title": title, "back": back, "send": _("Save"), "icon": "check-lg",
    }  # fmt: skip
    return render(request, "feedback/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    if not request.scope.leads:
        raise PermissionDenied
    title, back = _("Begin a survey"), reverse("feedback:surveys")
    if request.method == "GET":
        form = _form(request, version=0, per_person=1, link_days=30, remind_days=7, rest_days=30)
        return _form_page(request, form, title, back=back)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _form_page(request, form, title, back=back)
    try:
        made = services.make_survey(
            actor=request.person,
            facts=form.facts(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This survey was begun already; the form was sent twice."))
        return redirect(sent.result or "feedback:surveys")
    messages.success(request, _("The survey is a draft. Add its questions, then open it."))
    return redirect("feedback:survey", pk=made.pk)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    survey = to_build(request, pk)
    back = reverse("feedback:survey", args=[pk])
    if request.method == "GET":
        names = ("version", "title_zh", "title_en", "intro_zh", "intro_en", "opens_on",
                 "closes_on", "is_public", "per_person", "link_days", "remind_days",
                 "rest_days")  # fmt: skip
        initial = {name: getattr(survey, name) for name in names} | {
            "store": survey.store_id, "is_after_case": survey.after_case_since is not None,
        }  # fmt: skip
        return _form_page(request, _form(request, **initial), survey.title, back=back)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _form_page(request, form, survey.title, back=back)
    try:
        services.change_survey(
            actor=request.person,
            survey_id=pk,
            facts=form.facts(),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody else has changed this meanwhile. Load the page again."))
        return _form_page(request, form, survey.title, back=back)
    except services.Refused as refused:
        form.add_error("store", texts.why_not(refused.code))
        return _form_page(request, form, survey.title, back=back)
    messages.success(request, _("The survey is saved."))
    return redirect("feedback:survey", pk=pk)


@require_POST
def set_state(request: StaffRequest, pk: int) -> HttpResponse:
    """Open the survey, end it, or put it back to a draft."""
    to_build(request, pk)
    state = request.POST.get("state", "")
    version = parts.keys_in([request.POST.get("version", "")])
    if state not in SurveyState.values:
        raise Http404
    try:
        services.set_state(
            actor=request.person,
            survey_id=pk,
            state=state,
            version=version[0] if version else 0,
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        messages.warning(request, _("Somebody has changed this meanwhile. Please look again."))
    except services.Refused as refused:
        messages.warning(request, texts.why_not(refused.code))
    else:
        messages.success(request, _("The survey is saved."))
    return redirect("feedback:survey", pk=pk)


@require_GET
def preview(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the page as customers see it; nothing can be sent."""
    survey = found(request, pk)
    questions = queries.questions_of(survey)
    return answering.show_sheet(request, survey, questions, data=None, judged=False, preview=True)


@require_GET
def qr(request: StaffRequest, pk: int) -> HttpResponse:
    """Return the QR code of the public link, for parcels and signs."""
    survey = found(request, pk)
    if not survey.is_public:
        raise Http404
    image = qrcode.make(public_address(survey), image_factory=SvgPathFillImage, border=2)
    response = HttpResponse(image.to_string(), content_type="image/svg+xml")
    response["Content-Disposition"] = f'inline; filename="survey-{survey.pk}.svg"'
    return response
