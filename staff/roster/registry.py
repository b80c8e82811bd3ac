"""What shifts and the roster add to the check-list of a new department."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.setup import items
from portal.setup.items import Item, Progress, Way
from staff.people.models import Posting, Team
from staff.people.registry import LIST, SHOWN, admin_ways, scope_of
from staff.roster.models import Publication, Requirement, RosterRule, ShiftType


def _teams(request: HttpRequest) -> QuerySet[Team]:
    """Teams within reach in which somebody works."""
    scope = scope_of(request)
    staffed = Posting.objects.on(scope.today).filter(team=OuterRef("pk"))
    return Team.objects.visible_to(scope).filter(Exists(staffed)).order_by("name")


def _with(request: HttpRequest, rows: QuerySet[Any], url: str) -> Progress:
    """Return which teams have such a row; the others lack one, at an address with the team."""
    teams = _teams(request)
    has = Exists(rows.filter(team=OuterRef("pk")))
    return Progress(
        there=teams.filter(has).count(),
        lacking=[
            Way(label=team.name, url=f"{url}?team={team.pk}") for team in teams.exclude(has)[:SHOWN]
        ],
    )


def fill() -> None:
    """Register the items; called once when the app is ready."""
    items.register(
        Item(
            code="shifts",
            title=_("Shift types"),
            purpose=_("From when to when people work; day and evening shift are there (SHIFT-1)."),
            position=110,
            core=True,
            look=lambda _request: Progress(there=ShiftType.objects.filter(is_active=True).count()),
            ways=admin_ways("staff_shifttype", _("Add a shift type")),
            kinds=("staff.shifttype",),
            verbs=("shifttype.added", "shifttype.changed"),
        )
    )
    items.register(
        Item(
            code="requirements",
            title=_("How many people a shift needs"),
            purpose=_("The roster shows where somebody is missing, and proposals fill it."),
            position=120,
            needs=("teams", "shifts", "people"),
            look=lambda request: _with(
                request, Requirement.objects.all(), reverse("admin:staff_requirement_add")
            ),
            ways=admin_ways("staff_requirement", _("Add a requirement")),
        )
    )
    items.register(
        Item(
            code="roster-rules",
            title=_("Rules for rosters"),
            purpose=_("Rest between shifts, days in a row: a roster is held against such rules."),
            position=130,
            look=lambda _request: Progress(there=RosterRule.objects.filter(is_active=True).count()),
            ways=admin_ways("staff_rosterrule", _("Add a rule")),
            kinds=("staff.rosterrule",),
            verbs=("rosterrule.added", "rosterrule.changed"),
        )
    )
    items.register(
        Item(
            code="roster",
            title=_("The first published roster"),
            purpose=_("From here on people see their shifts, and attendance is judged by them."),
            position=140,
            core=True,
            needs=("people", "shifts"),
            look=lambda request: _with(request, Publication.objects.all(), reverse("staff:roster")),
            ways=lambda _request: (
                Way(label=_("Draft the roster"), url=reverse("staff:roster")),
                Way(label=LIST, url=reverse("staff:roster_published")),
            ),
        )
    )
