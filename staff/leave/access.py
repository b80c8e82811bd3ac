"""Who may see, decide and withdraw which request (house rules §10, LEAVE-1, LEAVE-3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from staff.leave.models import LeaveRequest
from staff.people import queries as people
from staff.people.access import Scope, may_see_salary
from staff.people.enums import Post
from staff.people.queries import Member, above

DECIDERS = Post.DEPUTY.rank
ABSENT, ONLY_SUPERVISOR, NOBODY_ABOVE = "absent", "only_supervisor", "nobody_above"


@dataclass(frozen=True)
class Staff:
    """Everybody employed on a day, and who of them is away for the whole of it."""

    everybody: Mapping[int, Member]
    away: frozenset[int] = frozenset()


def staff_on(day: date) -> Staff:
    """Return whoever counts for a decision on a day, in two queries."""
    return Staff(everybody=people.members(day), away=people.away_on(day))


@dataclass(frozen=True)
class Deciders:
    """Who decides somebody's requests, nearest first.

    `stands_in` are those of them who may only because of `exception`, which is to be logged.
    """

    person_ids: tuple[int, ...]
    stands_in: frozenset[int] = frozenset()
    exception: str = ""

    def exception_of(self, person_id: int) -> str:
        """Return why somebody may decide who otherwise would not; empty for everybody else."""
        return self.exception if person_id in self.stands_in else ""


def deciders_of(person_id: int, staff: Staff) -> Deciders:
    """Return who decides the requests of somebody on the day of `staff`.

    Deputies and supervisors above the person; a deputy's own the supervisor; a supervisor's own
    another supervisor, else a deputy below, as an exception. Where all of them are away, the
    deputies stand in (ORG-6); where nobody is above, the supervisors do. Never oneself.
    """
    own = staff.everybody.get(person_id)
    post = own.post if own else Post.PRESALE
    if post == Post.SUPERVISOR:
        return _instead_of_supervisor(person_id, staff)
    least = Post.SUPERVISOR.rank if post == Post.DEPUTY else DECIDERS
    chain = [one for one in above(person_id, staff.everybody) if one.post.rank >= least]
    if not chain:
        return _all_stand_in(_supervisors(staff, but=person_id), NOBODY_ABOVE)
    regular = tuple(one.person_id for one in chain)
    if staff.away.issuperset(regular):
        others = [
            one
            for one in _deputies_below(regular, staff)
            if one not in staff.away and one not in {person_id, *regular}
        ]
        return Deciders((*regular, *others), frozenset(others), ABSENT)
    return Deciders(regular)


def _instead_of_supervisor(person_id: int, staff: Staff) -> Deciders:
    others = _supervisors(staff, but=person_id)
    deputies = _deputies_below((person_id,), staff)
    if not others:
        return _all_stand_in(deputies, ONLY_SUPERVISOR)
    if staff.away.issuperset(others):
        present = [one for one in deputies if one not in staff.away]
        return Deciders((*others, *present), frozenset(present), ABSENT)
    return Deciders(tuple(others))


def _all_stand_in(person_ids: list[int], exception: str) -> Deciders:
    return Deciders(tuple(person_ids), frozenset(person_ids), exception)


def _supervisors(staff: Staff, *, but: int) -> list[int]:
    return [
        one.person_id
        for one in staff.everybody.values()
        if one.post == Post.SUPERVISOR and one.person_id != but
    ]


def _deputies_below(chief_ids: tuple[int, ...], staff: Staff) -> list[int]:
    return [
        one.person_id
        for one in staff.everybody.values()
        if one.post == Post.DEPUTY
        and any(chief.person_id in chief_ids for chief in above(one.person_id, staff.everybody))
    ]


def decides_for(scope: Scope, staff: Staff) -> frozenset[int]:
    """Return the people whose requests one decides."""
    if scope.person_id is None or scope.rank < DECIDERS:
        return frozenset()
    bosses = {one.person_id for one in staff.everybody.values() if one.post.rank >= DECIDERS}
    # Agents and leads below are one's own in any case; only the others are looked at one by one.
    found = scope.below_ids - bosses
    return found | {
        person_id
        for person_id in staff.everybody
        if person_id not in found and scope.person_id in deciders_of(person_id, staff).person_ids
    }


def may_decide(scope: Scope, leave: LeaveRequest, staff: Staff) -> bool:
    """Whether one decides this request; nobody decides their own."""
    return leave.person_id in decides_for(scope, staff) - {scope.person_id}


def may_withdraw(scope: Scope, leave: LeaveRequest) -> bool:
    """Whoever asked takes it back (LEAVE-7); the deadline is for `policies`."""
    return leave.person_id == scope.person_id


def may_see_amounts(scope: Scope, person_id: int) -> bool:
    """What leave costs is seen by the person and by deputy and supervisor above (INC-8)."""
    return may_see_salary(scope, person_id)
