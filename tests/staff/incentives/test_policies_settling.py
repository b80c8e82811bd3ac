"""What must be seen to hold of a month's pay, as truth tables and as properties."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.money import Fen
from portal.period import Month
from staff.attendance.policies.values import Clocked, Record
from staff.incentives.policies.limits import Taken, given_back, is_much, taken
from staff.incentives.policies.settling import keyed
from staff.incentives.policies.values import Facts, Line, on_payroll, quantity
from tests.staff.attendance.record import (
    AbsenceKind,
    Half,
    Side,
    at,
    away,
    made_up,
    paid,
    punch,
    shift,
)
from tests.staff.incentives.book import numbers, settled

LONG_AGO = date(2020, 1, 1)


def clocked(moment):
    return Clocked(int(moment.timestamp()), moment)


def worked(month, *, without=(), late=()):
    """Daily shifts of a month with a punch at each end; `late` are minutes by day."""
    shifts, punches = [], []
    minutes = dict(late)
    for day in month.span:
        shifts.append(shift(f"{day}"))
        if day.day not in without:
            start = at(f"{day} 08:30") + timedelta(minutes=minutes.get(day.day, -5))
            punches.append(clocked(start))
            punches.append(punch(f"{day} 17:35"))
    return shifts, punches


def facts(text="2026-10", *, base=600000, hired_on=LONG_AGO, left_on=None, leave=(), **more):
    month = Month.parse(text)
    shifts, punches = worked(month, **more)
    return Facts(
        month=month,
        hired_on=hired_on,
        left_on=left_on,
        base=Fen(base),
        record=Record(shifts, punches, (), [away(*row) for row in leave]),
    )


def lines(result):
    return [(line.rule, line.day.day, quantity(line.halves), line.amount) for line in result.lines]


@pytest.mark.parametrize(
    ("month", "total"),
    [("2026-02", 662858), ("2028-02", 661380), ("2026-04", 660000), ("2026-10", 658710)],
)
def test_a_faultless_month_pays_bonus_and_both_rest_days(month, total):
    result = settled(facts(month))
    last = Month.parse(month).days
    assert result.total == total
    assert lines(result) == [
        ("ATT-10", last, "1", 20000),
        ("LEAVE-2", last, "2", total - 620000),
    ]
    assert result.flags == []


@pytest.mark.parametrize(
    ("absent", "line", "flags", "total"),
    [
        ((8,), ("ATT-7", 8, "1", -96775), [], 541935),
        ((8, 9), ("ATT-8", 9, "2", -193550), ["notice_of_criticism"], 445160),
        ((8, 9, 20), ("ATT-9", 20, "3", -600000), ["dismissal_proposed"], 0),
        ((8, 9, 20, 21), ("ATT-9", 21, "4", -600000), ["dismissal_proposed"], 0),
    ],
)
def test_absence_costs_the_highest_step_once(absent, line, flags, total):
    result = settled(facts(without=absent))
    assert lines(result)[0] == line
    assert len(lines(result)) == (1 if line[0] == "ATT-9" else 2)
    assert (result.flags, result.total) == (flags, total)


def test_half_a_day_of_absence_is_the_first_step_and_no_red_packet():
    result = settled(facts(late={8: 31}))
    assert lines(result) == [("ATT-6", 8, "0.5", -58065), ("LEAVE-2", 31, "2", 38710)]


def test_who_joins_on_the_16th_is_paid_16_days_and_one_rest_day():
    result = settled(facts(hired_on=date(2026, 10, 16)))
    assert (result.days_employed, result.base, result.wage) == (16, 309680, 19355)
    assert lines(result) == [("LEAVE-2", 31, "1", 19355)]


def test_who_leaves_is_paid_to_the_last_day_and_shifts_after_it_do_not_count():
    result = settled(facts(left_on=date(2026, 10, 10), without=range(11, 32)))
    assert (result.days_employed, result.base) == (10, 193550)
    assert lines(result) == []


@pytest.mark.parametrize(
    ("day", "found"),
    [
        # who is hired on the last day or leaves on the first is employed one day
        ({"hired_on": date(2026, 10, 31)}, 1),
        ({"left_on": date(2026, 10, 1)}, 1),
        ({"hired_on": date(2026, 11, 1)}, 0),
        ({"left_on": date(2026, 9, 30)}, 0),
    ],
)
def test_both_dates_of_employment_are_days_employed(day, found):
    result = settled(facts(**day))
    assert (result.days_employed, result.base) == (found, found * 19355)


@pytest.mark.parametrize(
    ("half", "size", "cost"), [(Half.WHOLE, "1", -16667), (Half.SECOND, "0.5", -8334)]
)
def test_a_day_of_leave_costs_the_wage_and_half_a_day_half_of_it_half_up(half, size, cost):
    month = facts("2026-09", base=500000, leave=[("2026-09-08", half)])
    assert lines(settled(month))[0] == ("LEAVE-4", 8, size, cost)


def test_both_halves_of_a_day_are_one_line():
    halves = [("2026-10-08", Half.FIRST), ("2026-10-08", Half.SECOND)]
    assert lines(settled(facts(leave=halves)))[0] == ("LEAVE-4", 8, "1", -19355)


@pytest.mark.parametrize(("days", "left"), [(3, 2), (4, 0)])
def test_more_than_three_days_of_leave_cost_the_rest_days_of_the_next_month(days, left):
    leave = [(f"2026-09-{day:02}", Half.WHOLE) for day in range(7, 7 + days)]
    found = [line[2] for line in lines(settled(facts(leave=leave))) if line[0] == "LEAVE-2"]
    assert found == ([f"{left}"] if left else [])


def test_leave_past_thirty_days_a_year_is_absence():
    leave = [(f"{date(2026, 9, 2) + timedelta(days=n)}", Half.WHOLE) for n in range(31)]
    result = settled(facts(leave=leave))
    assert lines(result) == [("LEAVE-4", 1, "1", -19355), ("ATT-7", 2, "1", -96775)]


@pytest.mark.parametrize(
    ("spoiled", "leave"),
    [
        ({"late": {8: 1}}, ()),
        ({"without": (8,)}, ()),
        ({"hired_on": date(2026, 10, 2)}, ()),
        ({}, [("2026-10-08", Half.FIRST)]),
        ({}, [("2026-10-08", Half.WHOLE, AbsenceKind.EMERGENCY)]),
    ],
)
def test_the_bonus_is_for_a_whole_month_without_fault_or_leave(spoiled, leave):
    rules = [line[0] for line in lines(settled(facts(leave=leave, **spoiled)))]
    assert "ATT-10" not in rules


def test_the_bonus_needs_a_shift_and_rest_days_do_not_hinder_it():
    idle = facts()
    idle = settled(Facts(month=idle.month, hired_on=LONG_AGO, left_on=None, base=Fen(600000),
                         record=Record()))  # fmt: skip
    assert lines(idle) == [("LEAVE-2", 31, "2", 38710)]
    rested = facts(leave=[("2026-10-08", Half.WHOLE, AbsenceKind.REST)], without=(8,))
    assert lines(settled(rested)) == [("ATT-10", 31, "1", 20000), ("LEAVE-2", 31, "1", 19355)]


def test_three_make_ups_are_free_the_fourth_is_judged_by_its_asking():
    month = Month.parse("2026-10")
    shifts, punches = worked(month)
    missing = {at(f"2026-10-{day:02} 17:35") for day in (5, 6, 7)}
    starts = {at("2026-10-08 08:25")}
    punches = [one for one in punches if one.at not in missing | starts]
    makeups = [
        *(made_up(f"2026-10-{day:02}", Side.OUT, f"2026-10-{day:02} 18:00") for day in (5, 6, 7)),
        made_up("2026-10-08", Side.IN, "2026-10-08 08:41"),
    ]
    in_time = [*punches, punch("2026-10-08 08:25")]
    free = Facts(month=month, hired_on=LONG_AGO, left_on=None, base=Fen(600000),
                 record=Record(shifts, in_time, makeups[:3]))  # fmt: skip
    assert settled(free).total == 658710
    fourth = Facts(month=month, hired_on=LONG_AGO, left_on=None, base=Fen(600000),
                   record=Record(shifts, punches, makeups))  # fmt: skip
    (packet, doubled, rest) = settled(fourth).lines
    assert (packet.rule, packet.amount, packet.evidence["number"]) == ("ATT-2", -2000, 4)
    assert (doubled.rule, doubled.day, doubled.event) == (
        "ATT-11", date(2026, 10, 12), date(2026, 10, 8),
    )  # fmt: skip
    assert rest.rule == "LEAVE-2"


def test_a_doubling_belongs_to_the_month_of_its_monday_and_spoils_no_bonus():
    september = facts("2026-09", late={30: 5})
    october = facts("2026-10")
    both = Record(
        [*september.record.shifts, *october.record.shifts],
        [*september.record.punches, *october.record.punches],
    )
    result = settled(Facts(month=october.month, hired_on=LONG_AGO, left_on=None,
                           base=Fen(600000), record=both))  # fmt: skip
    assert lines(result) == [
        ("ATT-11", 5, "1", -1000), ("ATT-10", 31, "1", 20000), ("LEAVE-2", 31, "2", 38710),
    ]  # fmt: skip
    assert result.lines[0].event == date(2026, 9, 30)
    assert result.total == 658710


@pytest.mark.parametrize(
    ("paid_at", "doubled"), [("2026-10-12 10:00:00", False), ("2026-10-12 10:00:01", True)]
)
def test_paid_at_ten_on_monday_is_in_time(paid_at, doubled):
    month = facts(late={8: 5})
    payments = [paid("2026-10-08", Side.IN, paid_at)]
    result = settled(Facts(month=month.month, hired_on=LONG_AGO, left_on=None, base=month.base,
                           record=month.record, paid=payments))  # fmt: skip
    assert ("ATT-11" in [line.rule for line in result.lines]) is doubled


def test_a_line_that_was_taken_back_is_left_out_and_the_limit_follows():
    month = facts(base=60000, without=(8, 9), leave=[("2026-10-12", Half.WHOLE)])
    kept = settled(month, changed={"deduction_cap_percent": 20})
    assert [line[0] for line in lines(kept)] == ["ATT-8", "LEAVE-4", "INC-9", "LEAVE-2"]
    key = next(key for key in keyed(kept.lines) if key[0] == "ATT-8")
    less = settled(month, changed={"deduction_cap_percent": 20}, waived={key})
    assert [line[0] for line in lines(less)] == ["LEAVE-4", "LEAVE-2"]
    assert less.total == 60000 - 1935 + 2 * 1935


def test_what_comes_late_counts_in_the_limit_of_the_month_it_lands_in():
    late = Line(rule="ATT-8", policy=LONG_AGO, day=date(2026, 9, 8), event=date(2026, 9, 8),
                halves=4, amount=Fen(-900000))  # fmt: skip
    result = settled(facts(), late=[late])
    back = result.lines[1]
    assert (back.rule, back.amount) == ("INC-9", 900000 - 658710)
    assert late not in result.lines


@pytest.mark.parametrize(
    ("pay", "deductions", "cap", "least", "back"),
    [
        (1000, 0, 100, 0, 0),
        (1000, 1000, 100, 0, 0),
        (1000, 1001, 100, 0, 1),  # zero acts
        (1000, 300, 20, 0, 100),  # the cap
        (1001, 300, 50, 0, 0),
        (1001, 600, 50, 0, 99),  # half up: 500.5 is 501
        (1000, 900, 100, 400, 300),  # the minimum
        (1000, 900, 20, 900, 800),  # the stricter of the two
        (300, 0, 100, 400, 0),  # nothing was deducted: nothing is given back
        (300, 50, 100, 400, 50),
        (0, 0, 0, 400, 0),
    ],
)
def test_the_limits_of_deductions(pay, deductions, cap, least, back):
    rules = numbers(deduction_cap_percent=cap, least_pay_fen=least).pay_on(LONG_AGO)
    assert given_back(Taken(Fen(pay), Fen(deductions)), rules) == back


@pytest.mark.parametrize(
    ("deductions", "back", "warned"), [(200, 0, False), (201, 0, True), (201, 1, False)]
)
def test_deductions_above_a_fifth_are_warned_about(deductions, back, warned):
    rules = numbers().pay_on(LONG_AGO)
    assert is_much(Taken(Fen(1000), Fen(deductions)), Fen(back), rules) is warned


def test_the_pay_is_the_base_and_all_that_is_added():
    assert taken(Fen(100), [Fen(20), Fen(-30), Fen(-5)]) == Taken(Fen(120), Fen(35))


DAYS = [date(2026, 10, 1) + timedelta(days=number) for number in range(31)]
SHIFTS = st.lists(
    st.tuples(st.sampled_from(DAYS), st.integers(-60, 45), st.integers(-45, 60), st.integers(0, 3)),
    unique_by=lambda row: row[0],
)
LEAVE = st.lists(
    st.tuples(
        st.sampled_from(DAYS),
        st.sampled_from(list(Half)),
        st.sampled_from(list(AbsenceKind)),
    ),
    unique_by=lambda row: row[0],
    max_size=12,
)


def month_of(rows, leave, base, hired):
    shifts, punches = [], []
    for day, after_start, after_end, present in rows:
        shifts.append(shift(f"{day}"))
        if present & 1:
            start = at(f"{day} 08:30") + timedelta(minutes=after_start)
            punches.append(clocked(start))
        if present & 2:
            end = at(f"{day} 17:30") + timedelta(minutes=after_end)
            punches.append(clocked(end))
    return Facts(
        month=Month(2026, 10),
        hired_on=hired,
        left_on=None,
        base=Fen(base),
        record=Record(shifts, punches, (), [away(f"{day}", *row) for day, *row in leave]),
    )


@settings(deadline=None, max_examples=150)
@given(
    rows=SHIFTS,
    leave=LEAVE,
    base=st.integers(0, 2_000_000),
    hired=st.sampled_from([LONG_AGO, *DAYS]),
    cap=st.integers(0, 100),
    least=st.integers(0, 300_000),
)
def test_base_and_payroll_lines_are_the_total_which_is_never_negative(
    rows, leave, base, hired, cap, least
):
    month = month_of(rows, leave, base, hired)
    changed = {"deduction_cap_percent": cap, "least_pay_fen": least}
    result = settled(month, changed=changed)
    payroll = on_payroll(result.lines)
    assert result.total == result.base + sum(line.amount for line in payroll) >= 0
    assert list(result.lines) == sorted(result.lines, key=lambda line: line.order)
    steps = [line for line in payroll if line.rule in {"ATT-6", "ATT-7", "ATT-8", "ATT-9"}]
    assert len(steps) <= 1
    if steps and steps[0].rule == "ATT-9":
        assert {line.rule for line in payroll} <= {"ATT-9", "INC-9"}
    sums = taken(result.base, [line.amount for line in payroll if line.rule != "INC-9"])
    assert result.total >= min(least, sums.pay)
    assert all(line.amount > 0 for line in payroll if line.rule in {"ATT-10", "INC-9"})
    assert len(keyed(result.lines)) == len(result.lines)
    assert settled(month, changed=changed, now=datetime(2031, 1, 1, tzinfo=UTC)) == result
