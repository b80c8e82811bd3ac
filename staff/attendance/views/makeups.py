"""Make-up requests: one's own, and those to be decided with their rule and evidence (ATT-13)."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.period import DaySpan, Month
from staff.attendance import access, filters, forms, texts
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp
from staff.attendance.policies.judging import Result
from staff.attendance.queries import listing
from staff.attendance.queries.records import days_of_people
from staff.attendance.services import makeups as services
from staff.attendance.views.own import tabs
from staff.people import queries as people
from staff.people.enums import Post
from staff.people.http import StaffRequest
from staff.rulebook import queries as rulebook

SHOWN = 50


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """What one has to decide, and one's own requests."""
    scope, now = request.scope, timezone.now()
    me = request.person
    open_ones = MakeUp.objects.visible_to(scope).undecided().exclude(person=me)
    to_decide = (
        list(open_ones.select_related("person").order_by("asked_at", "pk")[:SHOWN])
        if scope.rank >= Post.DEPUTY.rank
        else []
    )
    own = MakeUp.objects.filter(person=me).select_related("certified_by").order_by("-day", "side")
    decided = (
        MakeUp.objects.visible_to(scope)
        .exclude(person=me)
        .exclude(pk__in=[row.pk for row in to_decide])
        .select_related("person", "certified_by")
        .order_by("-asked_at", "-pk")
    )
    context = {
        "to_decide": _with_evidence(to_decide, now=now),
        "decides": scope.rank >= Post.DEPUTY.rank,
        "own": [(row, texts.makeup_badge(row.state)) for row in own[:SHOWN]],
        "others": [(row, texts.makeup_badge(row.state)) for row in decided[:SHOWN]]
        if scope.leads
        else [],
        "now": now,
        **tabs(request, "makeups"),
    }
    return render(request, "staff/attendance/makeups.html", context)


def _with_evidence(rows: list[MakeUp], *, now: datetime) -> list[dict[str, Any]]:
    """Each request with the result of its shift, and how many of the month count already."""
    if not rows:
        return []
    span = DaySpan(min(row.day for row in rows).replace(day=1), max(row.day for row in rows))
    versions = rulebook.versions()
    people_ids = {row.person_id for row in rows}
    found = days_of_people(people_ids, span=span, now=now, versions=versions)
    shown = []
    for row in rows:
        one = found.get(row.person_id)
        results = one.results if one else ()
        of_day = [result for result in results if result.day == row.day]
        shown.append(
            {
                "row": row,
                "form": forms.DecideForm(
                    initial={"version": row.version}, auto_id=f"decide-{row.pk}-%s"
                ),
                "why": [text for result in of_day for text in texts.why(result)],
                "counted": _counted(results, row.day),
                "free": versions.attendance_on(row.day).free_makeups,
            }
        )
    return shown


def _counted(results: tuple[Result, ...], day: date) -> int:
    """How many make-ups count in the month of a day so far."""
    month = [r for r in results if (r.day.year, r.day.month) == (day.year, day.month)]
    return sum(bool(boundary.number) for result in month for boundary in result.boundaries)


@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest) -> HttpResponse:
    """Ask for a make-up of one's own punch."""
    me, now = request.person, timezone.now()
    if request.method == "GET":
        side = request.GET.get("side", "")
        initial = {
            "day": filters.day_of(request.GET.get("day", "")),
            "side": side if side in Side.values else Side.IN,
        }
        return _ask_page(request, forms.AskForm(initial=initial))
    form = forms.AskForm(request.POST)
    if not form.is_valid():
        return _ask_page(request, form, status=422)
    data = form.cleaned_data
    try:
        services.ask(
            person=me,
            day=data["day"],
            side=Side(data["side"]),
            reason=data["reason"],
            deciders=_deciders(request),
            now=now,
        )
    except services.NoShift:
        form.add_error("day", _("You have no shift on that day that has begun."))
        return _ask_page(request, form, status=422)
    except services.AskedAlready as error:
        if error.makeup.reason != data["reason"]:  # else the same form was sent twice
            form.add_error(None, _("This punch was asked for already."))
            return _ask_page(request, form, status=422)
    messages.success(request, _("The make-up is asked for. You are told when it is decided."))
    return redirect("staff:makeups")


def _deciders(request: StaffRequest) -> list[int]:
    """The nearest deputy or supervisor above the person."""
    everybody = people.members(request.scope.today)
    chain = people.above(request.person.pk, everybody)
    above = [one.person_id for one in chain if one.post.rank >= Post.DEPUTY.rank]
    return above[:1]


def _ask_page(request: StaffRequest, form: forms.AskForm, *, status: int = 200) -> HttpResponse:
    now, today = timezone.now(), request.scope.today
    month = Month.of(_asked_day(form) or today)
    found = days_of_people([request.person.pk], span=month.span, now=now).get(request.person.pk)
    free = listing.free_makeups(month.last_day)
    context = {
        "form": form,
        "counted": found.makeups_counted if found else 0,
        "free": free,
        "month": month,
        **tabs(request, "makeups"),
    }
    return render(request, "staff/attendance/ask.html", context, status=status)


def _asked_day(form: forms.AskForm) -> date | None:
    """Return the day that the form speaks of, whose month the page counts for."""
    if form.is_bound:
        return form.cleaned_data.get("day")
    return form.initial.get("day")


@require_POST
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    makeup = get_object_or_404(MakeUp.objects.visible_to(request.scope), pk=pk)
    if not access.can_decide_makeup(request.scope, makeup.person_id):
        raise PermissionDenied
    form = forms.DecideForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing is decided: choose, and answer in at most 500 signs."))
        return redirect("staff:makeups")
    certify = form.cleaned_data["decision"] == forms.CERTIFY
    decision = services.Decision(
        certify=certify, by=request.person, answer=form.cleaned_data["answer"]
    )
    try:
        services.decide(
            makeup_id=pk,
            version=form.cleaned_data["version"],
            decision=decision,
            now=timezone.now(),
        )
    except services.TakenBack:
        messages.warning(request, _("The person has taken this request back."))
    except services.AlreadyDecided as error:
        if _is_what_i_decided(error.makeup, decision):  # the same button pressed twice
            _say_done(request, certify=certify)
        else:
            _say_decided(request, error.makeup)
    else:
        _say_done(request, certify=certify)
    return redirect("staff:makeups")


def _is_what_i_decided(makeup: MakeUp, decision: services.Decision) -> bool:
    state = MakeUpState.CERTIFIED if decision.certify else MakeUpState.REFUSED
    return (makeup.state, makeup.certified_by, makeup.answer) == (
        state,
        decision.by,
        decision.answer,
    )


def _say_done(request: StaffRequest, *, certify: bool) -> None:
    text = _("The make-up is certified.") if certify else _("The make-up is refused.")
    messages.success(request, text)


def _say_decided(request: StaffRequest, makeup: MakeUp) -> None:
    text = _("Somebody has already decided this request: %(state)s (%(by)s).")
    by = makeup.certified_by.name if makeup.certified_by else "–"
    messages.warning(request, text % {"state": makeup.get_state_display(), "by": by})


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one's own request back."""
    if MakeUp.objects.filter(pk=pk).exclude(person=request.person).exists():
        raise Http404
    try:
        services.withdraw(person=request.person, makeup_id=pk, now=timezone.now())
    except services.AlreadyDecided as error:
        _say_decided(request, error.makeup)
    except services.TakenBack:
        messages.info(request, _("There is no such request of yours any more."))
    else:
        messages.success(request, _("The request is taken back."))
    return redirect("staff:makeups")
