"""What attendance adds to the shell: notices, navigation, tiles, what waits, the published week."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal import notices, piles, shell, ticking
from portal import texts as portal_texts
from portal.piles import Matter, Stack
from staff.attendance import texts
from staff.attendance.enums import Side
from staff.attendance.models import MakeUp
from staff.attendance.queries import listing
from staff.attendance.services import publication
from staff.people.registry import decides, is_person, scope_of

WAITING = piles.Kind(label=_("Make-ups"), icon="patch-check", view="staff:makeups")


def _leads(request: HttpRequest) -> bool:
    return listing.leads(scope_of(request))


def _waiting(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return the make-ups that wait for a certificate (ATT-13), in one query."""
    scope = scope_of(request)
    rows = MakeUp.objects.visible_to(scope).undecided().exclude(person_id=scope.person_id or 0)
    found = rows.order_by("asked_at", "pk").values_list("person__name", "day", "side", "asked_at")
    return [
        Matter(
            kind=WAITING,
            text=f"{name} · {Side(side).label} · {date_format(day, 'SHORT_DATE_FORMAT')}",
            url=reverse("staff:makeups"),
            since=asked_at,
        )
        for name, day, side, asked_at in found[:most]
    ]


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    for kind in texts.KINDS:
        notices.register(kind)
    portal_texts.add_verbs(texts.VERBS)
    ticking.register(
        ticking.Step(
            "attendance-week", run=publication.publish_due, oldest_due=publication.oldest_due
        )
    )
    shell.register_page("attendance", "staff:attendance_list")
    shell.register_nav(
        shell.NavEntry(
            label=_("Attendance"),
            icon="clock-history",
            view="staff:attendance",
            prefix="/staff/attendance/",
            position=45,
            shown=is_person,
        )
    )
    for title, icon, view, link, position, shown in (
        (_("My month so far"), "clock-history", "tile_attendance", "attendance", 6, is_person),
        (_("Who is on"), "broadcast", "tile_board", "board", 7, _leads),
    ):
        shell.register_tile(
            shell.Tile(
                title=title,
                icon=icon,
                view=f"staff:{view}",
                link=f"staff:{link}",
                position=position,
                shown=shown,
            )
        )
    piles.register(
        piles.Source(code="makeups", stack=Stack.DECIDE, position=11, shown=decides, read=_waiting)
    )
