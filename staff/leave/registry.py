"""What leave adds to the shell: notices, navigation, its tile, and what waits to be decided."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import notices, piles, shell
from portal import texts as portal_texts
from portal.piles import Matter, Stack
from staff.leave import access, texts
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.people.registry import is_person, scope_of

WAITING = piles.Kind(label=_("Leave and rest days"), icon="airplane", view="staff:leave_waiting")


def _serves(request: HttpRequest) -> bool:
    """Deputies and supervisors see their own days off on the page of leave alone."""
    return is_person(request) and scope_of(request).rank < access.DECIDERS


def _decides(request: HttpRequest) -> bool:
    return is_person(request) and scope_of(request).rank >= access.DECIDERS


def _waiting(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return the requests that one decides: one query while there are none, else three."""
    scope = scope_of(request)
    rows = LeaveRequest.objects.filter(state=LeaveState.REQUESTED)
    rows = rows.exclude(person_id=scope.person_id or 0).order_by("asked_at", "pk")
    asked = list(
        rows.values_list(
            "person_id", "pk", "person__name", "kind", "first_day", "last_day", "half", "asked_at"
        )
    )
    if not asked:
        return []
    mine = access.decides_for(scope, access.staff_on(scope.today))
    found = [row for row in asked if row[0] in mine]
    return [
        Matter(
            kind=WAITING,
            text=f"{name} · {LeaveKind(kind).label} · {texts.span(first, last, half)}",
            url=reverse("staff:leave_request", args=[pk]),
            since=asked_at,
        )
        for _whose, pk, name, kind, first, last, half, asked_at in found[:most]
    ]


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    for kind in texts.KINDS:
        notices.register(kind)
    portal_texts.add_verbs(texts.VERBS)
    shell.register_page("leave", "staff:leave")
    shell.register_page("leave_list", "staff:leave_list")
    shell.register_nav(
        shell.NavEntry(
            label=_("Leave"),
            icon="airplane",
            view="staff:leave",
            prefix="/staff/leave/",
            position=50,
            shown=is_person,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("My days off"),
            icon="airplane",
            view="staff:tile_leave",
            link="staff:leave",
            position=25,
            shown=_serves,
        )
    )
    piles.register(
        piles.Source(code="leave", stack=Stack.DECIDE, position=10, shown=_decides, read=_waiting)
    )
