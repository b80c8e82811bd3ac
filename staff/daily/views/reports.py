"""The page of a filed report, and its questions with their answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal import shell
from staff.daily import access, filters, policies, texts
from staff.daily.enums import Figure, Reason
from staff.daily.forms.reports import AnswerForm
from staff.daily.models import DailyReport, ReportQuestion
from staff.daily.queries import lists, open_work, shifts
from staff.daily.services import reports as services
from staff.daily.views import parts
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_ROWS = 30
FOLLOWUP = "followup"


@require_GET
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """A report; one that is still being written leads its author back to the form."""
    rows = DailyReport.objects.visible_to(request.scope)
    found = get_object_or_404(rows.select_related("person", "team", "shift_type"), pk=pk)
    if found.filed_at is None:
        return redirect("staff:daily_write", found.day)
    now = timezone.now()
    may_correct = access.may_correct(request.scope, found)
    context = {
        "report": found,
        "badge": texts.report_badge(
            filed=True,
            late_minutes=found.late_minutes,
            due_at=found.due_at,
            now=now,
            begun=True,
        ),
        "figures": _figures(found),
        "reasons": [
            (Reason(row.reason).label, row.count) for row in found.reasons.order_by("-count", "pk")
        ],
        "questions": found.questions.select_related("answered_by").order_by("pk"),
        "orders": [
            (row, open_work.page_of(FOLLOWUP, row.adopted_as) if row.adopted_as else "")
            for row in found.orders.select_related("store").order_by("pk")
        ],
        "may_correct": may_correct and not shifts.is_summed_up(shifts.key_of(found)),
        "is_own": may_correct,
        "now": now,
    }
    return render(request, "staff/daily/report.html", context)


def _figures(found: DailyReport) -> list[dict[str, Any]]:
    stored = {row.figure: row for row in found.figures.all()}
    shown = []
    for figure in Figure:
        row = stored.get(figure)
        if row is None:
            continue
        changed = policies.difference(known=row.known, value=row.value)
        shown.append(
            {
                "label": figure.label,
                "value": row.value,
                "known": row.known,
                "difference": texts.signed(changed) if changed else "",
            }
        )
    return shown


@require_GET
def questions(request: StaffRequest) -> HttpResponse:
    """What was not understood, searched by words, with the answers."""
    parts.must_be_person(request.scope)
    form = filters.QuestionFilter(request.GET, teams=parts.teams_of(request))
    visible = ReportQuestion.objects.visible_to(request.scope).filter(report__state="FILED")
    found = lists.found_questions(visible, form.wanted)
    page = page_of(request.GET)
    rows = lists.question_page(found, start=(page - 1) * PAGE_ROWS, size=PAGE_ROWS + 1)
    context = {
        "tabs": parts.tabs(request.scope, "daily_questions"),
        "form": form,
        "rows": rows[:PAGE_ROWS],
        "count": found.count(),
        "previous_url": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(page=str(page + 1))}" if rows[PAGE_ROWS:] else "",
        **shell.saved_views(request, "daily_questions"),
        "query": form.query(),
        "now": timezone.now(),
    }
    template = "staff/daily/questions.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_http_methods(["GET", "POST"])
def question(request: StaffRequest, pk: int) -> HttpResponse:
    """A question with its answer; whoever sees it may answer it."""
    rows = ReportQuestion.objects.visible_to(request.scope).filter(report__state="FILED")
    found = get_object_or_404(rows.select_related("report__person", "answered_by"), pk=pk)
    if request.method == "GET":
        initial = {"version": found.version, "answer": found.answer}
        return _question_page(request, found, AnswerForm(initial=initial))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _question_page(request, found, form, status=422)
    try:
        services.answer_question(
            actor=request.person,
            question_id=pk,
            answer=form.cleaned_data["answer"],
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except services.AnswerChanged as refused:
        form.data = {**request.POST.dict(), "version": str(refused.current.version)}
        told = texts.sentence(refused)
        return _question_page(request, refused.current, form, told=told, status=409)
    messages.success(request, _("The answer is saved."))
    return redirect("staff:daily_question", pk)


def _question_page(
    request: StaffRequest,
    found: ReportQuestion,
    form: AnswerForm,
    *,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"question": found, "form": form, "told": told, "now": timezone.now()}
    return render(request, "staff/daily/question.html", context, status=status)
