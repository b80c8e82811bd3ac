"""Figures, goals, shares and lines, with pencil and paper."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.money import Fen
from portal.period import DaySpan
from staff.incentives.enums import Aim, Bound, Measure
from staff.incentives.policies.adjustments import lines_of
from staff.incentives.policies.sharing import shares
from staff.incentives.policies.targets import (
    SCALES,
    Figure,
    MeasuredValue,
    Reckoning,
    Refusal,
    Scale,
    Unit,
    Wish,
    by_person,
    figure_of,
    is_reached,
    share_done,
    time_passed,
    why_not_set,
)
from staff.incentives.policies.values import Adjusted

AT = datetime(2026, 10, 8, tzinfo=UTC)
OCTOBER = DaySpan(date(2026, 10, 1), date(2026, 10, 31))
MEAN, SUM = Scale(Unit.PERCENT), Scale(Unit.NUMBER, Reckoning.SUM)


def row(value, *, weight=1, person=None):
    return MeasuredValue(key=f"{value}", at=AT, value=value, weight=weight, person_id=person)


@pytest.mark.parametrize(
    ("rows", "scale", "expected"),
    [
        ([], MEAN, None),
        ([], SUM, None),
        ([row(0)], MEAN, Figure(0, 1)),
        ([row(10000), row(10000), row(0)], MEAN, Figure(6667, 3)),
        ([row(1), row(2)], MEAN, Figure(2, 2)),
        ([row(5000, weight=3), row(1000)], MEAN, Figure(4000, 2)),
        ([row(1000), row(2000)], SUM, Figure(3000, 2)),
        ([row(1000, weight=2)], SUM, Figure(2000, 1)),
    ],
)
def test_figure_is_a_mean_rounded_half_up_or_a_sum_and_never_zero_without_data(
    rows, scale, expected
):
    assert figure_of(rows, scale) == expected


@pytest.mark.parametrize(
    ("value", "bound", "goal", "expected"),
    [
        (9000, Bound.AT_LEAST, 9000, True),
        (8999, Bound.AT_LEAST, 9000, False),
        (1500, Bound.AT_MOST, 1500, True),
        (1501, Bound.AT_MOST, 1500, False),
        (0, Bound.AT_MOST, 0, True),
    ],
)
def test_goal_itself_is_reached(value, bound, goal, expected):
    assert is_reached(value, bound=bound, goal=goal) is expected


@pytest.mark.parametrize(
    ("value", "bound", "goal", "expected"),
    [
        (4500, Bound.AT_LEAST, 9000, 50),
        (9500, Bound.AT_LEAST, 9000, 100),
        (-100, Bound.AT_LEAST, 9000, 0),
        (0, Bound.AT_LEAST, 0, 100),
        (0, Bound.AT_MOST, 0, 0),
        (1, Bound.AT_MOST, 0, 100),
        (300, Bound.AT_MOST, 1200, 25),
    ],
)
def test_bar_is_full_at_the_goal(value, bound, goal, expected):
    assert share_done(value, bound=bound, goal=goal) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 9, 1), 0),
        (date(2026, 10, 1), 0),
        (date(2026, 10, 16), 48),
        (date(2026, 10, 31), 96),
        (date(2026, 11, 1), 100),
        (date(2027, 1, 1), 100),
    ],
)
def test_time_passed_counts_days_that_are_over(today, expected):
    assert time_passed(OCTOBER, today) == expected


def wish(**changed):
    asked = {
        "measure": Measure.FOLLOWUPS_IN_TIME, "aim": Aim.PERSON, "goal": 9000, "period": OCTOBER,
    }  # fmt: skip
    return Wish(**{**asked, **changed})


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (wish(), None),
        (wish(measure=Measure.CONVERSION, is_presale=True), None),
        (wish(measure=Measure.CONVERSION, is_presale=None), None),
        (wish(measure=Measure.CONVERSION, is_presale=False), Refusal.NO_POST_MEASURE),
        (wish(goal=10001), Refusal.ABOVE_SCALE),
        (wish(goal=-1), Refusal.ABOVE_SCALE),
        (wish(measure=Measure.SATISFACTION, goal=501), Refusal.ABOVE_SCALE),
        (wish(period=DaySpan(date(2026, 9, 1), date(2026, 10, 7))), Refusal.OVER),
        (wish(period=DaySpan(date(2026, 10, 8), date(2027, 10, 9))), Refusal.TOO_LONG),
        (wish(period=DaySpan(date(2028, 1, 1), date(2028, 1, 31))), Refusal.TOO_FAR),
    ],
)
def test_why_not_set(asked, expected):
    assert why_not_set(asked, today=date(2026, 10, 8)) == expected


def test_every_measure_has_a_scale():
    assert set(SCALES) == set(Measure)


def test_rows_of_nobody_are_nobodys():
    mine, other, nobody = row(1, person=7), row(2, person=8), row(3)
    assert by_person([mine, other, nobody]) == {7: [mine], 8: [other]}


@pytest.mark.parametrize(
    ("cost", "weights", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (1, [1, 1], [1, 0]),
        (1000, [1, 2], [333, 667]),
        (0, [1, 2], [0, 0]),
        (1200, [100], [1200]),
        (1200, [0, 1], [0, 1200]),
        (101, [50, 50], [51, 50]),
    ],
)
def test_shares_add_up_and_equal_rests_go_to_the_first(cost, weights, expected):
    assert shares(Fen(cost), weights) == expected


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cost=st.integers(0, 10**13),
    weights=st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any),
)
def test_shares_are_the_cost_to_the_fen_and_within_a_fen_of_their_part(cost, weights):
    parts = shares(Fen(cost), weights)
    assert sum(parts) == cost
    assert all(
        0 <= part * sum(weights) - cost * weight + sum(weights) < 2 * sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )
    assert parts == shares(Fen(cost), weights)


@pytest.mark.parametrize(("cost", "weights"), [(-1, [1]), (1, []), (1, [0, 0]), (1, [2, -1])])
def test_what_cannot_be_shared_is_refused(cost, weights):
    with pytest.raises(ValueError, match="shared"):
        shares(Fen(cost), weights)


def test_decided_amounts_become_payroll_lines_in_one_order():
    late = Adjusted(source="liability:2:7", rule="INC-4", day=date(2026, 10, 20), amount=Fen(-5))
    early = Adjusted(source="target:1:7", rule="INC-2", day=date(2026, 10, 19), amount=Fen(900))
    lines = lines_of([late, early], policy_on=lambda _day: date(2026, 1, 1))
    assert lines == lines_of([early, late], policy_on=lambda _day: date(2026, 1, 1))
    assert [(line.rule, line.day, line.amount, line.halves) for line in lines] == [
        ("INC-2", date(2026, 10, 19), 900, 2),
        ("INC-4", date(2026, 10, 20), -5, 2),
    ]
    assert [line.evidence for line in lines] == [
        {"decision": "target:1:7"},
        {"decision": "liability:2:7"},
    ]
