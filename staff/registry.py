"""What staff adds to the shell: navigation, tile, reach, and the end of sign-ins."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import notices, shell, texts, ticking
from portal.transfer import registry as transfer
from staff.attendance import texts as attendance_texts
from staff.attendance.queries import lines
from staff.attendance.queries import listing as attendance
from staff.attendance.services import publication
from staff.daily import registry as daily
from staff.handbook import registry as handbook
from staff.incentives import tasks as pay_tasks
from staff.incentives.enums import Measure
from staff.incentives.queries import adjustments, measures, quality, simulating
from staff.incentives.services import coaching as coaching_services
from staff.incentives.services import runs, targets
from staff.incentives.texts import quality as quality_texts
from staff.incentives.texts import recognition as recognition_texts
from staff.incentives.texts import settlement as incentives_texts
from staff.incentives.texts import targets as target_texts
from staff.leave import texts as leave_texts
from staff.leave.access import DECIDERS
from staff.people import access, queries, services
from staff.people.access import Scope
from staff.people.http import StaffRequest
from staff.people.models import Person, Team
from staff.roster import texts as roster_texts
from staff.rulebook import registry as rulebook

VERBS = {
    "brand.added": _("Brand added"),
    "brand.changed": _("Brand changed"),
    "brand.removed": _("Brand removed"),
    "calendar.added": _("Calendar added"),
    "calendar.changed": _("Calendar changed"),
    "calendar.filled": _("Year of a calendar filled in"),
    "calendar.removed": _("Calendar removed"),
    "calendarday.added": _("Day of a calendar added"),
    "calendarday.changed": _("Day of a calendar changed"),
    "calendarday.removed": _("Day of a calendar removed"),
    "people.chiefs_set": _("Chiefs set by an import"),
    "people.imported": _("People imported"),
    "person.absence_recorded": _("Absence recorded"),
    "person.absence_withdrawn": _("Absence withdrawn"),
    "person.changed": _("Person changed"),
    "person.hired": _("Person hired"),
    "person.posted": _("Post, team or chief changed"),
    "person.posting_withdrawn": _("Posting withdrawn"),
    "person.salary_set": _("Base salary set"),
    "person.sign_in_opened": _("Sign-in opened"),
    "policy.added": _("Policy added"),
    "policy.changed": _("Policy changed"),
    "policy.removed": _("Policy removed"),
    "roster.assigned": _("Shift assigned"),
    "roster.imported": _("Roster imported"),
    "roster.unassigned": _("Shift taken away"),
    "shifttype.added": _("Shift type added"),
    "shifttype.changed": _("Shift type changed"),
    "shifttype.removed": _("Shift type removed"),
    "site.added": _("Site added"),
    "site.changed": _("Site changed"),
    "site.removed": _("Site removed"),
    "store.added": _("Store added"),
    "store.changed": _("Store changed"),
    "store.removed": _("Store removed"),
    "store.served": _("Store given to a team"),
    "store.service_withdrawn": _("Serving of a store withdrawn"),
    "specialday.added": _("Special day added"),
    "specialday.changed": _("Special day changed"),
    "specialday.removed": _("Special day removed"),
    "stores.imported": _("Stores imported"),
    "team.added": _("Team added"),
    "team.changed": _("Team changed"),
    "team.removed": _("Team removed"),
}


def fill() -> None:
    """Make staff's places known; called once when the app is ready."""
    shell.register_nav(
        shell.NavEntry(
            label=_("People"),
            icon="people",
            view="staff:people",
            prefix="/staff/",
            position=60,
            shown=_belongs,
        )
    )
    shell.register_nav(
        shell.NavEntry(
            label=_("Policy"),
            icon="sliders",
            view="staff:policy",
            prefix="/staff/policy/",
            position=70,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Today's shift"),
            icon="calendar-day",
            view="staff:tile_shift",
            link="staff:roster_mine",
            position=5,
            shown=_is_person,
        )
    )
    shell.register_finder("people", shell.Finder(label=_("People"), position=30, find=_find))
    texts.add_verbs(VERBS)
    shell.register_page("people", "staff:people")
    shell.register_page("stores", "staff:stores")
    shell.register_reach(_reach)
    transfer.register_scope(lambda user, today: access.scope_of(user, today=today))
    rulebook.register_uses("attendance", lines.uses)
    rulebook.register_pay(simulating.pay)
    ticking.register(
        ticking.Step("leaving", run=services.end_sign_ins, oldest_due=services.oldest_sign_in_due)
    )
    _fill_roster()
    _fill_attendance()
    _fill_leave()
    daily.fill()
    _fill_pay()
    _fill_targets()
    _fill_recognition()
    for kind in incentives_texts.KINDS:
        notices.register(kind)
    texts.add_verbs(incentives_texts.VERBS)
    handbook.fill()


def _fill_leave() -> None:
    for kind in leave_texts.KINDS:
        notices.register(kind)
    texts.add_verbs(leave_texts.VERBS)
    shell.register_page("leave", "staff:leave")
    shell.register_page("leave_list", "staff:leave_list")
    shell.register_nav(
        shell.NavEntry(
            label=_("Leave"),
            icon="airplane",
            view="staff:leave",
            prefix="/staff/leave/",
            position=50,
            shown=_is_person,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("My days off"),
            icon="airplane",
            view="staff:tile_leave",
            link="staff:leave",
            position=25,
            shown=_is_person,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Leave to decide"),
            icon="check2-square",
            view="staff:tile_leave_waiting",
            link="staff:leave_waiting",
            position=8,
            shown=_decides,
        )
    )


def _fill_pay() -> None:
    for kind in incentives_texts.KINDS:
        notices.register(kind)
    texts.add_verbs(incentives_texts.VERBS)
    ticking.register(
        ticking.Step("settlements", run=pay_tasks.ring_again, oldest_due=runs.oldest_waiting)
    )
    shell.register_nav(
        shell.NavEntry(
            label=_("Pay"),
            icon="receipt",
            view="staff:pay",
            prefix="/staff/pay/",
            position=52,
            shown=_is_person,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("My statement"),
            icon="receipt",
            view="staff:tile_pay",
            link="staff:pay",
            position=24,
            shown=_is_person,
        )
    )


def _fill_targets() -> None:
    for kind in target_texts.KINDS:
        notices.register(kind)
    texts.add_verbs(target_texts.VERBS)
    adjustments.register_page("target", lambda key: reverse("staff:target", args=[key]))
    ticking.register(ticking.Step("targets", run=targets.freeze_due, oldest_due=targets.oldest_due))
    shell.register_nav(
        shell.NavEntry(
            label=_("Targets"),
            icon="bullseye",
            view="staff:targets",
            prefix="/staff/targets/",
            position=55,
            shown=_belongs,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("My targets"),
            icon="bullseye",
            view="staff:tile_targets",
            link="staff:targets",
            position=26,
            shown=_is_person,
        )
    )


def _fill_recognition() -> None:
    measures.register(
        Measure.AUDIT_SCORE,
        measures.Source(
            definition=target_texts.WITHOUT_SOURCE[Measure.AUDIT_SCORE], read=quality.audit_scores
        ),
    )
    for found in (recognition_texts, quality_texts):
        texts.add_verbs(found.VERBS)
        for kind in found.KINDS:
            notices.register(kind)
    ticking.register(
        ticking.Step(
            "coaching", run=coaching_services.remind_due, oldest_due=coaching_services.oldest_due
        )
    )
    for page, view in (
        ("praise", "wall"),
        ("demerits", "demerits"),
        ("coaching", "coaching_list"),
        ("quality_audits", "quality_audits"),
    ):
        shell.register_page(page, f"staff:{view}")
    shell.register_nav(
        shell.NavEntry(
            label=_("Recognition"),
            icon="trophy",
            view="staff:wall",
            prefix="/staff/recognition/",
            position=55,
            shown=_is_person,
        )
    )
    for title, icon, view, link, position in (
        (_("Wall of praise"), "trophy", "tile_wall", "wall", 60),
        (_("Coaching"), "chat-left-text", "tile_coaching", "coaching_list", 35),
    ):
        shell.register_tile(
            shell.Tile(
                title=title,
                icon=icon,
                view=f"staff:{view}",
                link=f"staff:{link}",
                position=position,
                shown=_is_person,
            )
        )


def _decides(request: HttpRequest) -> bool:
    scope = cast("StaffRequest", request).scope
    return scope.person_id is not None and scope.rank >= DECIDERS


def _fill_roster() -> None:
    texts.add_verbs(roster_texts.VERBS)
    for kind in roster_texts.KINDS:
        notices.register(kind)
    shell.register_nav(
        shell.NavEntry(
            label=_("Roster"),
            icon="calendar-week",
            view="staff:roster",
            prefix="/staff/roster/",
            position=40,
            shown=_belongs,
        )
    )


def _fill_attendance() -> None:
    for kind in attendance_texts.KINDS:
        notices.register(kind)
    texts.add_verbs(attendance_texts.VERBS)
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
            shown=_is_person,
        )
    )
    for title, icon, view, link, position, shown in (
        (_("My month so far"), "clock-history", "tile_attendance", "attendance", 6, _is_person),
        (_("Who is on"), "broadcast", "tile_board", "board", 7, _leads),
        (_("Make-ups to decide"), "patch-check", "tile_makeups", "makeups", 8, _decides),
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


def _belongs(request: HttpRequest) -> bool:
    scope = cast("StaffRequest", request).scope
    return scope.person_id is not None or scope.is_admin


def _is_person(request: HttpRequest) -> bool:
    return cast("StaffRequest", request).scope.person_id is not None


def _leads(request: HttpRequest) -> bool:
    return attendance.leads(cast("StaffRequest", request).scope)


def _reach(scope: Scope) -> shell.Reach:
    """Acts are seen by deputies and supervisors, of the people below (§10)."""
    if not access.may_manage(scope):
        return shell.Reach()
    return shell.Reach(
        operator=True,
        find_users=lambda: _users_below(scope),
        find_robots=lambda: _robots_of(scope),
    )


def _users_below(scope: Scope) -> list[int]:
    users = Person.objects.filter(pk__in=scope.below_ids).values_list("user_id", flat=True)
    return [user for user in users if user]


def _robots_of(scope: Scope) -> list[int]:
    robots = Team.objects.visible_to(scope).values_list("robot_id", flat=True)
    return [robot for robot in robots if robot]


def _find(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """People by number or name, for the search of the whole portal."""
    scope = cast("StaffRequest", request).scope
    found = queries.narrowed(Person.objects.visible_to(scope), {"q": text}, day=scope.today)
    return [
        shell.Hit(
            title=f"{row.number} {row.name}",
            text=row.team or "",
            url=reverse("staff:person", args=[row.number]),
            icon="person",
        )
        for row in queries.rows_of(found, sort="number", start=0, size=most)
    ]
