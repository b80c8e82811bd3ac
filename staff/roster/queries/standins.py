"""Who could step in for somebody, and which shifts are exchanged."""

from dataclasses import dataclass
from datetime import date

from staff.roster.models import Assignment
from staff.roster.policies.checks import Turn
from staff.roster.policies.exchange import Candidate, candidates
from staff.roster.queries.month import Member, Month, month_of


@dataclass(frozen=True, kw_only=True)
class StandIns:
    """The people who could take one shift of somebody, best first."""

    shift: Assignment
    month: Month
    candidates: list[tuple[Member, Candidate]]


def stand_ins(shift: Assignment) -> StandIns | None:
    """Return who could take a published shift in its person's place; None without a team."""
    if shift.team_id is None:
        return None
    month = month_of(shift.team_id, shift.day, with_draft=False)
    members = {member.person_id: member for member in month.members}
    needs = month.plan.needs.on(shift.team_id, shift.day, shift.shift_type_id)
    held = {worker.person_id: worker.skills for worker in month.plan.workers}
    own = held.get(shift.person_id, frozenset())
    wanted = {need.skill_id for need in needs if need.skill_id and need.skill_id in own}
    found = candidates(
        month.plan,
        month.rules,
        day=shift.day,
        turn=Turn(shift.shift_type_id, shift.team_id),
        without=shift.person_id,
        skills=wanted,
    )
    return StandIns(
        shift=shift, month=month, candidates=[(members[one.person_id], one) for one in found]
    )


def shifts_ahead(person_ids: list[int], *, first: date, last: date) -> list[Assignment]:
    """Return the published shifts of people between two days, both included."""
    rows = Assignment.objects.filter(
        person_id__in=person_ids, day__range=(first, last), team__isnull=False
    )
    return list(rows.select_related("shift_type", "person").order_by("starts_at", "person__number"))
