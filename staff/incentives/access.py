"""Who may do what about settlement, statements and disputes (house rules §5, §10)."""

from datetime import date

from staff.people.access import Scope
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
