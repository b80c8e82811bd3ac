"""Who may do what about attendance (house rules §10, ATT-11, ATT-13)."""

from staff.people.access import Scope
from staff.people.enums import Post


def may_see(scope: Scope, person_id: int) -> bool:
    """All of somebody's attendance: one's own, and that of the people below."""
    return person_id == scope.person_id or person_id in scope.below_ids


def can_decide_makeup(scope: Scope, person_id: int) -> bool:
    """Supervisor or deputy above the person; nobody decides their own."""
    return (
        scope.rank >= Post.DEPUTY.rank
        and person_id in scope.below_ids
        and person_id != scope.person_id
    )


def can_record_payment(scope: Scope, person_id: int, *, leads_shift: bool) -> bool:
    """Whoever leads the shift, and leads and above for the people below; nobody for themselves."""
    if person_id == scope.person_id:
        return False
    return leads_shift or (scope.leads and person_id in scope.below_ids)
