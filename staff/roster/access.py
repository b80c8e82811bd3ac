"""Who may see, draft, publish and exchange shifts (house rules §10)."""

from staff.people.access import Scope
from staff.people.enums import Post


def may_see(scope: Scope, team_id: int | None) -> bool:
    """Names and times of a team: its people, those above it, and the administrator."""
    return scope.is_admin or (team_id is not None and team_id in scope.team_ids)


def may_draft(scope: Scope, team_id: int | None) -> bool:
    """The roster of a team: its leads and above; the administrator edits it."""
    return may_see(scope, team_id) and (scope.is_admin or scope.leads)


def may_publish(scope: Scope, team_id: int | None) -> bool:
    """Deputy and supervisor of the team."""
    return scope.rank >= Post.DEPUTY.rank and team_id in scope.team_ids


def may_excuse(scope: Scope, team_id: int | None) -> bool:
    """A rest shorter than the least: only the supervisor, with a reason (SHIFT-6)."""
    return scope.rank >= Post.SUPERVISOR.rank and team_id in scope.team_ids


def may_lead_on(scope: Scope, team_id: int | None) -> bool:
    """Whether one may appoint a stand-in, offer a shift or note an illness: leads and above."""
    return scope.leads and team_id is not None and team_id in scope.team_ids


def may_decide_swap(scope: Scope, *, team_id: int, between: tuple[int, int]) -> bool:
    """A lead of the team or above; nobody decides their own."""
    return may_lead_on(scope, team_id) and scope.person_id not in between
