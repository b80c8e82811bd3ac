"""Who may see, decide and withdraw which request (house rules §10, LEAVE-1, LEAVE-3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from staff.leave.models import LeaveRequest
from staff.people.access import Scope, may_see_salary
from staff.people.enums import Post
from staff.people.queries import Member, above

DECIDERS = Post.DEPUTY.rank


@dataclass(frozen=True)
class Deciders:
    """Who decides somebody's requests, nearest first; `is_exception` is to be logged."""

    person_ids: tuple[int, ...]
    is_exception: bool = False


def deciders_of(person_id: int, everybody: Mapping[int, Member]) -> Deciders:
    """Return who decides the requests of somebody on the day of `everybody`.

    Deputies and supervisors above the person; a deputy's own the supervisor; a supervisor's own
    another supervisor, else a deputy below, as an exception. Never oneself.
    """
    own = everybody.get(person_id)
    post = own.post if own else Post.PRESALE
    if post == Post.SUPERVISOR:
        return _instead_of_supervisor(person_id, everybody)
    least = Post.SUPERVISOR.rank if post == Post.DEPUTY else DECIDERS
    chain = above(person_id, everybody)
    return Deciders(tuple(one.person_id for one in chain if one.post.rank >= least))


def _instead_of_supervisor(person_id: int, everybody: Mapping[int, Member]) -> Deciders:
    others = [
        one.person_id
        for one in everybody.values()
        if one.post == Post.SUPERVISOR and one.person_id != person_id
    ]
    if others:
        return Deciders(tuple(others))
    deputies = [
        one.person_id
        for one in everybody.values()
        if one.post == Post.DEPUTY
        and any(chief.person_id == person_id for chief in above(one.person_id, everybody))
    ]
    return Deciders(tuple(deputies), is_exception=True)


def decides_for(scope: Scope, everybody: Mapping[int, Member]) -> frozenset[int]:
    """Return the people whose requests one decides."""
    if scope.person_id is None or scope.rank < DECIDERS:
        return frozenset()
    bosses = {one.person_id for one in everybody.values() if one.post.rank >= DECIDERS}
    # Agents and leads below are one's own in any case; only deputies and supervisors are looked at.
    found = scope.below_ids - bosses
    return found | {
        person_id
        for person_id in bosses
        if scope.person_id in deciders_of(person_id, everybody).person_ids
    }


def may_decide(scope: Scope, leave: LeaveRequest, everybody: Mapping[int, Member]) -> bool:
    """Whether one decides this request; nobody decides their own."""
    return leave.person_id in decides_for(scope, everybody) - {scope.person_id}


def may_withdraw(scope: Scope, leave: LeaveRequest) -> bool:
    """Whoever asked takes it back (LEAVE-7); the deadline is for `policies`."""
    return leave.person_id == scope.person_id


def may_see_amounts(scope: Scope, person_id: int) -> bool:
    """What leave costs is seen by the person and by deputy and supervisor above (INC-8)."""
    return may_see_salary(scope, person_id)
