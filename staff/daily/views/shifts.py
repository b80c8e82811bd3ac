"""Shifts and their summaries: the list, the page on which the lead sums up, reminding."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell
from portal.period import DaySpan
from staff.daily import access, filters, texts
from staff.daily.enums import AFTER_SALE, SummaryState
from staff.daily.forms import summaries as forms
from staff.daily.models import ReportQuestion, ShiftSummary
from staff.daily.queries import lists, open_work, sums
from staff.daily.queries import passed as findings
from staff.daily.queries import shifts as queries
from staff.daily.queries.shifts import Shift
from staff.daily.services import reminders
from staff.daily.services import summaries as services
from staff.daily.views import parts
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.services import Refused

PAGE_ROWS = 40
SHOWN_DAYS = timedelta(days=13)
PASSED = "passed"
UNPROCESSABLE = 422


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """The shifts that one sums up: of the last two weeks, or of a month."""
    scope = request.scope
    if not queries.leads_lately(scope):
        raise Http404
    form = filters.ShiftFilter(request.GET, teams=parts.teams_of(request))
    month = lists.month_of(form.wanted.get("month", ""))
    span = month.span if month else DaySpan(scope.today - SHOWN_DAYS, scope.today)
    now, team = timezone.now(), lists.team_of(form.wanted.get("team", ""))
    found = queries.listed(scope, span, now=now, team=team)
    page = page_of(request.GET)
    start = (page - 1) * PAGE_ROWS
    context = {
        "tabs": parts.tabs(scope, "daily_shifts"),
        "form": form,
        "span": span,
        "rows": [(row, texts.summary_badge(row.state)) for row in found[start : start + PAGE_ROWS]],
        "count": len(found),
        "previous_url": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(page=str(page + 1))}" if found[start + PAGE_ROWS :] else "",
        **shell.saved_views(request, "daily_shifts"),
        "query": form.query(),
        "now": now,
    }
    template = "staff/daily/shifts.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """A shift with all that its page shows."""

    shift: Shift
    summary: ShiftSummary | None
    figures: list[sums.Compared]
    questions: list[ReportQuestion]

    @property
    def choices(self) -> list[tuple[int, str]]:
        return [(row.pk, row.text) for row in self.questions]

    @property
    def hard(self) -> list[int]:
        return [row.pk for row in self.questions if row.is_hard]


def _shift(request: StaffRequest, team: int, day: date, code: str) -> Shift:
    """Return a shift that one sums up, else 404."""
    found = queries.shift_of(team, day, code)
    if found is None or not access.leads_shift(request.scope, found.first):
        raise Http404
    return found


def _looked(shift: Shift) -> _Looked:
    asked = ReportQuestion.objects.of_shift(shift.key)
    return _Looked(
        shift=shift,
        summary=ShiftSummary.objects.filter(**shift.key._asdict())
        .select_related("sent_by")
        .prefetch_related("checks", "passed_on")
        .first(),
        figures=sums.of_shift(shift.key),
        questions=list(asked.select_related("report__person").order_by("report__post", "pk")),
    )


@require_http_methods(["GET", "POST"])
def shift(request: StaffRequest, team: int, day: date, code: str) -> HttpResponse:
    """The page on which a shift is summed up; once sent, what was sent."""
    looked = _looked(_shift(request, team, day, code))
    if request.method == "GET":
        return _page(request, looked)
    form = forms.SummaryForm(request.POST, questions=looked.choices)
    passed = forms.PassedForms(request.POST, prefix=PASSED)
    if not (form.is_valid() & passed.is_valid()):
        return _page(request, looked, form=form, passed=passed, status=422)
    return _saved(request, looked, form, passed)


def _saved(
    request: StaffRequest,
    looked: _Looked,
    form: forms.SummaryForm,
    passed: Any,  # noqa: ANN401 -- a formset
) -> HttpResponse:
    sends = "send" in request.POST
    act = services.send_summary if sends else services.save_summary
    lines = [line for one in passed.forms if (line := one.passed())]
    try:
        act(
            actor=request.person,
            shift=looked.shift,
            words=form.words(lines),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except services.ChangedMeanwhile as refused:
        form.data = request.POST.copy()
        form.data["version"] = str(refused.current.version)
        told = texts.sentence(refused)
        return _page(request, looked, form=form, passed=passed, told=told, status=409)
    except services.NotReady as refused:
        told = texts.sentence(refused)
        return _page(request, looked, form=form, passed=passed, told=told, status=422)
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(
            request,
            _("The summary is sent to deputy and supervisor.") if sends else _("Saved."),
        )
    return _back(looked.shift)


def _back(shift: Shift) -> HttpResponse:
    first = shift.first
    return redirect("staff:daily_shift", shift.key.team_id, first.day, first.shift_type.code)


def _page(
    request: StaffRequest,
    looked: _Looked,
    *,
    form: forms.SummaryForm | None = None,
    passed: Any = None,  # noqa: ANN401 -- a formset
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    shift, summary, now = looked.shift, looked.summary, timezone.now()
    sent = summary is not None and summary.state == SummaryState.SENT
    lines = [{"department": r.department, "text": r.text} for r in _passed(summary)]
    context = {
        "shift": shift,
        "name": queries.shift_name(shift.first),
        "summary": summary,
        "badge": texts.summary_badge(summary.state if summary else ""),
        "sent": sent,
        "members": [(one, _badge(one, shift, now=now)) for one in shift.members],
        "figures": _figures(looked),
        "usual": texts.USUAL,
        "reasons": [(r.label, n) for r, n in sums.reasons_of_shift(shift.key).items()],
        "questions": looked.questions,
        "form": form
        or forms.SummaryForm(
            questions=looked.choices,
            initial=forms.initial_of(summary, hard=looked.hard),
        ),
        "passed": passed if passed is not None else forms.PassedForms(prefix=PASSED, initial=lines),
        "passed_on": findings.followed(request.scope, _passed(summary)) if sent else [],
        **_work(looked, sent=sent),
        "told": told,
        "has_errors": status == UNPROCESSABLE and not told,
        "now": now,
    }
    template = "staff/daily/summary.html" if sent else "staff/daily/shift.html"
    return render(request, template, context, status=status)


def _passed(summary: ShiftSummary | None) -> list[Any]:
    return sorted(summary.passed_on.all(), key=lambda row: row.pk) if summary else []


def _badge(member: queries.Member, shift: Shift, *, now: datetime) -> texts.Badge | None:
    """Return how somebody's report stands; None for whoever owes none and has none."""
    if not member.is_expected and member.filed_at is None:
        return None
    return texts.report_badge(
        filed=member.filed_at is not None,
        late_minutes=member.late_minutes,
        due_at=shift.first.ends_at,
        now=now,
        begun=member.has_draft,
    )


def _figures(looked: _Looked) -> list[dict[str, Any]]:
    """The figures with what they are compared to, and whether the lead has checked them."""
    checks = (
        {row.figure: row.value for row in looked.summary.checks.all()} if looked.summary else {}
    )
    return [
        {
            "figure": row.figure,
            "label": row.figure.label,
            "value": row.value,
            "yesterday": row.yesterday,
            "against": _against(row.value, row.yesterday),
            "usual": row.usual,
            "against_usual": _against(row.value, row.usual),
            "to_check": row.figure in AFTER_SALE and row.value is not None,
            "checked": checks.get(row.figure),
            "is_stale": row.figure in checks and checks[row.figure] != row.value,
        }
        for row in looked.figures
        if row.value is not None or row.yesterday is not None or row.usual is not None
    ]


def _against(value: int | None, other: int | None) -> str:
    return "" if value is None or other is None else texts.signed(value - other)


def _work(looked: _Looked, *, sent: bool) -> dict[str, Any]:
    """The open work: as it is now, or as it was when the summary was sent."""
    if sent and looked.summary is not None:
        work = open_work.as_sent(looked.summary.handed_over.select_related("owner"))
    else:
        work = open_work.items(services.asked_of(looked.shift))
    labels = open_work.labels()
    return {
        "work": [(item, labels.get(item.kind, item.kind)) for item in work],
        "unowned": sum(item.owner_id is None for item in work),
    }


@require_POST
def remind(request: StaffRequest, team: int, day: date, code: str) -> HttpResponse:
    """Ask everybody of the shift whose report is missing."""
    found = _shift(request, team, day, code)
    done = reminders.remind_missing(actor=request.person, shift=found, now=timezone.now())
    if done.told:
        text = ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", done.told)
        messages.success(request, text % {"n": done.told})
    elif done.lately:
        messages.info(request, _("They were all reminded within the last quarter of an hour."))
    else:
        messages.info(request, _("No report is missing."))
    return _back(found)
