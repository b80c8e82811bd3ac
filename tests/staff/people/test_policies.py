from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.people import policies
from staff.people.policies import Link

JAN, FEB, MAR = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def test_spans_end_on_the_eve_of_the_next_row():
    assert policies.spans([MAR, JAN, FEB]) == {
        JAN: date(2026, 1, 31),
        FEB: date(2026, 2, 28),
        MAR: None,
    }


@given(st.lists(st.dates(min_value=date(2020, 1, 1), max_value=date(2027, 1, 1)), min_size=1))
def test_spans_cover_every_day_once_in_any_order(starts):
    spans = sorted(policies.spans(starts).items())
    assert spans == sorted(policies.spans(reversed(starts)).items())
    assert spans[-1][1] is None
    for (_first, last), (following, _end) in pairwise(spans):
        assert (following - last).days == 1


@pytest.mark.parametrize(
    ("day", "hired", "fine"),
    [
        (date(2026, 2, 1), date(2020, 1, 1), True),
        (date(2026, 2, 2), date(2020, 1, 1), False),
        (date(2026, 2, 17), date(2026, 2, 17), True),
        (date(2026, 2, 18), date(2026, 2, 17), False),
        (date(2026, 2, 28), date(2020, 1, 1), False),
    ],
)
def test_salary_may_start(day, hired, fine):
    assert policies.salary_may_start(day, hired_on=hired) is fine


@pytest.mark.parametrize(
    ("chief", "rank", "fine"),
    [
        (0, 0, False), (1, 0, True), (2, 0, True), (3, 0, True),
        (0, 1, False), (1, 1, True), (3, 1, True),
        (1, 2, False), (2, 2, True), (3, 2, True),
        (2, 3, False), (3, 3, True),
    ],
)  # fmt: skip
def test_may_lead(chief, rank, fine):
    assert policies.may_lead(chief, rank=rank) is fine


def judged(*links):
    above = policies.rungs_above(links)
    return policies.circles(links, above), policies.unfit_chiefs(links, above)


def test_circle_of_one_is_found():
    assert judged(Link("a", "a", 2, JAN, None))[0] == {0}


def test_circle_of_two_is_found():
    links = [Link("a", "b", 2, JAN, None), Link("b", "a", 2, JAN, None)]
    assert judged(*links) == ({0, 1}, set())


def test_circle_on_a_single_common_day_is_found():
    links = [
        Link("a", "b", 2, JAN, FEB),
        Link("b", "a", 2, FEB, MAR),
        Link("c", "a", 1, JAN, None),
    ]
    assert judged(*links)[0] == {0, 1}


def test_no_circle_where_the_days_never_meet():
    links = [
        Link("a", "b", 2, JAN, date(2026, 1, 31)),
        Link("a", None, 2, FEB, None),
        Link("b", None, 2, JAN, date(2026, 1, 31)),
        Link("b", "a", 2, FEB, None),
    ]
    assert judged(*links) == (set(), set())


def test_chain_of_overlaps_without_a_common_day_is_no_circle():
    links = [
        Link("a", "b", 2, date(2026, 1, 1), date(2026, 1, 10)),
        Link("b", "c", 2, date(2026, 1, 1), date(2026, 1, 3)),
        Link("c", "d", 2, date(2026, 1, 3), date(2026, 1, 5)),
        Link("d", "a", 2, date(2026, 1, 5), date(2026, 1, 7)),
    ]
    assert judged(*links)[0] == set()


def test_a_long_sound_chain_is_judged_quickly():
    links = [Link(n, n + 1 if n < 20_000 else None, 3, JAN, None) for n in range(20_001)]
    assert judged(*links) == (set(), set())


def test_chief_who_falls_below_his_people_is_unfit():
    links = [
        Link("chief", None, 1, JAN, date(2026, 1, 31)),
        Link("chief", None, 0, FEB, None),
        Link("agent", "chief", 0, JAN, None),
    ]
    assert judged(*links) == (set(), {2})
