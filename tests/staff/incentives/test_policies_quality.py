"""Scores, deviations and draws, worked out with pencil and paper."""

import pytest

from staff.incentives.policies.quality import (
    FULL,
    Part,
    deviation,
    draw,
    gap,
    mean_bp,
    total_bp,
    why_not_weights,
)


def part(weight, points, most=5, *, out=False):
    return Part(weight_bp=weight, most=most, points=points, knocks_out=out)


@pytest.mark.parametrize(
    ("weights", "why"),
    [
        ([FULL], None),
        ([3333, 3333, 3334], None),
        ([5000, 4999], "not_whole"),
        ([5000, 5001], "not_whole"),
        ([FULL, 0], "no_weight"),
        ([], "no_criteria"),
        ([500] * 20, None),
        ([476] * 21, "too_many"),
    ],
)
def test_weights_add_up_to_a_hundred_per_cent(weights, why):
    assert why_not_weights(weights) == why


@pytest.mark.parametrize(
    ("parts", "total"),
    [
        ([part(6000, 5), part(4000, 5)], 10_000),
        ([part(6000, 4), part(4000, 3)], 7200),
        ([part(6000, 0), part(4000, 0)], 0),
        ([part(3333, 1, 3), part(6667, 0, 3)], 1111),  # 1111.0
        ([part(5000, 1, 3), part(5000, 0, 3)], 1667),  # 1666.67
        ([part(1, 1, 2), part(9999, 0)], 1),  # 0.5 goes up
        ([part(6000, None), part(4000, 3)], 6000),  # the weight goes to the others
        ([part(6000, 4), part(4000, 0, out=True)], 0),
        ([part(6000, 4), part(4000, None, out=True)], 8000),
        ([part(6000, 4), part(4000, 1, out=True)], 5600),
    ],
)
def test_the_score_is_the_weighted_share_of_the_points(parts, total):
    assert total_bp(parts) == total


@pytest.mark.parametrize("parts", [[], [part(FULL, None)], [part(FULL, 6)], [part(FULL, -1)]])
def test_what_cannot_be_scored_is_refused(parts):
    with pytest.raises(ValueError, match=r"applied|scale"):
        total_bp(parts)


def test_the_mean_is_rounded_half_up_and_nothing_has_none():
    assert mean_bp([8000, 8001]) == 8001
    assert mean_bp([1, 1, 2]) == 1
    assert mean_bp([]) is None


@pytest.mark.parametrize(
    ("first", "second", "bp"),
    [(4, 4, 0), (5, 3, 4000), (3, 5, 4000), (None, None, 0), (None, 3, None), (3, None, None)],
)
def test_the_gap_is_a_share_of_the_scale(first, second, bp):
    found = gap(part(5000, first), part(5000, second))
    assert (found.bp, found.agrees) == (bp, bp == 0)


def test_two_audits_are_compared_criterion_by_criterion():
    first = [part(6000, 4), part(4000, 5)]
    second = [part(6000, 5), part(4000, 5)]
    found = deviation(first, second)
    assert (found.total_bp, [one.bp for one in found.gaps], found.agreed) == (1200, [2000, 0], 1)
    assert deviation(second, first) == found


def test_different_scorecards_are_not_compared():
    with pytest.raises(ValueError, match="different scorecards"):
        deviation([part(FULL, 3)], [part(FULL, 3, 10)])


def test_a_draw_can_be_done_again_whatever_the_order():
    keys = [f"C{n:04}" for n in range(200)]
    drawn = draw(keys, seed=815, size=5)
    assert draw(keys[::-1], seed=815, size=5) == drawn
    assert len(set(drawn)) == 5
    assert draw(keys, seed=816, size=5) != drawn
    assert set(draw(keys[:3], seed=1, size=9)) == set(keys[:3])


def test_a_draw_favours_nobody():
    keys = [f"C{n}" for n in range(10)]
    hits = dict.fromkeys(keys, 0)
    for seed in range(2000):
        hits[draw(keys, seed=seed, size=1)[0]] += 1
    assert all(140 < count < 260 for count in hits.values())
