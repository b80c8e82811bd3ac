"""Who may set a target and who sees whose figure and reward (house rules §10, INC-8)."""

from staff.incentives.enums import Aim
from staff.incentives.models import Target
from staff.people.access import Scope, may_manage


def may_set_targets(scope: Scope) -> bool:
    """Deputy, supervisor and administrator."""
    return may_manage(scope)


def may_aim_at(scope: Scope, target: Target) -> bool:
    """People below, one's teams and their stores, and posts; nobody sets one for themselves.

    The administrator may aim at everybody.
    """
    if not may_manage(scope):
        return False
    if scope.is_admin:
        return target.person_id != scope.person_id or scope.person_id is None
    return {
        Aim.PERSON: target.person_id in scope.below_ids,
        Aim.TEAM: target.team_id in scope.team_ids and target.team_id != scope.team_id,
        Aim.POST: target.post != scope.post,
        Aim.STORE: target.store_id in scope.store_ids,
    }[Aim(target.aim)]


def may_see_figure(scope: Scope, person_id: int | None) -> bool:
    """A person's figure: one's own, and that of the people below; a joint one with the target."""
    return person_id is None or person_id == scope.person_id or person_id in scope.below_ids


def may_see_amount(scope: Scope, target: Target) -> bool:
    """What is promised to one person is their wage (INC-8); what is promised to many is public.

    Whoever is to edit a target sees all of it.
    """
    if target.aim != Aim.PERSON or target.person_id == scope.person_id:
        return True
    return may_aim_at(scope, target)
