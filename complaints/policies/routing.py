"""Whom a case without owner is given to, and when it changes sides (ORG-4, ORG-5)."""

from collections.abc import Collection
from dataclasses import dataclass

from complaints.enums import ShippingState
from staff.people.enums import Post


def side_of(shipping: str) -> Post | None:
    """Return whose the customer is: of pre-sale until the order is shipped, of post-sale from then.

    None where the state is not known: either side may answer. Source: house rules ORG-4.
    """
    if shipping == ShippingState.NOT_SHIPPED:
        return Post.PRESALE
    return Post.POSTSALE if shipping == ShippingState.SHIPPED else None


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody of the store's team. `load` counts the open cases that they own."""

    person_id: int
    post: Post
    skills: frozenset[int]
    on_shift: bool
    load: int


def choose(
    candidates: Collection[Candidate], *, side: Post | None, skill_id: int | None
) -> int | None:
    """Return who gets a case: of the right side, on shift, and with the fewest open cases.

    Whoever has the skill that the case's type asks for comes first; where nobody on shift has it,
    it does not matter. None where nobody of the right side is on shift: then the case is offered
    to the lead on duty. Source: house rules ORG-4, ORG-5.
    """
    sides = {Post.PRESALE, Post.POSTSALE} if side is None else {side}
    fitting = [one for one in candidates if one.on_shift and one.post in sides]
    skilled = [one for one in fitting if skill_id in one.skills]
    pool = skilled or fitting
    return min(pool, key=lambda one: (one.load, one.person_id)).person_id if pool else None


def must_move(*, shipping: str, post: Post | None, is_pinned: bool) -> bool:
    """Whether a case leaves its owner because of the shipping state.

    Only an agent of the other side gives it up, and only where nobody chose them by hand; leads
    and above keep what they have taken. Source: house rules ORG-4.
    """
    side = side_of(shipping)
    if is_pinned or side is None or post is None or post.rank:
        return False
    return post != side
