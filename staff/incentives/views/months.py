"""Settling from the portal: compute, publish, sign and close a month; answer disputes."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.money import display_yuan
from portal.period import Month
from staff.incentives import access, tasks
from staff.incentives.enums import MonthState, RunAct, RunState
from staff.incentives.forms import statements as forms
from staff.incentives.models import Dispute, SettlementRun
from staff.incentives.queries import months as queries
from staff.incentives.queries import statements
from staff.incentives.services import closing, disputes, runs
from staff.incentives.texts import settlement as refusals
from staff.incentives.texts import statements as texts
from staff.incentives.views.pay import last_day, month_of, tabs
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Person

PAGE_SIZE = 50
SIGN = "sign"


def _must_settle(request: StaffRequest) -> Person:
    if not access.may_settle(request.scope):
        raise PermissionDenied
    return request.person


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """All months with their states, the ones that can be settled next, and those being computed."""
    _must_settle(request)
    rows, running = queries.listed(), queries.running()
    known = {row.month for row in rows} | {Month.of(run.month) for run in running}
    this = Month.of(request.scope.today)
    context = {
        "rows": [(row, texts.month_badge(row.settlement.state)) for row in rows],
        "running": [(Month.of(run.month), run, refusals.under_way(run)) for run in running],
        "fresh": [month for month in (this, this.previous()) if month not in known],
        **tabs(request, "months"),
    }
    part = "#body" if request.htmx else ""
    return render(request, f"staff/pay/months.html{part}", context)


def _month(text: str) -> Month:
    month = month_of(text)
    if month is None:
        raise Http404
    return month


@require_GET
def month(request: StaffRequest, text: str) -> HttpResponse:
    """A month: what it is in, what may be done next, and what stands in the way."""
    me = _must_settle(request)
    chosen = _month(text)
    settlement = queries.settlement_of(chosen)
    run = SettlementRun.objects.filter(month=chosen.first_day).order_by("-pk").first()
    is_running = run is not None and run.state == RunState.WAITING
    context: dict[str, Any] = {
        "month": chosen,
        "settlement": settlement,
        "badge": texts.month_badge(settlement.state) if settlement else None,
        "run": run,
        "result": runs_text(run),
        "is_running": is_running,
        "under_way": refusals.under_way(run) if run is not None and is_running else "",
        "is_over": request.scope.today > chosen.last_day,
        **tabs(request, "months"),
    }
    if settlement is not None and settlement.state == MonthState.PUBLISHED:
        until = queries.disputable_until(settlement)
        context |= {
            "last_day": last_day(until),
            "can_close": timezone.now() >= until,
            "waiting": settlement.disputes.open().count(),
            "has_signed": settlement.first_closer_id == me.pk,
        }
    if not request.htmx:
        return render(request, "staff/pay/month.html", context)
    if is_running:
        return render(request, "staff/pay/month.html#progress", context)
    response = render(request, "staff/pay/month.html#body", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#body", "innerHTML"
    return response


def runs_text(run: SettlementRun | None) -> str:
    """Return what a run came to, or why it did nothing."""
    if run is None or run.state == RunState.WAITING:
        return ""
    month = str(Month.of(run.month))
    if run.state == RunState.REFUSED:
        return refusals.refused_run(run.refusal, month)
    return refusals.done_run(RunAct(run.act), month, people=run.people, lines=run.lines)


@require_POST
def act(request: StaffRequest, text: str) -> HttpResponse:
    """Settle or publish, both in a task with progress; or sign.

    What cannot be undone asks on a page of its own first, with and without scripts.
    """
    me = _must_settle(request)
    chosen, wanted = _month(text), request.POST.get("act", "")
    if wanted in {RunAct.PUBLISH, SIGN} and request.POST.get("sure") != "yes":
        return _ask_again(request, chosen, wanted)
    if wanted == SIGN:
        return _sign(request, chosen, me)
    if wanted not in RunAct.values:
        raise Http404
    run, is_new = runs.ask(month=chosen, act=RunAct(wanted), actor=request.user, now=timezone.now())
    if is_new:
        transaction.on_commit(partial(tasks.run_settlement.delay, run.pk), robust=True)
    else:
        messages.info(request, _("The month is being computed already."))
    return redirect("staff:pay_month", text)


def _ask_again(request: StaffRequest, chosen: Month, wanted: str) -> HttpResponse:
    if wanted == SIGN:
        label, question = _("Sign"), _("Sign the month? A second signature closes it for good.")
    else:
        label, question = (
            _("Publish the month"),
            _(
                "Publish the month? Its lines cannot be taken out of the ledger again; "
                "corrections become lines of their own."
            ),
        )
    context = {
        "month": chosen, "act": wanted, "label": label, "question": question,
        **tabs(request, "months"),
    }  # fmt: skip
    return render(request, "staff/pay/sure.html", context)


def _sign(request: StaffRequest, chosen: Month, me: Person) -> HttpResponse:
    try:
        settlement = closing.sign(chosen, person=me, actor=request.user, now=timezone.now())
    except refusals.REFUSALS as refused:
        messages.error(request, refusals.refusal(refused, chosen))
    else:
        if settlement.state == MonthState.CLOSED:
            messages.success(request, _("The month is closed."))
        else:
            messages.success(request, _("Signed. Somebody else signs as the second."))
    return redirect("staff:pay_month", str(chosen))


@require_GET
def listed(request: StaffRequest) -> HttpResponse:
    """Disputes of the people below, the open ones first."""
    me = _must_settle(request)
    form = forms.DisputeFilter(request.GET)
    wanted = form.wanted
    found = Dispute.objects.visible_to(request.scope).exclude(person=me)
    if state := wanted.get("state"):
        found = found.filter(state=state)
    if sought := wanted.get("q"):
        found = found.named(sought)
    page = page_of(request.GET)
    start = (page - 1) * PAGE_SIZE
    rows = list(
        found.select_related("person", "settlement", "answered_by").order_by(
            F("answered_at").desc(nulls_first=True), "-pk"
        )[start : start + PAGE_SIZE + 1]
    )
    context = {
        "form": form,
        "rows": [
            (row, texts.name_of(row.rule), texts.dispute_badge(row.state))
            for row in rows[:PAGE_SIZE]
        ],
        "prev": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next": f"?{form.query(page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        **tabs(request, "disputes"),
    }
    return render(request, "staff/pay/disputes.html", context)


@require_http_methods(["GET", "POST"])
def dispute(request: StaffRequest, pk: int) -> HttpResponse:
    """A dispute with the line's evidence, and the answer."""
    rows = Dispute.objects.visible_to(request.scope).select_related(
        "person", "settlement", "answered_by"
    )
    found = get_object_or_404(rows, pk=pk)
    may_answer = access.can_answer(request.scope, found.person_id)
    if request.method == "POST" and not may_answer:
        raise PermissionDenied
    form = forms.AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _answer(request, found, form)
    return _dispute_page(request, found, form, status=422 if request.method == "POST" else 200)


def _dispute_page(
    request: StaffRequest, found: Dispute, form: forms.AnswerForm, *, status: int, kept: str = ""
) -> HttpResponse:
    """Show a dispute; `kept` is what somebody wrote while another answered."""
    may_answer = access.can_answer(request.scope, found.person_id)
    line = _line_of(found)
    context = {
        "row": found,
        "line": line,
        "name": texts.name_of(found.rule),
        "words": texts.rule_in_words(found.rule),
        "amount": display_yuan(line.line.amount) if line else "",
        "evidence": texts.evidence_of(line, found.person.number) if line else [],
        "facts": texts.facts_of(line, found.person.number) if line else [],
        "badge": texts.dispute_badge(found.state),
        "form": form,
        "kept": kept,
        "may_answer": may_answer and found.answered_at is None,
        **tabs(request, "disputes"),
    }
    return render(request, "staff/pay/dispute.html", context, status=status)


def _line_of(found: Dispute) -> statements.StatementLine | None:
    statement = statements.statement_of(found.settlement, found.person_id)
    named = statements.Disputed(
        found.about, found.rule, found.day, found.event, found.side, found.nth
    )
    lines = statement.lines if statement else ()
    return next((row for row in lines if row.nth is not None and row.named == named), None)


def _answer(request: StaffRequest, found: Dispute, form: forms.AnswerForm) -> HttpResponse:
    data = form.cleaned_data
    said = disputes.Answer(
        reverse=data["decision"] == "reverse", by=request.person, text=data["answer"]
    )
    try:
        disputes.answer(found.pk, said=said, now=timezone.now())
    except disputes.AlreadyAnswered as refused:
        return _dispute_page(request, refused.dispute, form, status=409, kept=said.text)
    except refusals.REFUSALS as refused:
        messages.error(request, refusals.refusal(refused, Month.of(found.settlement.month)))
        return redirect("staff:dispute", found.pk)
    messages.success(request, _("Answered. The person is told."))
    return redirect("staff:disputes")
