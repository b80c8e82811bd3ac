"""What staff adds to the shell: navigation, tile, reach, and the end of sign-ins."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import choices, figures, notices, shell, texts, ticking, weekly
from portal.enums import WayMode
from portal.transfer import registry as transfer
from staff.attendance import registry as attendance
from staff.attendance import texts as attendance_texts
from staff.attendance.queries import lines
from staff.daily import registry as daily
from staff.daily import texts as daily_texts
from staff.daily.queries import known
from staff.handbook import registry as handbook
from staff.incentives import registry as incentives
from staff.incentives import tasks as pay_tasks
from staff.incentives.enums import Measure
from staff.incentives.queries import adjustments, measures, quality, reports, simulating
from staff.incentives.services import coaching as coaching_services
from staff.incentives.services import runs, targets
from staff.incentives.texts import figures as pay_figures
from staff.incentives.texts import quality as quality_texts
from staff.incentives.texts import recognition as recognition_texts
from staff.incentives.texts import settlement as incentives_texts
from staff.incentives.texts import targets as target_texts
from staff.leave import registry as leave
from staff.people import access, queries, services
from staff.people import registry as people
from staff.people.access import Scope
from staff.people.models import Person, Store, Team
from staff.people.registry import is_person, scope_of
from staff.roster import queries as roster_queries
from staff.roster import registry as roster
from staff.roster import texts as roster_texts
from staff.roster.texts import figures as roster_figures
from staff.rulebook import queries as calendars
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
    "habit.changed": _("Number of daily work changed"),
    "person.changed": _("Person changed"),
    "person.link_made": _("Link to choose a password made"),
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
    _fill_figures()
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
    shell.register_finder("people", shell.Finder(label=_("People"), position=30, find=_find))
    texts.add_verbs(VERBS)
    shell.register_page("people", "staff:people")
    shell.register_page("stores", "staff:stores")
    shell.register_reach(_reach)
    shell.register_stores(_stores)
    transfer.register_scope(lambda user, today: access.scope_of(user, today=today))
    rulebook.register_uses("attendance", lines.uses)
    rulebook.register_pay(simulating.pay)
    ticking.register(
        ticking.Step("leaving", run=services.end_sign_ins, oldest_due=services.oldest_sign_in_due)
    )
    _fill_roster()
    attendance.fill()
    leave.fill()
    daily.fill()
    _fill_pay()
    _fill_targets()
    _fill_recognition()
    incentives.fill_piles()
    handbook.fill()
    _fill_choices()
    _fill_setup()


def _fill_setup() -> None:
    """The check-list of a new department, and the numbers that a department edits."""
    for room in (people, roster, rulebook, incentives):
        room.fill()
    handbook.fill_setup()
    daily.fill_habits()
    handbook.fill_habits()


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
            shown=is_person,
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
            shown=_serves,
        )
    )


def _fill_recognition() -> None:
    measures.register(
        Measure.AUDIT_SCORE,
        measures.Source(
            definition=target_texts.WITHOUT_SOURCE[Measure.AUDIT_SCORE], read=quality.audit_scores
        ),
    )
    for measure, read in (
        (Measure.CONVERSION, reports.conversion), (Measure.INQUIRIES, reports.inquiries),
    ):  # fmt: skip
        definition = target_texts.WITHOUT_SOURCE[measure]
        measures.register(measure, measures.Source(definition=definition, read=read))
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
            shown=is_person,
        )
    )


def _fill_figures() -> None:
    """What dashboards count, and what they may be narrowed to."""
    figures.register_places(_places)
    figures.register_service_day(calendars.service_day)
    for room in (attendance_texts, daily_texts, pay_figures, roster_figures):
        for figure in room.FIGURES:
            figures.register(figure)


def _fill_roster() -> None:
    texts.add_verbs(roster_texts.VERBS)
    for kind in roster_texts.KINDS:
        notices.register(kind)
    shell.register_tile(
        shell.Tile(
            title=_("Today's shift"),
            icon="calendar-day",
            view="staff:tile_shift",
            link="staff:roster_mine",
            position=5,
            shown=is_person,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Coverage of the next 14 days"),
            icon="calendar-week",
            view="staff:tile_cover",
            link="staff:roster",
            position=5,
            shown=_manages,
        )
    )
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


def _belongs(request: HttpRequest) -> bool:
    scope = scope_of(request)
    return scope.person_id is not None or scope.is_admin


def _manages(request: HttpRequest) -> bool:
    return is_person(request) and access.may_manage(scope_of(request))


def _serves(request: HttpRequest) -> bool:
    """Agents and leads have targets of their own; deputies and supervisors have their page."""
    return is_person(request) and not _manages(request)


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


def _stores(scope: Scope) -> list[tuple[int, str]]:
    stores = Store.objects.visible_to(scope).filter(is_open=True)
    if not scope.is_admin:
        stores = stores.filter(pk__in=scope.store_ids)
    return list(stores.order_by("name").values_list("pk", "name"))


def _robots_of(scope: Scope) -> list[int]:
    robots = Team.objects.visible_to(scope).values_list("robot_id", flat=True)
    return [robot for robot in robots if robot]


def _places(scope: Scope | None) -> figures.Places:
    """Return the teams, sites and stores that a scope may narrow figures to, in two queries."""
    if scope is None:
        return figures.Places()
    teams = Team.objects.filter(pk__in=scope.team_ids).order_by("name")
    rows = list(teams.values_list("pk", "name", "site_id", "site__name"))
    stores = Store.objects.filter(pk__in=scope.store_ids).order_by("name")
    return figures.Places(
        teams=[(pk, name) for pk, name, _site, _named in rows],
        sites=sorted({(pk, name) for _pk, _name, pk, name in rows if pk}, key=lambda one: one[1]),
        stores=list(stores.values_list("pk", "name")),
    )


def _find(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """People by number or name, for the search of the whole portal."""
    scope = scope_of(request)
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


def _fill_choices() -> None:
    """Topics of notices that people choose channels for, and who may be disturbed when."""
    for code, label, prefixes, position, mail in (
        ("roster", _("Roster, swaps and open shifts"), ("roster", "swap", "openshift"), 30, None),
        ("leave", _("Leave"), ("leave",), 35, None),
        ("attendance", _("Attendance and make-ups"), ("attendance", "makeup"), 40, None),
        (
            "pay",
            _("Statements, disputes and liabilities"),
            ("statement", "settlement", "dispute"),
            45,
            None,
        ),
        ("targets", _("Targets"), ("target",), 50, None),
        (
            "record",
            _("Praise, demerits, coaching and audits"),
            ("praise", "demerit", "coaching", "audit", "calibration"),
            55,
            None,
        ),
        ("daily", _("Daily reports and shift summaries"), ("daily",), 60, None),
        (
            "announcements",
            _("Announcements and house rules"),
            ("announcement", "rules"),
            65,
            WayMode.OFFERED,
        ),
        ("handbook", _("Handbook and training"), ("handbook", "training"), 70, None),
        ("plans", _("Contingency plans"), ("plan",), 75, WayMode.OFFERED),
    ):
        choices.register_topic(
            choices.Topic(
                code=code,
                label=label,
                prefixes=prefixes,
                position=position,
                mail=mail or WayMode.ASKED,
                private=code in {"leave", "attendance", "pay", "record"},
            )
        )
    choices.register_away(roster_queries.away_of_users)
    weekly.register_readers(queries.users_employed)
    weekly.register_end_of_day(lambda day: known.end_of(day, calendars.timetable()))
