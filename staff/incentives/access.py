"""Who may do what about pay, disputes, targets, praise and records (§5, §10, ATT-14)."""

from datetime import date

from staff.incentives.enums import Aim
from staff.incentives.models import Coaching, Demerit, Praise, Target
from staff.people.access import Scope, may_manage
from staff.people.enums import Post
from staff.people.models import Person, Posting


def may_settle(scope: Scope) -> bool:
    """Compute, publish and sign months: deputies and supervisors."""
    return scope.person_id is not None and scope.rank >= Post.DEPUTY.rank


def can_see(scope: Scope, person_id: int) -> bool:
    """A statement: one's own, and as deputy or supervisor those of the people below (INC-8)."""
    if person_id == scope.person_id:
        return True
    return scope.rank >= Post.DEPUTY.rank and person_id in scope.below_ids


def can_dispute(scope: Scope, person_id: int) -> bool:
    """Only one's own lines."""
    return person_id == scope.person_id


def can_answer(scope: Scope, person_id: int) -> bool:
    """The deputy and the supervisor above; nobody their own dispute."""
    return can_see(scope, person_id) and person_id != scope.person_id


def can_close(person: Person, *, today: date) -> bool:
    """Deputies and supervisors who are employed on the day (INC-6)."""
    if person.hired_on > today or (person.left_on is not None and person.left_on < today):
        return False
    held = Posting.objects.on(today).filter(person=person).values_list("post", flat=True)
    return any(Post(post).rank >= Post.DEPUTY.rank for post in held)


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
    """Whoever recorded it, and deputy and supervisor, while above the person.

    What is part of a decision is taken back with that.
    """
    if demerit.source or not can_record(scope, demerit.person_id):
        return False
    return demerit.recorded_by_id == scope.person_id or scope.rank >= Post.DEPUTY.rank


def sees_decision(scope: Scope, demerit: Demerit) -> bool:
    """The decision that a demerit is part of: the person, and deputy and supervisor above."""
    if demerit.person_id == scope.person_id:
        return True
    return scope.rank >= Post.DEPUTY.rank and demerit.person_id in scope.below_ids


def can_change_coaching(scope: Scope, coaching: Coaching) -> bool:
    """The coach, and deputy and supervisor, while above the person."""
    if not can_record(scope, coaching.person_id):
        return False
    return coaching.coach_id == scope.person_id or scope.rank >= Post.DEPUTY.rank


def can_keep_scorecards(scope: Scope) -> bool:
    """What is audited is decided by deputy and supervisor."""
    return scope.person_id is not None and scope.rank >= Post.DEPUTY.rank
