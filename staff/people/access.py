"""Who one is towards the rest of the department, computed once for each request."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from portal.models import User
from staff.people.enums import Post
from staff.people.models import Person, Posting, StoreService


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What a user may reach today (house rules §10).

    `below_ids` are the people below at any depth, without oneself; `team_ids` one's own team and
    those of the people below; `store_ids` the stores that these teams serve, for a supervisor
    also the stores that no team serves.
    """

    user_id: int
    person_id: int | None
    post: Post | None
    is_admin: bool
    team_id: int | None
    team_ids: frozenset[int]
    store_ids: frozenset[int]
    below_ids: frozenset[int]
    today: date

    @property
    def rank(self) -> int:
        """0 for agents and outsiders, 1 lead, 2 deputy, 3 supervisor."""
        return self.post.rank if self.post else 0

    @property
    def leads(self) -> bool:
        """Shift lead or above."""
        return self.rank >= Post.LEAD.rank


def leads(scope: Scope) -> bool:
    """Whether somebody sees the figures of a team: shift lead or above (§10)."""
    return scope.leads


def _below(chief_id: int, reports: dict[int | None, list[int]]) -> frozenset[int]:
    found: set[int] = set()
    waiting = list(reports[chief_id])
    while waiting:
        person_id = waiting.pop()
        if person_id not in found and person_id != chief_id:
            found.add(person_id)
            waiting += reports[person_id]
    return frozenset(found)


def _stores(teams: Iterable[int], *, today: date, with_unserved: bool) -> frozenset[int]:
    served = StoreService.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today
    )
    wanted = Q(team_id__in=teams)
    if with_unserved:
        wanted |= Q(team_id=None)
    return frozenset(served.filter(wanted).values_list("store_id", flat=True))


def scope_of(user: User, *, today: date) -> Scope:
    """Return the scope of a user on a day: three queries for a person with people below."""
    own = Posting.objects.on(today).filter(person__user=user).order_by("pk").first()
    person_id = (
        own.person_id
        if own
        else Person.objects.filter(user=user).values_list("pk", flat=True).first()
    )
    below: frozenset[int] = frozenset()
    teams: set[int] = set()
    if own is not None and own.team_id:
        teams.add(own.team_id)
    if own is not None and Post(own.post).rank:
        reports: dict[int | None, list[int]] = defaultdict(list)
        team_of: dict[int, int | None] = {}
        rows = Posting.objects.on(today).values_list("person_id", "chief_id", "team_id")
        for someone, chief, team in rows:
            reports[chief].append(someone)
            team_of[someone] = team
        below = _below(own.person_id, reports)
        teams |= {held for someone in below if (held := team_of.get(someone))}
    post = Post(own.post) if own else None
    return Scope(
        user_id=user.pk,
        person_id=person_id,
        post=post,
        is_admin=user.is_superuser,
        team_id=own.team_id if own else None,
        team_ids=frozenset(teams),
        store_ids=_stores(teams, today=today, with_unserved=post == Post.SUPERVISOR)
        if post
        else frozenset(),
        below_ids=below,
        today=today,
    )


def may_manage(scope: Scope) -> bool:
    """Whether people, teams and stores may be changed: deputy, supervisor, administrator."""
    return scope.is_admin or scope.rank >= Post.DEPUTY.rank


def may_manage_person(scope: Scope, person_id: int) -> bool:
    """Whether this person may be changed: only one's own people, for the administrator all."""
    return may_manage(scope) and (scope.is_admin or person_id in scope.below_ids)


def may_see_contact(scope: Scope, person_id: int) -> bool:
    """Phone and e-mail: one's own, and those of the people below.

    The administrator sees them too, who looks after sign-ins.
    """
    return scope.is_admin or person_id == scope.person_id or person_id in scope.below_ids


def may_see_salary(scope: Scope, person_id: int) -> bool:
    """One's own, and for deputy and supervisor those of the people below (INC-8).

    Neither for leads, nor for the administrator.
    """
    if person_id == scope.person_id:
        return True
    return scope.rank >= Post.DEPUTY.rank and person_id in scope.below_ids


def may_set_salary(scope: Scope, person_id: int) -> bool:
    """Deputy and supervisor for the people below; nobody for themselves."""
    return scope.rank >= Post.DEPUTY.rank and person_id in scope.below_ids


def may_see_shifts(scope: Scope, *, person_id: int, team_id: int | None) -> bool:
    """Names and times: own, of the team, of the people below, and for the administrator."""
    return (
        scope.is_admin
        or person_id in scope.below_ids | {scope.person_id}
        or team_id in scope.team_ids
    )


def may_roster(scope: Scope, person_id: int) -> bool:
    """Whether the shifts of this person may be published: own people and oneself."""
    return scope.is_admin or (
        may_manage(scope) and person_id in scope.below_ids | {scope.person_id}
    )
