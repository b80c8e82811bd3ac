"""Who decides whose requests, on a day on which some are away."""

import pytest

from staff.leave.access import ABSENT, NOBODY_ABOVE, ONLY_SUPERVISOR, Staff, deciders_of
from staff.people.enums import Post
from staff.people.queries import Member

CHIEF, DEPUTY, OTHER, LEAD, AGENT, DIRECT, LOST, SECOND = range(1, 9)
PLACES = {
    CHIEF: (Post.SUPERVISOR, None),
    DEPUTY: (Post.DEPUTY, CHIEF),
    OTHER: (Post.DEPUTY, CHIEF),
    LEAD: (Post.LEAD, DEPUTY),
    AGENT: (Post.POSTSALE, LEAD),
    DIRECT: (Post.LEAD, CHIEF),
    LOST: (Post.PRESALE, None),
}


def staff(*away, **more):
    places = PLACES | more.get("more", {})
    return Staff(
        everybody={
            pk: Member(pk, f"E{pk}", f"员工{pk}", post, "", chief)
            for pk, (post, chief) in places.items()
        },
        away=frozenset(away),
    )


@pytest.mark.parametrize(
    ("person", "away", "deciders", "stands_in", "exception"),
    [
        (AGENT, (), (DEPUTY, CHIEF), (), ""),
        (AGENT, (CHIEF,), (DEPUTY, CHIEF), (), ""),
        (AGENT, (DEPUTY,), (DEPUTY, CHIEF), (), ""),
        (AGENT, (DEPUTY, CHIEF), (DEPUTY, CHIEF, OTHER), (OTHER,), ABSENT),
        (DIRECT, (), (CHIEF,), (), ""),
        (DIRECT, (CHIEF,), (CHIEF, DEPUTY, OTHER), (DEPUTY, OTHER), ABSENT),
        (DIRECT, (CHIEF, DEPUTY), (CHIEF, OTHER), (OTHER,), ABSENT),
        (DEPUTY, (), (CHIEF,), (), ""),
        (DEPUTY, (CHIEF,), (CHIEF, OTHER), (OTHER,), ABSENT),
        (CHIEF, (), (DEPUTY, OTHER), (DEPUTY, OTHER), ONLY_SUPERVISOR),
        (LOST, (), (CHIEF,), (CHIEF,), NOBODY_ABOVE),
    ],
)
def test_who_decides(person, away, deciders, stands_in, exception):
    found = deciders_of(person, staff(*away))
    assert found.person_ids == deciders
    assert found.stands_in == frozenset(stands_in)
    assert found.exception == exception
    assert [found.exception_of(one) for one in deciders] == [
        exception if one in stands_in else "" for one in deciders
    ]


@pytest.mark.parametrize(
    ("away", "deciders", "exception"),
    [((), (SECOND,), ""), ((SECOND,), (SECOND, DEPUTY, OTHER), ABSENT)],
)
def test_another_supervisor_decides_for_a_supervisor(away, deciders, exception):
    found = deciders_of(CHIEF, staff(*away, more={SECOND: (Post.SUPERVISOR, None)}))
    assert (found.person_ids, found.exception) == (deciders, exception)
