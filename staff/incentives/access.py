"""Who may praise, record, coach and audit (house rules §5 and §10, ATT-14)."""

from staff.incentives.models import Coaching, Demerit, Praise
from staff.people.access import Scope
from staff.people.enums import Post


def can_praise(scope: Scope) -> bool:
    """Supervisors and leads praise in public (INC-3), whomever they like but themselves."""
    return scope.person_id is not None and scope.leads


def can_withdraw_praise(scope: Scope, praise: Praise) -> bool:
    """Whoever gave it, and deputy and supervisor above the giver."""
    if praise.given_by_id == scope.person_id:
        return True
    return scope.rank >= Post.DEPUTY.rank and praise.given_by_id in scope.below_ids


def sees_record(scope: Scope, person_id: int) -> bool:
    """The page of record: the person and the chain above, the lead included (INC-8)."""
    if scope.person_id is None:
        return False
    return person_id == scope.person_id or person_id in scope.below_ids


def can_record(scope: Scope, person_id: int) -> bool:
    """Demerits, coaching and audits of the people below; nobody of themselves."""
    return scope.leads and person_id in scope.below_ids and person_id != scope.person_id


def can_withdraw_demerit(scope: Scope, demerit: Demerit) -> bool:
    """Whoever recorded it, and deputy and supervisor, while above the person."""
    if not can_record(scope, demerit.person_id):
        return False
    return demerit.recorded_by_id == scope.person_id or scope.rank >= Post.DEPUTY.rank


def can_change_coaching(scope: Scope, coaching: Coaching) -> bool:
    """The coach, and deputy and supervisor, while above the person."""
    if not can_record(scope, coaching.person_id):
        return False
    return coaching.coach_id == scope.person_id or scope.rank >= Post.DEPUTY.rank


def can_keep_scorecards(scope: Scope) -> bool:
    """What is audited is decided by deputy and supervisor."""
    return scope.person_id is not None and scope.rank >= Post.DEPUTY.rank
