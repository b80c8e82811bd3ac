"""What the staff app adds to the shell: how far somebody's look reaches."""

from typing import cast

from django.http import HttpRequest

from portal import shell
from portal.models import User
from staff.people.access import may_manage
from staff.people.http import StaffRequest
from staff.people.models import Team


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    shell.register_reach(_reach)


def _reach(request: HttpRequest) -> shell.Reach:
    """Deputy and supervisor look at the people below and at the robots of their teams (§10)."""
    if not request.user.is_authenticated:
        return shell.Reach()
    scope = cast("StaffRequest", request).scope
    if not may_manage(scope):
        return shell.Reach()
    below = User.objects.filter(person__in=scope.below_ids)
    robots = Team.objects.filter(pk__in=scope.team_ids).exclude(robot=None)
    return shell.Reach(
        operator=True,
        find_users=lambda: below.values_list("pk", flat=True),
        find_robots=lambda: robots.values_list("robot_id", flat=True),
    )
