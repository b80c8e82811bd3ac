"""Somebody is missing on a shift: who could step in, illness, stand-ins."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.submissions import new_key
from staff.people.http import StaffRequest
from staff.people.models import Person
from staff.people.services import Refused
from staff.roster import access, filters, forms, services, texts
from staff.roster.models import Assignment
from staff.roster.queries.standins import StandIns, stand_ins
from staff.roster.services import Offer
from staff.roster.views.cells import name_of
from staff.roster.views.exchange import done, name_of_type, say
from staff.roster.views.pages import tabs_of


def _shift_of(request: StaffRequest, pk: int) -> Assignment:
    """Return a published shift of a team on which one leads."""
    rows = Assignment.objects.select_related("shift_type", "person", "team")
    visible = rows if request.scope.is_admin else rows.visible_to(request.scope)
    row = get_object_or_404(visible, pk=pk)
    if not access.may_lead_on(request.scope, row.team_id):
        raise PermissionDenied
    return row


@require_GET
def cover(request: StaffRequest, pk: int) -> HttpResponse:
    """Who could step in for somebody's shift, ranked, with the reasons."""
    row = _shift_of(request, pk)
    found = stand_ins(row)
    if found is None:
        raise Http404
    names = {kind.key: name_of(kind) for kind in found.month.kinds}
    possible: list[dict[str, Any]] = []
    impossible: list[dict[str, Any]] = []
    for member, one in found.candidates:
        ranked = possible if one.is_possible else impossible
        ranked.append(
            {
                "member": member,
                "one": one,
                "reasons": _reasons(one, names),
                "form_key": new_key(),
            }
        )
    context = {
        "tabs": tabs_of("roster_day"),
        "row": row,
        "name": name_of_type(row.shift_type),
        "possible": possible,
        "impossible": impossible,
        "assigns": access.may_publish(request.scope, row.team_id),
        "is_away": _is_away(found),
        "offer_fields": {"form_key": new_key()},
    }
    return render(request, "staff/roster/cover.html", context)


def _is_away(found: StandIns) -> bool:
    return (found.shift.person_id, found.shift.day) in found.month.plan.away


def _reasons(one: Any, names: dict[int, str]) -> list[str]:  # noqa: ANN401 -- a candidate
    told = []
    if one.is_away:
        told.append(_("is away that day"))
    if one.lacks_skill:
        told.append(_("lacks a skill that is needed"))
    told += [texts.words(found, names) for found in one.problems]
    return told or [_("free that day, enough rest")]


@require_POST
def sick(request: StaffRequest, pk: int) -> HttpResponse:
    """Note that somebody is ill on the day of a shift, and show who could step in."""
    row = _shift_of(request, pk)
    if row.person_id == request.scope.person_id:
        raise PermissionDenied
    try:
        services.call_sick(
            actor=request.user, person_id=row.person_id, day=row.day, now=timezone.now()
        )
    except Refused as refusal:
        say(request, refusal)
    else:
        messages.success(request, _("Noted as ill. It excuses nothing until leave is approved."))
    return redirect("staff:roster_cover", pk=pk)


@require_POST
def offer(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer somebody's shift to the team, ask one person, or put one person on it."""
    row = _shift_of(request, pk)
    if row.team_id is None:
        raise Http404
    person = filters.key_of(request.POST.get("person")) if "person" in request.POST else None
    if "person" in request.POST and person is None:
        return HttpResponseBadRequest()
    if person and not Person.objects.filter(pk=person).exists():
        raise Http404
    wanted = Offer(
        team_id=row.team_id, day=row.day, shift_type_id=row.shift_type_id, offered_to=person
    )
    now = timezone.now()
    sent = forms.KeyedForm(request.POST)
    key = sent.cleaned_data["form_key"] if sent.is_valid() else None
    if "assign" in request.POST and person:
        if not access.may_publish(request.scope, row.team_id):
            raise PermissionDenied
        done(
            request,
            lambda: services.put_on(actor=request.user, offer=wanted, form_key=key, now=now),
            _("Assigned, and told."),
        )
    else:
        said = _("Asked.") if person else _("Offered to everybody who is free that day.")
        done(
            request,
            lambda: services.offer_shift(actor=request.user, offer=wanted, form_key=key, now=now),
            said,
        )
    return redirect("staff:roster_cover", pk=pk)


@require_POST
def stand_in(request: StaffRequest, pk: int) -> HttpResponse:
    """Let whoever works this shift lead it (ORG-7)."""
    row = _shift_of(request, pk)
    if row.team_id is None:
        raise Http404
    done(
        request,
        lambda: services.stand_in(
            actor=request.user,
            team_id=row.team_id or 0,
            day=row.day,
            shift_type_id=row.shift_type_id,
            person_id=row.person_id,
            now=timezone.now(),
        ),
        _("%(person)s leads this shift.") % {"person": row.person.name},
    )
    return redirect(f"{reverse('staff:roster_day')}?team={row.team_id}&day={row.day}")
