"""Follow-ups: list, page and its acts, assigning, offered hand-overs, tiles."""

import tempfile
import uuid
from datetime import datetime, timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import EntryKind, FollowUpState
from complaints.forms import followups as forms
from complaints.models import Complaint, FollowUp, FollowUpMove, Order
from complaints.policies import followups as policies
from complaints.queries import cases as case_queries
from complaints.queries import followups as queries
from complaints.resources import followups as files_out
from complaints.services import followups as services
from complaints.tables import followups as tables
from complaints.texts import cases as case_texts
from complaints.texts import followups as texts
from portal import audit, shell, submissions
from portal.transfer import output
from staff.people.http import StaffRequest
from staff.people.models import Person

PAGE = "followups"
EXPORTED = 20_000
TWICE_WITHIN = timedelta(minutes=1)
ICONS = {
    forms.MINE: "person",
    forms.TEAM: "people",
    forms.ALL: "list-ul",
    forms.DONE: "check-circle",
}


def _filtered(request: StaffRequest, *, now: datetime) -> tuple[forms.FollowUpFilter, Any]:
    usual = forms.TEAM if request.scope.leads else forms.MINE
    choices = queries.choices_for(request.scope)
    form = forms.FollowUpFilter(request.GET, choices=choices, usual=usual)
    visible = FollowUp.objects.visible_to(request.scope)
    return form, form.apply(visible, scope=request.scope, now=now)


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form, found = _filtered(request, now=now)
    tab = form.tab_now
    try:
        page = queries.page_of(
            found,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            falling=tab == forms.DONE,
        )
    except queries.BadCursor:
        raise Http404 from None
    bulk = request.scope.leads and tab != forms.DONE
    context = {
        "form": form,
        "page": page,
        "heads": tables.heads(),
        "table": tables.rows(page.rows, pick=bulk, now=now),
        "count": len(page.rows) if page.whole else queries.count_of(found),
        "next_url": f"?{form.query(after=page.after)}" if page.after else "",
        "previous_url": f"?{form.query(before=page.before)}" if page.before else "",
        "tabs": [
            {
                "label": label,
                "url": f"?{form.query(tab=code)}",
                "active": code == tab,
                "icon": ICONS[code],
            }
            for code, label in forms.TABS.items()
        ],
        "tab": tab,
        "reset": f"?tab={tab}",
        "people": [
            (key, name)
            for key, name in form.offered.people
            if access.can_assign_to(request.scope, key)
        ],
        "bulk": bulk,
        "now": now,
        **shell.saved_views(request, PAGE),
        "query": form.query(),
    }
    template = "complaints/followups/list.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_GET
def export(request: StaffRequest) -> HttpResponse | FileResponse:
    """The filtered list as a file, in the columns of the import."""
    now = timezone.now()
    form, found = _filtered(request, now=now)
    kind = files_out.FOLLOWUPS
    suffix = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    if found.order_by().values("pk")[: EXPORTED + 1].count() > EXPORTED:
        messages.warning(request, _("These are too many for one file. Narrow the filters first."))
        return redirect(f"{reverse('complaints:followups')}?{form.query()}")
    target = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    count = output.WRITERS[suffix](
        kind,
        files_out.rows_of(found),
        target,
        timezone.get_default_timezone(),
        chinese=case_queries.in_chinese(),
    )
    target.seek(0)
    audit.record(
        actor=request.user,
        verb="export.done",
        at=now,
        after={"kind": kind.name, "format": suffix, "rows": count},
    )
    day = timezone.localdate(now)
    return FileResponse(target, as_attachment=True, filename=f"followups-{day}.{suffix}")


def _back_to_list(request: StaffRequest) -> HttpResponse:
    kept = QueryDict(request.POST.get("query", "")[:2000]).urlencode()
    return redirect(f"{reverse('complaints:followups')}?{kept}")


@require_POST
def hand_over_many(request: StaffRequest) -> HttpResponse:
    """Hand the selected follow-ups of the list over to somebody, with a reason."""
    if not request.scope.leads:
        raise PermissionDenied
    form = forms.BulkHandOverForm(request.POST, people=queries.candidates(request.scope))
    back = _back_to_list(request)
    if not form.is_valid():
        messages.error(request, _("Choose who gets the follow-ups, and give a reason."))
        return back
    rows = FollowUp.objects.visible_to(request.scope).filter(pk__in=forms.picked(request.POST))
    _give(request, list(rows), form.cleaned_data)
    return back


def _give(request: StaffRequest, rows: list[FollowUp], data: dict[str, Any]) -> None:
    """Hand over those that one may and that can be; say how many."""
    to = Person.objects.get(pk=data["to"])
    ids = [
        row.pk
        for row in rows
        if access.can_change_followup(request.scope, row)
        and row.state == FollowUpState.OPEN
        and row.owner_id != to.pk
    ]
    try:
        given = services.hand_over(
            actor=request.person,
            followup_ids=ids,
            to=to,
            reason=data["reason"],
            now=timezone.now(),
        )
    except services.Refused as error:
        messages.error(request, texts.REFUSALS[error.reason])
        return
    text = ngettext(
        "%(count)d follow-up is handed over to %(name)s.",
        "%(count)d follow-ups are handed over to %(name)s.",
        len(given),
    )
    messages.success(request, text % {"count": len(given), "name": to.name})
    left = len(rows) - len(given)
    if left:
        text = ngettext(
            "%(count)d was left where it is: it is done, theirs already, or not yours to give.",
            "%(count)d were left where they are: done, theirs already, or not yours to give.",
            left,
        )
        messages.info(request, text % {"count": left})


def _found(request: StaffRequest, number: str) -> FollowUp:
    followup = queries.find(request.scope, number)
    if followup is None:
        raise Http404
    return followup


def _changeable(request: StaffRequest, number: str) -> FollowUp:
    followup = _found(request, number)
    if not access.can_change_followup(request.scope, followup):
        raise PermissionDenied
    return followup


@require_GET
def followup(request: StaffRequest, number: str) -> HttpResponse:
    return _page(request, _found(request, number), {})


def _page(
    request: StaffRequest,
    found: FollowUp,
    bound: dict[str, django_forms.Form],
    *,
    status: int = 200,
    changed: bool = False,
) -> HttpResponse:
    """The page of a follow-up; `bound` holds a form that was sent, which keeps what was typed."""
    now = timezone.now()
    is_open = found.state == FollowUpState.OPEN
    may = access.can_change_followup(request.scope, found)
    facts = policies.Facts(
        is_open=is_open, due_at=found.due_at, owner_id=found.owner_id, done_at=found.done_at
    )
    people = queries.candidates(request.scope, colleagues=True) if may and is_open else []
    people = [(key, name) for key, name in people if key != found.owner_id]
    initial = {"version": found.version}
    all_forms = {
        "finish_form": forms.FinishForm(initial=initial, auto_id="finish-%s"),
        "reschedule_form": forms.RescheduleForm(initial=initial, auto_id="reschedule-%s"),
        "hand_over_form": forms.HandOverForm(people=people, initial=initial, auto_id="give-%s"),
    }
    context = {
        "followup": found,
        "moves": _lines(queries.moves_of(found)),
        "rungs": queries.rungs_of(found),
        "can_change": may and is_open,
        "can_undo": may and policies.why_not_undo(facts, now=now) is None,
        "is_open": is_open,
        "changed": changed,
        "now": now,
        **all_forms,
        **bound,
    }
    return render(request, "complaints/followups/followup.html", context, status=status)


def _lines(moves: list[FollowUpMove]) -> list[dict[str, Any]]:
    lines = []
    for move in moves:
        icon, tone = case_texts.ICONS[move.kind]
        lines.append(
            {
                "at": move.at,
                "who": move.actor.name if move.actor else "",
                "text": texts.of_move(move),
                "icon": icon,
                "tone": tone,
                "body": move.reason,
            }
        )
    return lines


def _sent_twice(request: StaffRequest, found: FollowUp, kind: EntryKind, reason: str) -> bool:
    """Whether the same person has just done the same with the same words."""
    last = FollowUpMove.objects.filter(followup=found).order_by("-at", "-pk").first()
    return (
        last is not None
        and last.actor_id == request.scope.person_id
        and (last.kind, last.reason) == (kind, reason)
        and timezone.now() - last.at < TWICE_WITHIN
    )


def _changed_page(
    request: StaffRequest, number: str, name: str, form: django_forms.Form
) -> HttpResponse:
    """Show what the follow-up is now, with what was typed; sending again takes the typed."""
    now_there = queries.find(request.scope, number)
    if now_there is None:
        messages.warning(request, _("Somebody else has changed this follow-up in the meantime."))
        return redirect("complaints:followups")
    form.data = {**form.data.dict(), "version": str(now_there.version)}  # type: ignore[attr-defined]  # a QueryDict
    return _page(request, now_there, {name: form}, status=409, changed=True)


def _refused_page(
    request: StaffRequest,
    found: FollowUp,
    name: str,
    form: django_forms.Form,
    error: services.Refused | None = None,
) -> HttpResponse:
    if error:
        form.add_error(None, str(texts.REFUSALS[error.reason]))
    return _page(request, found, {name: form}, status=422)


def _done(request: StaffRequest, number: str, text: str) -> HttpResponse:
    messages.success(request, text)
    if queries.find(request.scope, number) is None:
        return redirect("complaints:followups")
    return redirect("complaints:followup", number=number)


@require_POST
def finish(request: StaffRequest, number: str) -> HttpResponse:
    found = _changeable(request, number)
    form = forms.FinishForm(request.POST, auto_id="finish-%s")
    if not form.is_valid():
        return _refused_page(request, found, "finish_form", form)
    outcome = form.cleaned_data["outcome"]
    try:
        services.finish(
            actor=request.person,
            followup_id=found.pk,
            outcome=outcome,
            now=timezone.now(),
            version=form.cleaned_data["version"],
        )
    except services.Refused as error:
        return _refused_page(request, found, "finish_form", form, error)
    except services.ChangedMeanwhile as error:
        mine = error.current.done_by_id == request.scope.person_id
        if not (mine and error.current.outcome == outcome):
            return _changed_page(request, number, "finish_form", form)
    return _done(request, number, _("The follow-up is done."))


@require_POST
def reschedule(request: StaffRequest, number: str) -> HttpResponse:
    found = _changeable(request, number)
    form = forms.RescheduleForm(request.POST, auto_id="reschedule-%s")
    now = timezone.now()
    due_at = None
    if form.is_valid():
        due_at = forms.due_of(
            form.cleaned_data, now=now, desk=queries.desk_timetable(), owner_id=found.owner_id
        )
        if due_at is None:
            form.add_error("when", _("The desk does not open then. Give date and time."))
    if due_at is None:
        return _refused_page(request, found, "reschedule_form", form)
    reason = form.cleaned_data["reason"]
    try:
        services.reschedule(
            actor=request.person,
            followup_id=found.pk,
            due_at=due_at,
            reason=reason,
            now=now,
            version=form.cleaned_data["version"],
        )
    except services.Refused as error:
        return _refused_page(request, found, "reschedule_form", form, error)
    except services.ChangedMeanwhile:
        if not _sent_twice(request, found, EntryKind.RESCHEDULED, reason):
            return _changed_page(request, number, "reschedule_form", form)
    _warn(request, found.owner_id, due_at)
    return _done(request, number, _("The follow-up has a new due time."))


@require_POST
def hand_over(request: StaffRequest, number: str) -> HttpResponse:
    found = _changeable(request, number)
    people = queries.candidates(request.scope, colleagues=True)
    form = forms.HandOverForm(request.POST, people=people, auto_id="give-%s")
    if not form.is_valid():
        return _refused_page(request, found, "hand_over_form", form)
    reason = form.cleaned_data["reason"]
    try:
        services.hand_over(
            actor=request.person,
            followup_ids=[found.pk],
            to=Person.objects.get(pk=form.cleaned_data["to"]),
            reason=reason,
            now=timezone.now(),
            version=form.cleaned_data["version"],
        )
    except services.Refused as error:
        return _refused_page(request, found, "hand_over_form", form, error)
    except services.ChangedMeanwhile:
        if not _sent_twice(request, found, EntryKind.HANDED_OVER, reason):
            return _changed_page(request, number, "hand_over_form", form)
    _warn(request, form.cleaned_data["to"], found.due_at)
    return _done(request, number, _("The follow-up is handed over."))


@require_POST
def undo_finish(request: StaffRequest, number: str) -> HttpResponse:
    found = _changeable(request, number)
    try:
        services.undo_finish(actor=request.person, followup_id=found.pk, now=timezone.now())
    except services.Refused as error:
        messages.warning(request, texts.REFUSALS[error.reason])
        return redirect("complaints:followup", number=number)
    return _done(request, number, _("The follow-up is open again."))


def _warn(request: StaffRequest, owner_id: int, due_at: datetime) -> None:
    """Say so where the owner will not be there at the due time."""
    text = texts.of_presence(queries.presence(owner_id, at=due_at))
    if text:
        messages.warning(request, text)


def _targets(request: StaffRequest) -> tuple[list[Complaint], list[Order]]:
    """Return what the follow-ups will be about: cases by number or key, or an order."""
    data = request.POST if request.method == "POST" else request.GET
    numbers = data.getlist("case")[: forms.MOST_PICKED]
    cases = queries.cases_numbered(request.scope, numbers) if numbers else []
    if keys := forms.picked(data):
        cases += queries.targets(request.scope, keys)
    keys = [int(key) for key in data.getlist("order") if forms.KEY.fullmatch(key)][:1]
    orders = queries.orders_among(request.scope, keys) if keys else []
    if not cases and not orders:
        raise Http404
    return cases, orders


@require_http_methods(["GET", "POST"])
def assign(request: StaffRequest) -> HttpResponse:
    """Assign a follow-up of a case, of an order, or of many cases at once."""
    if not access.can_assign(request.scope):
        raise PermissionDenied
    cases, orders = _targets(request)
    people = queries.candidates(request.scope)
    if request.method == "POST" and "form_key" in request.POST:
        form = forms.AssignForm(request.POST, people=people, auto_id="assign-%s")
        if form.is_valid() and (answer := _assigned(request, form, cases, orders)):
            return answer
        return _assign_page(request, form, cases, orders, status=422)
    initial = {"form_key": submissions.new_key(), "owner": request.scope.person_id}
    form = forms.AssignForm(people=people, initial=initial, auto_id="assign-%s")
    return _assign_page(request, form, cases, orders)


def _assign_page(
    request: StaffRequest,
    form: forms.AssignForm,
    cases: list[Complaint],
    orders: list[Order],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "cases": cases,
        "orders": orders,
        "back": _leads_to(cases, orders),
        "form_key": form["form_key"].value() or submissions.new_key(),
    }
    template = "complaints/followups/assign.html"
    template = f"{template}#form" if request.htmx else template
    return render(request, template, context, status=status)


def _leads_to(cases: list[Complaint], orders: list[Order]) -> str:
    if len(cases) == 1 and not orders:
        return reverse("complaints:case", args=[cases[0].number])
    if orders and not cases:
        return reverse("complaints:order", args=[orders[0].pk])
    return f"{reverse('complaints:followups')}?tab={forms.ALL}"


def _assigned(
    request: StaffRequest, form: forms.AssignForm, cases: list[Complaint], orders: list[Order]
) -> HttpResponse | None:
    """Assign and answer; None where the form now says what is wrong."""
    data, now = form.cleaned_data, timezone.now()
    due_at = forms.due_of(data, now=now, desk=queries.desk_timetable(), owner_id=data["owner"])
    if due_at is None:
        form.add_error("when", _("The desk does not open then. Give date and time."))
        return None
    common = {
        "owner_id": data["owner"],
        "due_at": due_at,
        "purpose": data["purpose"],
        "urgent": data["urgent"],
    }
    promises = [services.Promise(complaint=case, **common) for case in cases]
    promises += [services.Promise(order=order, **common) for order in orders]
    target = _leads_to(cases, orders)
    try:
        made = services.assign_once(
            promises,
            form_key=data["form_key"] or uuid.uuid4(),
            actor=request.person,
            now=now,
            result=target,
        )
    except services.Refused as error:
        form.add_error("due_at", str(texts.REFUSALS[error.reason]))
        return None
    except submissions.AlreadySubmitted as error:
        messages.info(request, _("This was assigned already; it was sent twice."))
        return redirect(error.result or "complaints:followups")
    _say_assigned(request, made)
    return redirect(target)


def _say_assigned(request: StaffRequest, made: list[FollowUp]) -> None:
    text = ngettext(
        "%(count)d follow-up is assigned.", "%(count)d follow-ups are assigned.", len(made)
    )
    messages.success(request, text % {"count": len(made)})
    _warn(request, made[0].owner_id, made[0].due_at)


@require_GET
def presence(request: StaffRequest) -> HttpResponse:
    """A fragment beside the form: when it will be due, and whether the owner will be there."""
    if not access.can_assign(request.scope):
        raise PermissionDenied
    form = forms.CheckForm(request.GET, people=queries.candidates(request.scope))
    context: dict[str, Any] = {"due_at": None, "warning": "", "now": timezone.now()}
    if form.is_valid():
        owner = form.cleaned_data["owner"]
        due_at = forms.due_of(
            form.cleaned_data, now=timezone.now(), desk=queries.desk_timetable(), owner_id=owner
        )
        if due_at:
            context["due_at"] = due_at
            context["warning"] = texts.of_presence(queries.presence(owner, at=due_at))
    return render(request, "complaints/followups/_presence.html", context)


@require_http_methods(["GET", "POST"])
def offers(request: StaffRequest) -> HttpResponse:
    """What is offered to be handed over, by owner and reason (FUP-4, FUP-5)."""
    rows = queries.offers_for(request.scope)
    people = queries.candidates(request.scope, colleagues=not request.scope.leads)
    if request.method == "POST":
        return _settle(request, rows, people)
    context = {
        "groups": queries.grouped(rows),
        "form": forms.BulkHandOverForm(people=people, auto_id="offer-%s"),
        "count": len({row.followup_id for row in rows}),
        "now": timezone.now(),
    }
    return render(request, "complaints/followups/offers.html", context)


def _settle(request: StaffRequest, rows: list[Any], people: list[tuple[int, str]]) -> HttpResponse:
    back = redirect("complaints:offers")
    keys = set(forms.picked(request.POST))
    chosen = [row for row in rows if row.followup_id in keys]
    if not chosen:
        messages.warning(request, _("Select the follow-ups first."))
        return back
    if request.POST.get("act") == "keep":
        kept = services.keep_with_owner(
            actor=request.person, offer_ids=[row.pk for row in chosen], now=timezone.now()
        )
        text = ngettext(
            "%(count)d offer is settled: the follow-up stays with its owner.",
            "%(count)d offers are settled: the follow-ups stay with their owners.",
            kept,
        )
        messages.success(request, text % {"count": kept})
        return back
    form = forms.BulkHandOverForm(request.POST, people=people)
    if not form.is_valid():
        messages.error(request, _("Choose who gets the follow-ups, and give a reason."))
        return back
    unique = {row.followup_id: row.followup for row in chosen}
    _give_offered(request, list(unique.values()), form.cleaned_data)
    return back


def _give_offered(request: StaffRequest, rows: list[FollowUp], data: dict[str, Any]) -> None:
    """Whoever was offered a follow-up may give it away, whatever the store."""
    to = Person.objects.get(pk=data["to"])
    ids = [row.pk for row in rows if row.owner_id != to.pk and row.state == FollowUpState.OPEN]
    try:
        given = services.hand_over(
            actor=request.person,
            followup_ids=ids,
            to=to,
            reason=data["reason"],
            now=timezone.now(),
        )
    except services.Refused as error:
        messages.error(request, texts.REFUSALS[error.reason])
        return
    text = ngettext(
        "%(count)d follow-up is handed over to %(name)s.",
        "%(count)d follow-ups are handed over to %(name)s.",
        len(given),
    )
    messages.success(request, text % {"count": len(given), "name": to.name})


@require_GET
def tile_followups(request: StaffRequest) -> HttpResponse:
    """My open follow-ups, overdue first."""
    mine = queries.is_open(queries.own(request.scope), done=False)
    context = {
        "rows": queries.tile_rows(mine),
        "count": queries.count_of(mine),
        "now": timezone.now(),
    }
    return render(request, "complaints/followups/tile.html", context)


@require_GET
def tile_team(request: StaffRequest) -> HttpResponse:
    """What the people below have to do until the end of the service day."""
    if not request.scope.leads:
        raise PermissionDenied
    now = timezone.now()
    visible = FollowUp.objects.visible_to(request.scope)
    rows = queries.is_open(queries.of_people(visible, request.scope), done=False)
    loads = queries.loads(rows, now=now, until=queries.end_of_day(now))
    return render(request, "complaints/followups/tile_team.html", {"loads": loads[:12]})


@require_GET
def tile_offers(request: StaffRequest) -> HttpResponse:
    """What is offered to be handed over."""
    counts = queries.offer_counts(request.scope)
    for row in counts:
        row["label"] = texts.reason_of(row["reason"])
    return render(request, "complaints/followups/tile_offers.html", {"groups": counts[:12]})
