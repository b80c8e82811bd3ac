"""Shifts as small parts of other pages."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from staff.people import access
from staff.people.http import StaffRequest
from staff.people.models import Person, Posting
from staff.roster.models import Assignment, ShiftType
from staff.roster.queries import figures
from staff.rulebook import queries as rulebook

DAYS_AHEAD = 14


def _name(kind: ShiftType) -> str:
    return kind.name_zh if (get_language() or "").startswith("zh") else kind.name_en


@require_GET
def tile_shift(request: StaffRequest) -> HttpResponse:
    """Today's shift of whoever asks, its lead, and who else works it."""
    me = request.person
    today = rulebook.service_day(timezone.now())
    of_today = Assignment.objects.filter(day=today).select_related("shift_type", "person")
    mine = list(of_today.filter(person=me).order_by("starts_at"))
    shifts = []
    for turn in mine:
        same = of_today.filter(shift_type_id=turn.shift_type_id).exclude(person=me)
        team = list(same.filter(team_id=turn.team_id)) if turn.team_id else []
        lead = next((each.person for each in team if each.is_lead), None)
        others = [each.person for each in team if not each.is_lead]
        shifts.append((turn, _name(turn.shift_type), lead, others))
    chief = None
    if not mine:
        posting = Posting.objects.on(today).filter(person=me).select_related("chief").first()
        chief = posting.chief if posting else None
    context = {"shifts": shifts, "chief": chief, "today": today}
    return render(request, "staff/roster/tile_shift.html", context)


@require_GET
def tile_cover(request: StaffRequest) -> HttpResponse:
    """What the published shifts of the next 14 days lack to their minimum."""
    if not request.scope.leads:
        raise PermissionDenied
    now = timezone.now()
    days = figures.lacking(request.scope, now=now)
    context = {"days": days, "lacks": sum(lack for _day, lack in days)}
    return render(request, "staff/roster/tile_cover.html", context)


@require_GET
def shifts(request: StaffRequest, number: str) -> HttpResponse:
    """The shifts of somebody in the next two weeks, for the person's page."""
    scope = request.scope
    someone = get_object_or_404(Person.objects.visible_to(scope), number=number)
    posting = Posting.objects.on(scope.today).filter(person=someone).first()
    team_id = posting.team_id if posting else None
    if not access.may_see_shifts(scope, person_id=someone.pk, team_id=team_id):
        raise PermissionDenied
    rows = Assignment.objects.filter(
        person=someone, day__gte=scope.today, day__lte=scope.today + timedelta(days=DAYS_AHEAD)
    ).select_related("shift_type")
    context = {"rows": [(row, _name(row.shift_type)) for row in rows.order_by("starts_at")]}
    return render(request, "staff/roster/shifts.html", context)
