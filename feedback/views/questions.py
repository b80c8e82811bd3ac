"""The questions of a draft: added, changed, taken out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback import texts
from feedback.enums import QuestionKind
from feedback.forms.surveys import MOST_PLACE, QuestionForm
from feedback.models import Question, Survey
from feedback.queries import surveys as queries
from feedback.services import surveys as services
from feedback.services.channels import ChangedMeanwhile
from feedback.views import parts
from feedback.views.surveys import to_build
from staff.people.http import StaffRequest

FIELDS = ("position", "kind", "text_zh", "text_en", "options_zh", "options_en", "is_required",
          "low", "high")  # fmt: skip


def _form(
    questions: list[Question],
    own: Question | None,
    data: Any = None,  # noqa: ANN401 -- as Form takes it
    **initial: Any,  # noqa: ANN401 -- as Form takes it
) -> QuestionForm:
    earlier = [
        (one.pk, f"{place}. {one.text}")
        for place, one in enumerate(questions, 1)
        if one.kind != QuestionKind.TEXT and one != own
    ]
    return QuestionForm(data, earlier=earlier, initial=initial)


def _page(request: StaffRequest, survey: Survey, form: QuestionForm, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": reverse("feedback:survey", args=[survey.pk]),
        "send": _("Save"),
        "icon": "check-lg",
    }
    return render(request, "feedback/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest, pk: int) -> HttpResponse:
    survey = to_build(request, pk)
    questions = queries.questions_of(survey)
    title = _("Add a question")
    if request.method == "GET":
        last = max((one.position for one in questions), default=0)
        place = min(last + 1, MOST_PLACE)
        form = _form(questions, None, position=place, version=survey.version)
        return _page(request, survey, form, title)
    form = _form(questions, None, request.POST)
    return _save(request, survey, form, None) or _page(request, survey, form, title)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int, question: int) -> HttpResponse:
    survey = to_build(request, pk)
    questions = queries.questions_of(survey)
    own = _own(questions, question)
    title = _("Change the question")
    if request.method == "GET":
        initial = {name: getattr(own, name) for name in FIELDS}
        form = _form(questions, own, version=survey.version, after=own.after_id, **initial)
        return _page(request, survey, form, title)
    form = _form(questions, own, request.POST)
    return _save(request, survey, form, own.pk) or _page(request, survey, form, title)


def _own(questions: list[Question], key: int) -> Question:
    for one in questions:
        if one.pk == key:
            return one
    raise Http404


def _save(
    request: StaffRequest, survey: Survey, form: QuestionForm, key: int | None
) -> HttpResponse | None:
    """Save what was typed; None when the form has to be shown again."""
    if not form.is_valid():
        return None
    try:
        services.save_question(
            actor=request.person,
            survey_id=survey.pk,
            question_id=key,
            facts=form.facts(),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody else has changed this meanwhile. Load the page again."))
        return None
    except services.Refused as refused:
        form.add_error(None, texts.why_not(refused.code))
        return None
    messages.success(request, _("The question is saved."))
    return redirect("feedback:survey", pk=survey.pk)


@require_POST
def drop(request: StaffRequest, pk: int, question: int) -> HttpResponse:
    survey = to_build(request, pk)
    _own(queries.questions_of(survey), question)
    version = parts.keys_in([request.POST.get("version", "")])
    try:
        services.drop_question(
            actor=request.person,
            survey_id=pk,
            question_id=question,
            version=version[0] if version else 0,
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        messages.warning(request, _("Somebody has changed this meanwhile. Please look again."))
    except services.Refused as refused:
        messages.warning(request, texts.why_not(refused.code))
    else:
        messages.success(request, _("The question is taken out."))
    return redirect("feedback:survey", pk=pk)
