"""Edits of a draft: small ones answer with the parts of the matrix that change."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from staff.people.http import StaffRequest
from staff.people.models import Person
from staff.people.services import Refused
from staff.roster import access, filters, forms, services, texts
from staff.roster.models import DraftStep
from staff.roster.queries.month import last_day, month_of, shift_kinds
from staff.roster.services import Outcome, Rotation
from staff.roster.views.cells import name_of, rows_of
from staff.roster.views.pages import Chosen, bar_of, chosen_of, letters_of, matrix_of

TOLD = 12
UNPROCESSABLE = 422


def _chosen(request: StaffRequest) -> Chosen:
    """Return the team and month of an edit, which whoever asks may draft."""
    sent = request.GET.dict() | request.POST.dict()
    chosen = chosen_of(request, sent)
    if chosen is None or filters.key_of(sent.get("team")) != chosen.team_id:
        raise Http404
    if not access.may_draft(request.scope, chosen.team_id):
        raise PermissionDenied
    return chosen


def _answer(
    request: StaffRequest,
    chosen: Chosen,
    people: Collection[int],
    *,
    said: str = "",
    status: int = 200,
) -> JsonResponse:
    """Return the rows of some people, and all that depends on everybody's days."""
    matrix = matrix_of(request, chosen)
    everybody = [member.person_id for member in matrix.month.members]
    steps = DraftStep.objects.filter(
        team_id=chosen.team_id, month=chosen.month, done_by=request.user
    )
    bar = {
        "bar": bar_of(request, matrix, can_undo=steps.exists()),
        "csrf_token": request.META.get("CSRF_COOKIE", ""),
    }
    return JsonResponse(
        {
            "said": said,
            "rows": rows_of(matrix, people),
            "shares": {str(one): matrix.shares_of(one) for one in everybody},
            "head": matrix.head,
            "foot": matrix.foot,
            "broken": matrix.broken,
            "bar": render_to_string("staff/roster/_bar.html", bar, request=request),
        },
        status=status,
    )


def _tried(
    request: StaffRequest, chosen: Chosen, people: Collection[int], act: Callable[[], Outcome]
) -> JsonResponse:
    """Run a service; a refusal is answered in words, with the days as they are now."""
    try:
        outcome = act()
    except Refused as refusal:
        said = texts.sentence(refusal)
        return _answer(request, chosen, people, said=said, status=UNPROCESSABLE)
    changed = {person for person, _day in outcome.changed}
    return _answer(request, chosen, {*people, *changed})


@require_POST
def edit(request: StaffRequest) -> HttpResponse:
    """Set days to shifts: one, or two when a shift is dragged."""
    chosen = _chosen(request)
    try:
        wants = forms.wants_of(request.body)
    except (forms.NotWants, RawPostDataException):  # a form was sent instead
        return HttpResponseBadRequest()
    if not _all_inside(chosen, [want.day for want in wants]):
        return HttpResponseBadRequest()
    return _tried(
        request,
        chosen,
        {want.person_id for want in wants},
        lambda: services.set_shifts(
            actor=request.user, team_id=chosen.team_id, month=chosen.month, wants=wants,
            now=timezone.now(),
        ),
    )  # fmt: skip


def _all_inside(chosen: Chosen, days: Collection[date]) -> bool:
    return all(chosen.month <= day <= last_day(chosen.month) for day in days)


def _one(request: StaffRequest, chosen: Chosen) -> tuple[int, date, str | None, dict[str, Any]]:
    """Return the person and day of an act upon one cell. Raises NotWants."""
    sent = request.POST
    person, day = filters.key_of(sent.get("person")), filters.day_of(sent.get("day"))
    if person is None or day is None or not _all_inside(chosen, [day]):
        raise forms.NotWants
    return person, day, sent.get("seen"), sent.dict()


@require_POST
def act(request: StaffRequest, name: str) -> HttpResponse:
    """Lead, fix or excuse one day of somebody."""
    chosen = _chosen(request)
    try:
        person, day, seen, sent = _one(request, chosen)
    except forms.NotWants:
        return HttpResponseBadRequest()
    common: dict[str, Any] = {
        "actor": request.user, "team_id": chosen.team_id, "month": chosen.month,
        "key": (person, day), "now": timezone.now(),
    }  # fmt: skip
    if name == "lead":
        return _tried(request, chosen, {person}, lambda: services.set_lead(seen=seen, **common))
    if name == "fix":
        fixed = sent.get("fixed") == "yes"
        return _tried(request, chosen, {person}, lambda: services.fix(fixed=fixed, **common))
    if name != "excuse":
        raise Http404
    if not access.may_excuse(request.scope, chosen.team_id):
        raise PermissionDenied
    form = forms.ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _tried(request, chosen, {person}, lambda: services.excuse(reason=reason, **common))


@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    chosen = _chosen(request)
    return _tried(
        request,
        chosen,
        (),
        lambda: services.undo(
            actor=request.user, team_id=chosen.team_id, month=chosen.month, now=timezone.now()
        ),
    )


def _back(chosen: Chosen) -> HttpResponse:
    return redirect(f"{reverse('staff:roster')}?{chosen.query()}")


def _people(chosen: Chosen) -> tuple[list[int], Any]:
    month = month_of(chosen.team_id, chosen.month)
    ids = [member.person_id for member in month.members if not member.is_guest]
    return ids, Person.objects.filter(pk__in=ids)


def _picked(form: Any, ids: list[int]) -> list[int]:  # noqa: ANN401 -- one of two forms
    """Return who is picked in the order of the rows; nobody picked is everybody."""
    picked = {person.pk for person in form.cleaned_data["people"]}
    return [one for one in ids if one in picked] if picked else ids


def _tell_outcome(request: StaffRequest, outcome: Outcome) -> None:
    count = len(outcome.changed)
    said = ngettext("%(count)s day changed.", "%(count)s days changed.", count) % {"count": count}
    messages.success(request, said)
    if not outcome.skipped:
        return
    names = dict(
        Person.objects.filter(pk__in={key[0] for key, _code in outcome.skipped}).values_list(
            "pk", "name"
        )
    )
    told = [
        _("%(person)s, %(day)s: %(reason)s")
        % {
            "person": names[person],
            "day": date_format(day, "MONTH_DAY_FORMAT"),
            "reason": texts.of_code(code),
        }
        for (person, day), code in outcome.skipped[:TOLD]
    ]
    left = len(outcome.skipped)
    head = ngettext("%(count)s day was left alone.", "%(count)s days were left alone.", left)
    messages.warning(request, " ".join([head % {"count": left}, *told]))


def _say_errors(request: StaffRequest, form: Any) -> None:  # noqa: ANN401 -- any form
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        said = " ".join(errors)
        told = _("%(about)s: %(what)s") % {"about": label, "what": said}
        messages.error(request, told if label else said)


@require_POST
def copy_week(request: StaffRequest) -> HttpResponse:
    chosen = _chosen(request)
    ids, people = _people(chosen)
    form = forms.CopyForm(request.POST, people=people)
    if not form.is_valid():
        _say_errors(request, form)
        return _back(chosen)
    return _many(
        request,
        chosen,
        lambda: services.copy_week(
            actor=request.user,
            team_id=chosen.team_id,
            people=_picked(form, ids),
            days=(form.cleaned_data["source"], form.cleaned_data["target"]),
            now=timezone.now(),
        ),
    )


@require_POST
def rotate(request: StaffRequest) -> HttpResponse:
    chosen = _chosen(request)
    ids, people = _people(chosen)
    form = forms.RotationForm(request.POST, people=people, letters=letters_of(shift_kinds()))
    if not form.is_valid():
        _say_errors(request, form)
        return _back(chosen)
    data = form.cleaned_data
    rotation = Rotation(
        people=_picked(form, ids),
        pattern=data["pattern"],
        first=data["first"],
        last=data["last"],
        shift_by=data["shift_by"],
    )
    return _many(
        request,
        chosen,
        lambda: services.rotate(
            actor=request.user, team_id=chosen.team_id, rotation=rotation, now=timezone.now()
        ),
    )


def _many(request: StaffRequest, chosen: Chosen, act: Callable[[], Outcome]) -> HttpResponse:
    try:
        _tell_outcome(request, act())
    except Refused as refusal:
        messages.error(request, texts.sentence(refusal))
    return _back(chosen)


@require_POST
def discard(request: StaffRequest) -> HttpResponse:
    chosen = _chosen(request)
    count = services.discard(
        actor=request.user,
        team_id=chosen.team_id,
        month=chosen.month,
        last=last_day(chosen.month),
        now=timezone.now(),
    )
    said = ngettext("%(count)s day discarded.", "%(count)s days discarded.", count)
    messages.success(request, said % {"count": count})
    return _back(chosen)


@require_POST
def publish(request: StaffRequest) -> HttpResponse:
    chosen = _chosen(request)
    if not access.may_publish(request.scope, chosen.team_id):
        raise PermissionDenied
    try:
        done = services.publish(
            actor=request.user, team_id=chosen.team_id, month=chosen.month, now=timezone.now()
        )
    except services.BrokenRules as refusal:
        messages.error(request, " ".join([texts.sentence(refusal), *_named(refusal)]))
    except Refused as refusal:
        messages.error(request, texts.sentence(refusal))
    else:
        count = done.changed_days
        said = ngettext(
            "Published. %(count)s day changed; everybody concerned is told.",
            "Published. %(count)s days changed; everybody concerned is told.",
            count,
        )
        messages.success(request, said % {"count": count})
    return _back(chosen)


def _named(refusal: services.BrokenRules) -> list[str]:
    """Return the first of the rules that forbid a publication, with person and day."""
    people = dict(
        Person.objects.filter(pk__in={one.person_id for one in refusal.found if one.person_id})
        .values_list("pk", "name")
    )  # fmt: skip
    names = {kind.key: name_of(kind) for kind in shift_kinds()}
    told = []
    for one in refusal.found[:TOLD]:
        day = date_format(one.day, "MONTH_DAY_FORMAT") if one.day else ""
        person = people.get(one.person_id or 0, "")
        both = _("%(person)s, %(day)s") % {"person": person, "day": day}
        about = both if person and day else person or day
        told.append(_("%(about)s: %(what)s.") % {"about": about, "what": texts.words(one, names)})
    return told
