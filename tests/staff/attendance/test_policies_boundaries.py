"""Which punch counts (§3), as truth tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staff.attendance.policies.boundaries import attract, expect, leave_by_day
from staff.attendance.policies.judging import Found, State
from staff.attendance.policies.values import Clocked, Planned
from staff.rulebook.models import Policy
from staff.rulebook.queries import attendance_rules
from tests.staff.attendance.record import (
    RULES,
    AbsenceKind,
    Half,
    Side,
    at,
    away,
    judged,
    only,
    punch,
    rules_on,
    shift,
)


@pytest.mark.parametrize(
    ("punched_at", "minutes"),
    [
        ("17:00:00", 0),
        ("17:00:59", 0),
        ("17:01:00", 1),
        ("17:10:00", 10),
        ("17:10:59", 10),
        ("17:11:00", 11),
        ("17:00", 0),
        ("17:01", 1),
        ("17:10", 10),
        ("17:11", 11),
        ("13:00:00", 0),
    ],
)
def test_seconds_are_dropped_at_a_start(punched_at, minutes):
    result = only(
        shifts=[shift("2026-10-08", "evening")],
        punches=[punch(f"2026-10-08 {punched_at}"), punch("2026-10-09 01:02")],
    )
    assert (result.start.minutes, result.end.minutes) == (minutes, 0)


@pytest.mark.parametrize(
    ("punched_at", "early", "extended"),
    [
        ("2026-10-08 17:29:59", 1, 0),
        ("2026-10-08 17:30:00", 0, 0),
        ("2026-10-08 17:30:59", 0, 0),
        ("2026-10-08 17:31:00", 0, 1),
        ("2026-10-08 23:30:59", 0, 360),
    ],
)
def test_seconds_are_dropped_at_an_end(punched_at, early, extended):
    result = only(
        shifts=[shift("2026-10-08")], punches=[punch("2026-10-08 08:21"), punch(punched_at)]
    )
    assert (result.end.minutes, result.end.extended) == (early, extended)


def test_an_evening_that_ends_next_month_belongs_to_the_day_on_which_it_starts():
    result = only(
        shifts=[shift("2026-10-31", "evening")],
        punches=[punch("2026-10-31 16:50"), punch("2026-11-01 00:52")],
    )
    assert (str(result.day), result.end.minutes, result.end.rule) == ("2026-10-31", 8, "ATT-1")
    late = only(
        shifts=[shift("2026-10-31", "evening")],
        punches=[punch("2026-10-31 16:50"), punch("2026-11-01 01:37")],
    )
    assert (late.end.extended, late.end.rule, late.half_days) == (37, "", 0)


@pytest.mark.parametrize(
    ("punched_at", "out_of_the_31st"),
    [("04:44", 224), ("04:44:59", 224), ("04:45", 0), ("04:45:59", 0), ("04:46", 0)],
)
def test_between_two_shifts_the_nearest_boundary_takes_it_and_the_start_at_equal_distance(
    punched_at, out_of_the_31st
):
    evening, day = judged(
        shifts=[shift("2026-10-31", "evening"), shift("2026-11-01")],
        punches=[
            punch("2026-10-31 16:58"),
            punch(f"2026-11-01 {punched_at}"),
            punch("2026-11-01 17:31"),
        ],
    ).results
    taken = evening.end if out_of_the_31st else day.start
    other = day.start if out_of_the_31st else evening.end
    assert (taken.found, other.found) == (Found.ON_TIME, Found.MISSING)
    assert evening.end.extended == out_of_the_31st


@pytest.mark.parametrize(
    ("punched_at", "side", "taken"),
    [
        ("2026-10-08 04:29:59", None, None),
        ("2026-10-08 04:30:00", None, Side.IN),
        ("2026-10-08 12:59:59", None, Side.IN),
        ("2026-10-08 13:00:00", None, Side.IN),  # equally far: the start
        ("2026-10-08 13:00:59", None, Side.IN),
        ("2026-10-08 13:01:00", None, Side.OUT),
        ("2026-10-08 23:30:59", None, Side.OUT),
        ("2026-10-08 23:31:00", None, None),
        ("2026-10-08 08:31:00", Side.OUT, Side.OUT),
        ("2026-10-08 17:31:00", Side.IN, Side.IN),
        ("2026-10-08 04:29:59", Side.IN, None),
        ("2026-10-08 23:31:00", Side.OUT, None),
    ],
)
def test_a_punch_belongs_to_a_boundary_within_its_hours(punched_at, side, taken):
    judgement = judged(shifts=[shift("2026-10-08")], punches=[punch(punched_at, side)])
    (result,) = judgement.results
    found = [boundary.side for boundary in result.boundaries if boundary.punches]
    assert found == ([taken] if taken else [])
    assert len(judgement.stray) == (0 if taken else 1)


def test_the_earliest_counts_at_a_start_and_the_latest_at_an_end():
    result = only(
        shifts=[shift("2026-10-08")],
        punches=[
            punch("2026-10-08 08:40"),
            punch("2026-10-08 08:29"),
            punch("2026-10-08 17:25"),
            punch("2026-10-08 17:35"),
            punch("2026-10-08 08:29", key=99),
        ],
    )
    assert [result.start.punch.at, result.end.punch.at] == [
        at("2026-10-08 08:29"),
        at("2026-10-08 17:35"),
    ]
    assert [len(boundary.punches) for boundary in result.boundaries] == [2, 2]
    assert (result.start.minutes, result.end.minutes, result.end.extended) == (0, 0, 5)


def test_leave_of_half_a_day_moves_the_boundary_and_its_hours():
    first = only(
        shifts=[shift("2026-10-08")],
        punches=[punch("2026-10-08 13:05"), punch("2026-10-08 17:30")],
        leave=[away("2026-10-08", Half.FIRST)],
    )
    assert (first.start.planned_at, first.start.minutes) == (at("2026-10-08 13:00"), 5)
    second = judged(
        shifts=[shift("2026-10-08")],
        punches=[punch("2026-10-08 08:30"), punch("2026-10-08 12:59"), punch("2026-10-08 19:01")],
        leave=[away("2026-10-08", Half.SECOND)],
    )
    assert second.results[0].end.planned_at == at("2026-10-08 13:00")
    assert [result.end.minutes for result in second.results] == [1]
    assert [one.at for one in second.stray] == [at("2026-10-08 19:01")]


def test_the_middle_of_a_shift_of_odd_minutes_is_the_minute_that_the_clock_shows():
    odd = Planned(1, at("2026-10-08 08:30").date(), at("2026-10-08 08:30"), at("2026-10-08 17:31"))
    result = only(
        shifts=[odd],
        punches=[punch("2026-10-08 13:00:59"), punch("2026-10-08 17:31")],
        leave=[away("2026-10-08", Half.FIRST)],
    )
    assert (result.start.minutes, result.start.found) == (0, Found.ON_TIME)


def test_an_excused_shift_attracts_its_punches_without_consequence():
    rest, day = judged(
        shifts=[shift("2026-10-08", "evening"), shift("2026-10-09")],
        punches=[punch("2026-10-09 04:30"), punch("2026-10-09 08:20"), punch("2026-10-09 17:30")],
        leave=[away("2026-10-08", kind=AbsenceKind.REST)],
    ).results
    assert (rest.state, rest.end.found, rest.half_days) == (State.EXCUSED, Found.EXCUSED, 0)
    assert [one.at for one in rest.end.punches] == [at("2026-10-09 04:30")]
    assert (day.start.punch.at, day.half_days) == (at("2026-10-09 08:20"), 0)


def test_both_halves_make_a_whole_day_and_being_sick_excuses_nothing():
    day = at("2026-10-08 12:00").date()
    assert leave_by_day(
        [away("2026-10-08", Half.SECOND), away("2026-10-08", Half.FIRST, AbsenceKind.REST)]
    ) == {day: (Half.WHOLE, AbsenceKind.REST)}
    assert leave_by_day([away("2026-10-08", kind=AbsenceKind.SICK)]) == {}
    sick = only(shifts=[shift("2026-10-08")], leave=[away("2026-10-08", kind=AbsenceKind.SICK)])
    assert (sick.state, sick.half_days) == (State.JUDGED, 2)


def test_the_hours_come_from_the_policy_of_the_day_of_the_shift():
    short = attendance_rules(
        Policy(valid_from=at("2026-10-09 00:00").date(), punch_before_hours=1, punch_after_hours=1)
    )
    judgement = judged(
        shifts=[shift("2026-10-08"), shift("2026-10-09")],
        punches=[punch("2026-10-08 05:00"), punch("2026-10-09 05:00")],
        rules=lambda day: RULES if day.day == 8 else short,
    )
    assert [one.at for one in judgement.stray] == [at("2026-10-09 05:00")]
    assert [result.policy.year for result in judgement.results] == [2020, 2026]


def test_a_shift_whose_hours_are_over_does_not_hide_a_longer_one_before_it():
    long, short = (
        attendance_rules(
            Policy(valid_from=date(2020, 1, 1), punch_before_hours=1, punch_after_hours=hours)
        )
        for hours in (12, 1)
    )
    brief = Planned(2, date(2026, 10, 9), at("2026-10-09 02:30"), at("2026-10-09 03:00"))
    judgement = judged(
        shifts=[shift("2026-10-08", "evening"), brief],
        punches=[punch("2026-10-09 06:00")],
        rules=lambda day: long if day.day == 8 else short,
    )
    assert [len(result.end.punches) for result in judgement.results] == [1, 0]


START = at("2026-10-05 00:00")
MOMENTS = st.integers(0, 6 * 86400).map(lambda seconds: START + timedelta(seconds=seconds))
PUNCHES = st.lists(
    st.tuples(MOMENTS, st.sampled_from([None, Side.IN, Side.OUT])),
    max_size=25,
    unique_by=lambda x: x[0],
)
DAYS = st.lists(st.sampled_from(["day", "evening", ""]), min_size=5, max_size=5)


@given(punches=PUNCHES, days=DAYS, order=st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(punches, days, order):
    shifts = [shift(f"2026-10-{5 + n:02}", kind) for n, kind in enumerate(days) if kind]
    clocked = [Clocked(key, moment, side) for key, (moment, side) in enumerate(punches)]
    once = judged(shifts=shifts, punches=clocked)
    again = [Clocked(row.key + 1000, row.at, row.side) for row in clocked]
    mixed, mixed_shifts = [*clocked, *again], list(shifts)
    order.shuffle(mixed)
    order.shuffle(mixed_shifts)
    assert judged(shifts=mixed_shifts, punches=mixed) == once


@given(punches=PUNCHES, days=DAYS)
def test_every_punch_is_somewhere_and_nowhere_twice(punches, days):
    shifts = [shift(f"2026-10-{5 + n:02}", kind) for n, kind in enumerate(days) if kind]
    clocked = [Clocked(key, moment, side) for key, (moment, side) in enumerate(punches)]
    found = attract(expect(shifts, {}, rules_on=rules_on), clocked)
    keys = [row.key for rows in found.at.values() for row in rows] + [r.key for r in found.stray]
    assert sorted(keys) == [row.key for row in clocked]


@given(punches=PUNCHES, days=DAYS)
def test_seconds_never_change_a_result(punches, days):
    shifts = [shift(f"2026-10-{5 + n:02}", kind) for n, kind in enumerate(days) if kind]
    clocked = [Clocked(key, moment, None) for key, (moment, _side) in enumerate(punches)]
    shown = [Clocked(row.key, row.at.replace(second=0), None) for row in clocked]

    def figures(rows):
        return [
            (result.half_days, *((b.found, b.minutes, b.extended) for b in result.boundaries))
            for result in judged(shifts=shifts, punches=rows).results
        ]

    assert figures(clocked) == figures(shown)
