import pytest

from complaints.enums import ShippingState
from complaints.policies.routing import Candidate, choose, must_move, side_of
from staff.people.enums import Post

PRE, POST = Post.PRESALE, Post.POSTSALE


def person(key, post=POST, *, on_shift=True, load=0, skills=()):
    return Candidate(
        person_id=key, post=post, on_shift=on_shift, load=load, skills=frozenset(skills)
    )


@pytest.mark.parametrize(
    ("shipping", "side"),
    [
        (ShippingState.NOT_SHIPPED, PRE),
        (ShippingState.SHIPPED, POST),
        (ShippingState.UNKNOWN, None),
    ],
)
def test_the_line_between_the_sides_is_the_shipping_state(shipping, side):
    assert side_of(shipping) == side


@pytest.mark.parametrize(
    ("people", "side", "skill", "who"),
    [
        ([], POST, None, None),
        ([person(1, PRE), person(2, POST)], POST, None, 2),
        ([person(1, PRE), person(2, POST)], PRE, None, 1),
        ([person(1, PRE, load=1), person(2, POST)], None, None, 2),
        ([person(1, PRE)], POST, None, None),
        ([person(1, on_shift=False), person(2, load=9)], POST, None, 2),
        ([person(1, on_shift=False)], POST, None, None),
        ([person(1, load=2), person(2, load=1), person(3, load=1)], POST, None, 2),
        ([person(1), person(2, load=5, skills=[7])], POST, 7, 2),
        ([person(1), person(2, skills=[7], on_shift=False)], POST, 7, 1),
        ([person(1), person(2, PRE, skills=[7])], POST, 7, 1),
        ([person(1, load=1, skills=[7]), person(2)], POST, None, 2),
    ],
)
def test_who_gets_a_case(people, side, skill, who):
    assert choose(people, side=side, skill_id=skill) == who


@pytest.mark.parametrize("post", [*Post, None])
@pytest.mark.parametrize("shipping", list(ShippingState))
@pytest.mark.parametrize("pinned", [False, True])
def test_only_an_agent_of_the_other_side_who_was_not_chosen_by_hand_gives_a_case_up(
    post, shipping, pinned
):
    moves = {(PRE, ShippingState.SHIPPED, False), (POST, ShippingState.NOT_SHIPPED, False)}
    found = must_move(shipping=shipping, post=post, is_pinned=pinned)
    assert found == ((post, shipping, pinned) in moves)
