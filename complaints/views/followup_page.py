"""The page of a follow-up and what is done there: finish, reschedule, hand over, undo."""

from datetime import datetime, timedelta
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints import access
from complaints.enums import EntryKind, FollowUpState
from complaints.forms import followups as forms
from complaints.models import FollowUp, FollowUpMove
from complaints.policies import followups as policies
from complaints.queries import followups as queries
from complaints.services import followups as services
from complaints.texts import cases as case_texts
from complaints.texts import followups as texts
from staff.people.http import StaffRequest
from staff.people.models import Person

TWICE_WITHIN = timedelta(minutes=1)


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
    warn(request, found.owner_id, due_at)
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
    warn(request, form.cleaned_data["to"], found.due_at)
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


def warn(request: StaffRequest, owner_id: int, due_at: datetime) -> None:
    """Say so where the owner will not be there at the due time."""
    text = texts.of_presence(queries.presence(owner_id, at=due_at))
    if text:
        messages.warning(request, text)
