"""Parts of the home page: the web punch, the month so far, the board, open make-ups."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.period import Month
from staff.attendance.models import MakeUp, Punch
from staff.attendance.queries import listing
from staff.attendance.queries.records import NOBODY, days_of_people
from staff.attendance.views.own import stats
from staff.attendance.views.team import board_context
from staff.people.enums import Post
from staff.people.http import StaffRequest

LAST_PUNCHES = 3


@require_GET
def month(request: StaffRequest) -> HttpResponse:
    """The month so far: lateness, red packets, make-ups; with the web punch."""
    me, now = request.person, timezone.now()
    this = Month.of(request.scope.today)
    found = days_of_people([me.pk], span=this.span, now=now).get(me.pk, NOBODY)
    last = Punch.objects.filter(person=me, punched_at__lte=now).order_by("-punched_at")
    context = {
        "stats": [row for row in stats(found, month=this) if row["icon"] in SHOWN],
        "last": last[:LAST_PUNCHES],
        "now": now,
    }
    return render(request, "staff/attendance/tile_month.html", context)


SHOWN = {"clock", "envelope-paper-heart", "patch-check"}


@require_GET
def board(request: StaffRequest) -> HttpResponse:
    if not listing.leads(request.scope):
        raise PermissionDenied
    return render(request, "staff/attendance/tile_board.html", board_context(request))


@require_GET
def makeups(request: StaffRequest) -> HttpResponse:
    """The requests that wait for a decision."""
    if request.scope.rank < Post.DEPUTY.rank:
        raise PermissionDenied
    waiting = MakeUp.objects.visible_to(request.scope).undecided().exclude(person=request.person)
    context = {
        "count": waiting.count(),
        "rows": waiting.select_related("person").order_by("asked_at")[:5],
    }
    return render(request, "staff/attendance/tile_makeups.html", context)
