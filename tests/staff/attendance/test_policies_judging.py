"""Lateness, absence and make-ups (ATT-1 to ATT-5, ATT-13, LEAVE-6), as truth tables."""

from datetime import date, timedelta

import pytest

from staff.attendance.policies.absences import (
    AbsenceSum,
    LeaveDay,
    absence_of,
    split_year,
    step_reached,
)
from staff.attendance.policies.judging import Found, State
from staff.rulebook.models import Policy
from staff.rulebook.queries import attendance_rules
from tests.staff.attendance.record import (
    RULES,
    AbsenceKind,
    Half,
    MakeUpState,
    Side,
    at,
    away,
    judged,
    made_up,
    only,
    punch,
    shift,
)

DAY = "2026-10-08"
IN, OUT = punch(f"{DAY} 08:20"), punch(f"{DAY} 17:35")


@pytest.mark.parametrize(
    ("punched_at", "rule", "fen", "half_days"),
    [
        ("08:30:59", "", 0, 0),
        ("08:31:00", "ATT-1", 1000, 0),
        ("08:40:59", "ATT-1", 1000, 0),
        ("08:41:00", "ATT-2", 2000, 0),
        ("08:50:59", "ATT-2", 2000, 0),
        ("08:51:00", "ATT-3", 5000, 0),
        ("09:00:59", "ATT-3", 5000, 0),
        ("09:01:00", "ATT-4", 0, 1),
        ("12:59:00", "ATT-4", 0, 1),
    ],
)
def test_lateness_follows_its_steps(punched_at, rule, fen, half_days):
    result = only(shifts=[shift(DAY)], punches=[punch(f"{DAY} {punched_at}"), OUT])
    assert (result.start.rule, result.start.fen, result.half_days) == (rule, fen, half_days)
    assert result.end.rule == ""


@pytest.mark.parametrize(
    ("punched_at", "minutes", "rule", "fen", "half_days"),
    [
        ("17:30:00", 0, "", 0, 0),
        ("17:29:59", 1, "ATT-1", 1000, 0),
        ("17:20:00", 10, "ATT-1", 1000, 0),
        ("17:19:59", 11, "ATT-2", 2000, 0),
        ("17:09:59", 21, "ATT-3", 5000, 0),
        ("17:00:00", 30, "ATT-3", 5000, 0),
        ("16:59:59", 31, "ATT-4", 0, 1),
    ],
)
def test_leaving_early_follows_the_same_steps(punched_at, minutes, rule, fen, half_days):
    result = only(shifts=[shift(DAY)], punches=[IN, punch(f"{DAY} {punched_at}")])
    end = result.end
    assert (end.minutes, end.rule, end.fen, result.half_days) == (minutes, rule, fen, half_days)


def test_the_two_sides_are_judged_by_themselves():
    result = only(shifts=[shift(DAY)], punches=[punch(f"{DAY} 09:10"), punch(f"{DAY} 16:00")])
    assert ([b.rule for b in result.boundaries], result.half_days) == (["ATT-4", "ATT-4"], 2)


def test_no_punch_at_all_is_a_day_and_one_of_two_half_a_day():
    nothing = only(shifts=[shift(DAY)])
    assert (nothing.without_punch, nothing.start.rule, nothing.half_days) == (True, "ATT-5", 2)
    assert nothing.start.punch is None
    for seen in (IN, OUT):
        result = only(shifts=[shift(DAY)], punches=[seen])
        missing = result.end if seen is IN else result.start
        assert (missing.found, missing.rule, result.half_days) == (Found.MISSING, "ATT-13", 1)
        assert not result.without_punch


@pytest.mark.parametrize(
    ("punches", "half_days", "capped"),
    [
        ([], 1, True),
        ([punch(f"{DAY} 14:00")], 1, True),
        ([punch(f"{DAY} 13:00")], 1, False),
        ([punch(f"{DAY} 13:00"), OUT], 0, False),
    ],
)
def test_half_a_day_of_leave_leaves_half_a_day_of_absence_at_most(punches, half_days, capped):
    result = only(shifts=[shift(DAY)], punches=punches, leave=[away(DAY, Half.FIRST)])
    assert (result.half_days, result.is_capped) == (half_days, capped)


def test_a_shift_is_judged_when_no_punch_can_come_any_more():
    what = {"shifts": [shift(DAY)], "punches": [punch(f"{DAY} 08:45")]}
    before = only(**what, now=at(f"{DAY} 23:30:59"))
    assert (before.state, before.start.found, before.half_days) == (
        State.PENDING,
        Found.WAITING,
        0,
    )
    assert (before.start.rule, before.judged_at) == ("", at(f"{DAY} 23:31"))
    after = only(**what, now=at(f"{DAY} 23:31:00"))
    assert (after.state, after.start.rule, after.half_days) == (State.JUDGED, "ATT-2", 1)


def fourth(makeup, *, before=3, punches=(), **more):
    """The eighth of October after so many made-up starts on the days before."""
    days = [f"2026-10-{n:02}" for n in range(1, before + 1)]
    shifts = [shift(day) for day in [*days, DAY]]
    rows = [made_up(day, Side.IN, f"{day} 20:00") for day in days]
    ends = [punch(f"{day} 17:31") for day in days]
    return judged(
        shifts=shifts, makeups=[*rows, *makeup], punches=[*ends, *punches], **more
    ).results[-1]


@pytest.mark.parametrize(
    ("asked_at", "minutes", "rule", "fen", "half_days"),
    [
        (f"{DAY} 08:29:59", 0, "", 0, 0),
        (f"{DAY} 08:30:59", 0, "", 0, 0),
        (f"{DAY} 08:31:00", 1, "ATT-1", 1000, 0),
        (f"{DAY} 08:41:00", 11, "ATT-2", 2000, 0),
        (f"{DAY} 09:00:59", 30, "ATT-3", 5000, 0),
        ("2026-10-09 08:30:00", 1440, "ATT-4", 0, 1),
    ],
)
def test_the_fourth_made_up_start_is_judged_by_the_time_of_asking(
    asked_at, minutes, rule, fen, half_days
):
    result = fourth([made_up(DAY, Side.IN, asked_at)], punches=[OUT])
    start = result.start
    assert (start.minutes, start.rule, start.fen) == (minutes, rule, fen)
    assert (result.half_days, start.number, start.found) == (half_days, 4, Found.ASKED_LATE)


@pytest.mark.parametrize(
    ("before", "found", "fen"), [(2, Found.FREE, 0), (3, Found.COSTS, 1000), (5, Found.COSTS, 1000)]
)
def test_a_made_up_end_beyond_the_free_ones_costs(before, found, fen):
    result = fourth([made_up(DAY, Side.OUT, f"{DAY} 20:00")], before=before, punches=[IN])
    assert (result.end.found, result.end.fen, result.half_days) == (found, fen, 0)
    assert (result.end.rule, result.end.number) == ("ATT-13" if fen else "", before + 1)


def test_make_ups_count_in_the_order_of_their_boundaries():
    """The one asked for first stands for the latest boundary, and is the fourth."""
    days = ["2026-10-05", "2026-10-06", "2026-10-07"]
    results = judged(
        shifts=[shift(day) for day in [*days, DAY]],
        makeups=[
            made_up(DAY, Side.OUT, "2026-10-01 09:00"),
            *(made_up(day, Side.OUT, "2026-10-09 09:00") for day in days),
        ],
        punches=[punch(f"{day} 08:20") for day in [*days, DAY]],
    ).results
    assert [result.end.number for result in results] == [1, 2, 3, 4]
    assert [result.end.fen for result in results] == [0, 0, 0, 1000]


def test_each_month_has_its_own_free_ones_by_the_date_of_the_shift():
    last = "2026-10-31"
    results = judged(
        shifts=[
            *(shift(f"2026-10-{n}") for n in (28, 29, 30)),
            shift(last, "evening"),
            shift("2026-11-02"),
        ],
        makeups=[
            *(made_up(f"2026-10-{n}", Side.OUT, f"2026-10-{n} 20:00") for n in (28, 29, 30)),
            made_up(last, Side.OUT, "2026-11-01 02:00"),
            made_up("2026-11-02", Side.OUT, "2026-11-02 20:00"),
        ],
        punches=[
            *(punch(f"2026-10-{n} 08:20") for n in (28, 29, 30)),
            punch(f"{last} 16:50"),
            punch("2026-11-02 08:20"),
        ],
    ).results
    assert [result.end.number for result in results] == [1, 2, 3, 4, 1]


def test_a_make_up_for_a_boundary_with_a_punch_has_no_effect_and_is_not_counted():
    result = fourth(
        [made_up(DAY, Side.IN, f"{DAY} 08:00"), made_up(DAY, Side.OUT, f"{DAY} 20:00")],
        before=2,
        punches=[punch(f"{DAY} 08:45")],
    )
    assert (result.start.rule, result.start.number) == ("ATT-2", 0)
    assert (result.start.makeup is not None, result.end.number) == (True, 3)


@pytest.mark.parametrize("state", [MakeUpState.OPEN, MakeUpState.REFUSED])
def test_what_is_undecided_or_refused_is_not_made_up(state):
    result = only(
        shifts=[shift(DAY)], punches=[OUT], makeups=[made_up(DAY, Side.IN, f"{DAY} 08:20", state)]
    )
    assert (result.start.found, result.half_days) == (Found.MISSING, 1)
    assert result.start.makeup.state == state
    nothing = only(shifts=[shift(DAY)], makeups=[made_up(DAY, Side.IN, f"{DAY} 08:20", state)])
    assert (nothing.without_punch, nothing.half_days) == (True, 2)


def test_with_a_certified_boundary_a_shift_without_punches_is_judged_side_by_side():
    one = only(shifts=[shift(DAY)], makeups=[made_up(DAY, Side.IN, f"{DAY} 20:00")])
    assert ([b.found for b in one.boundaries], one.half_days) == ([Found.FREE, Found.MISSING], 1)
    both = only(
        shifts=[shift(DAY)],
        makeups=[made_up(DAY, side, f"{DAY} 20:00") for side in Side],
    )
    assert ([b.number for b in both.boundaries], both.half_days) == ([1, 2], 0)


def test_a_make_up_of_an_excused_shift_or_of_no_shift_is_not_counted():
    results = judged(
        shifts=[shift("2026-10-07"), shift(DAY)],
        leave=[away("2026-10-07", kind=AbsenceKind.REST)],
        makeups=[
            made_up("2026-10-06", Side.IN, "2026-10-06 20:00"),
            made_up("2026-10-07", Side.IN, "2026-10-07 20:00"),
            made_up(DAY, Side.IN, f"{DAY} 20:00"),
        ],
        punches=[OUT],
    ).results
    assert [result.start.number for result in results] == [0, 1]


def test_of_two_shifts_of_a_day_the_make_up_stands_for_the_one_that_misses_the_punch():
    results = judged(
        shifts=[shift(DAY), shift(DAY, "evening")],
        punches=[IN, punch(f"{DAY} 16:58", Side.IN), punch("2026-10-09 01:01")],
        makeups=[made_up(DAY, Side.IN, f"{DAY} 20:00")],
    ).results
    assert [result.start.found for result in results] == [Found.ON_TIME, Found.ON_TIME]
    assert [result.start.number for result in results] == [0, 0]
    results = judged(
        shifts=[shift(DAY), shift(DAY, "evening")],
        punches=[IN, punch(f"{DAY} 17:30", Side.OUT), punch("2026-10-09 01:01")],
        makeups=[made_up(DAY, Side.IN, f"{DAY} 20:00")],
    ).results
    assert [result.start.found for result in results] == [Found.ON_TIME, Found.FREE]


def test_the_policy_of_the_shifts_day_judges():
    strict = attendance_rules(
        Policy(valid_from=date(2026, 10, 9), late_1_minutes=5, late_1_fen=7_00)
    )
    results = judged(
        shifts=[shift(DAY), shift("2026-10-09")],
        punches=[
            *(punch(f"{day} 08:36") for day in (DAY, "2026-10-09")),
            *(punch(f"{day} 17:36") for day in (DAY, "2026-10-09")),
        ],
        rules=lambda day: strict if day >= strict.valid_from else RULES,
    ).results
    assert [(r.start.rule, r.start.fen) for r in results] == [("ATT-1", 1000), ("ATT-2", 2000)]


def test_absence_adds_up_with_the_day_of_the_last():
    results = judged(
        shifts=[shift("2026-10-05"), shift("2026-10-06"), shift("2026-10-07")],
        punches=[punch("2026-10-06 08:20"), punch("2026-10-07 08:20"), punch("2026-10-07 17:30")],
    ).results
    absence = absence_of(results, [LeaveDay(date(2026, 10, 20), 0, 2)])
    assert absence.half_days == 5
    assert absence.last_day == date(2026, 10, 20)
    assert absence.days == (
        (date(2026, 10, 5), 2),
        (date(2026, 10, 6), 1),
        (date(2026, 10, 20), 2),
    )
    assert absence_of([], []) == AbsenceSum(0, ())
    assert absence_of([], []).last_day is None


@pytest.mark.parametrize(
    ("half_days", "rule"),
    [
        (0, None), (1, "ATT-6"), (2, "ATT-7"), (3, "ATT-7"), (4, "ATT-8"), (5, "ATT-8"),
        (6, "ATT-9"), (40, "ATT-9"),
    ],
)  # fmt: skip
def test_only_the_highest_step_counts(half_days, rule):
    step = step_reached(half_days, RULES.absence)
    assert (step.rule if step else None) == rule


def test_leave_beyond_the_year_is_absence_in_the_order_of_the_days():
    first = date(2026, 3, 1)
    days = [away(f"{first + timedelta(days=n)}") for n in range(31)]
    days[0] = away(f"{first}", Half.FIRST, AbsenceKind.EMERGENCY)
    rows = [*reversed(days), away("2026-02-01", kind=AbsenceKind.REST)]
    split = split_year([*rows, away("2026-02-02", kind=AbsenceKind.SICK)], limit_on=lambda _day: 60)
    assert len(split) == 31
    assert split[0] == LeaveDay(first, 1, 0)
    assert split[-2:] == [LeaveDay(date(2026, 3, 30), 2, 0), LeaveDay(date(2026, 3, 31), 1, 1)]
    halves = [away("2026-03-01", Half.SECOND), away("2026-03-01", Half.FIRST)]
    assert split_year(halves, limit_on=lambda _day: 1) == [LeaveDay(first, 1, 1)]


def test_a_later_limit_of_leave_leaves_earlier_days_as_they_were():
    days = [away(f"2026-{month}-0{day}") for month in ("10", "11") for day in range(1, 4)]

    def limit_on(day):
        return 4 if day < date(2026, 11, 1) else 20

    before = split_year(days[:3], limit_on=lambda _day: 4)
    after = split_year(days, limit_on=limit_on)
    assert after[:3] == before
    assert before[2] == LeaveDay(date(2026, 10, 3), 0, 2)
    assert [row.excess for row in after[3:]] == [0, 0, 0]
    assert [row.excess for row in split_year(days, limit_on=lambda day: 24 - limit_on(day))] == [
        0, 0, 0, 2, 2, 2,
    ]  # fmt: skip
