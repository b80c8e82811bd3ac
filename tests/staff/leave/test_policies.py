from datetime import UTC, date, datetime

import pytest

from portal.money import Fen
from portal.period import DaySpan, Month
from staff.leave.enums import LeaveKind
from staff.leave.policies import asking, balances, consequences, days
from staff.leave.policies.asking import Refusal, Shape
from staff.leave.policies.balances import Entitlement
from staff.leave.policies.consequences import Pay, RestLost, RestUse, Rules
from staff.leave.policies.days import Part
from staff.people.enums import Half
from staff.rulebook.policies import LeaveRules

REST, PERSONAL, EMERGENCY = LeaveKind.REST, LeaveKind.PERSONAL, LeaveKind.EMERGENCY
WHOLE, FIRST, SECOND = Half.WHOLE, Half.FIRST, Half.SECOND
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
RULES = LeaveRules(
    valid_from=date(2020, 1, 1),
    rest_days=2,
    rest_notice_days=2,
    leave_notice_days=1,
    rest_lost_half_days=6,
    year_half_days=60,
)


def on(day, kind=PERSONAL, half=WHOLE, month=10, *, is_open=False):
    return Part(date(2026, month, day), half, kind, is_open)


def leave_days(count, *, month=10, first=1):
    return [on(day, month=month) for day in range(first, first + count)]


@pytest.mark.parametrize(
    ("kind", "asked_on", "first_day", "code"),
    [
        (REST, 8, 10, None),
        (REST, 8, 9, "late_rest"),
        (REST, 8, 8, "late_rest"),
        (REST, 8, 11, None),
        (PERSONAL, 8, 9, None),
        (PERSONAL, 8, 8, "late_leave"),
        (PERSONAL, 8, 7, "late_leave"),
        (EMERGENCY, 8, 8, None),
        (EMERGENCY, 8, 1, None),
    ],
)
def test_days_ahead_are_calendar_days(kind, asked_on, first_day, code):
    found = asking.why_too_late(
        kind,
        first_day=date(2026, 10, first_day),
        asked_on=date(2026, 10, asked_on),
        rules=RULES,
    )
    assert (found.code if found else None) == code
    if found:
        assert found.rule == {"late_rest": "LEAVE-1", "late_leave": "LEAVE-3"}[code]
        assert found.params["earliest"] == ("2026-10-10" if kind == REST else "2026-10-09")


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ({}, None),
        ({"last_day": date(2026, 10, 7)}, "out_of_order"),
        ({"half": FIRST}, None),
        ({"half": FIRST, "last_day": date(2026, 10, 9)}, "half_of_several"),
        ({"last_day": date(2027, 10, 8)}, None),
        ({"last_day": date(2027, 10, 9)}, "too_long"),
        ({"first_day": date(2026, 1, 4), "last_day": date(2026, 1, 5)}, "not_employed"),
        ({"last_day": date(2028, 1, 1), "first_day": date(2027, 12, 31)}, "not_employed"),
        ({"kind": EMERGENCY}, "no_call"),
        ({"kind": EMERGENCY, "names_call": True}, None),
        ({"kind": EMERGENCY, "names_call": True, "own_call": True}, "own_call"),
        ({"names_call": True}, "call_without_emergency"),
    ],
)
def test_the_shape_of_a_request(shape, code):
    shape = {
        "kind": PERSONAL, "first_day": date(2026, 10, 8), "last_day": date(2026, 10, 8),
        "half": WHOLE,
    } | shape  # fmt: skip
    found = asking.why_malformed(
        Shape(**shape), hired_on=date(2026, 1, 5), left_on=date(2027, 12, 31)
    )
    assert (found.code if found else None) == code


def test_who_stays_is_employed_without_end():
    shape = Shape(kind=PERSONAL, first_day=date(2030, 1, 1), last_day=date(2030, 1, 1), half=WHOLE)
    assert asking.why_malformed(shape, hired_on=date(2026, 1, 5), left_on=None) is None


@pytest.mark.parametrize(
    ("asked", "standing", "code"),
    [
        (on(8, REST), [], None),
        (on(8, REST), [on(9, PERSONAL)], None),
        (on(8, REST), [on(8, PERSONAL)], "rest_and_leave"),
        (on(8, PERSONAL), [on(8, REST)], "rest_and_leave"),
        (on(8, PERSONAL), [on(8, REST, is_open=True)], "rest_and_leave"),
        (on(8, PERSONAL, FIRST), [on(8, REST, SECOND)], "rest_and_leave"),
        (on(8, PERSONAL, FIRST), [on(8, PERSONAL, SECOND)], None),
        (on(8, EMERGENCY, SECOND), [on(8, PERSONAL, FIRST)], None),
        (on(8, PERSONAL, FIRST), [on(8, PERSONAL, FIRST)], "same_day"),
        (on(8, PERSONAL, FIRST), [on(8, EMERGENCY)], "same_day"),
        (on(8, PERSONAL), [on(8, PERSONAL, SECOND)], "same_day"),
        (on(8, REST), [on(8, REST)], "same_day"),
    ],
)
def test_one_date_is_either_rest_day_or_leave(asked, standing, code):
    found = asking.why_clash([asked], standing)
    assert (found.code if found else None) == code
    if found:
        assert (found.rule, found.params["day"]) == ("LEAVE-1", "2026-10-08")


def entitled(granted=2, *, full=2, lost=False):
    return lambda month: Entitlement(month=month, full=full, granted=granted, is_lost=lost)


@pytest.mark.parametrize(
    ("asked", "taken", "of_month", "found"),
    [
        ([on(8, REST)], [], entitled(), None),
        ([on(8, REST), on(9, REST)], [], entitled(), None),
        ([on(8, REST)], [on(1, REST)], entitled(), None),
        ([on(8, REST)], [on(1, REST), on(2, REST)], entitled(), ("rest_quota", "LEAVE-1", 0)),
        ([on(8, REST)], [on(1, REST), on(2, REST, is_open=True)], entitled(), None),
        (
            [on(8, REST)],
            [on(1, REST), on(2, REST, FIRST)],
            entitled(),
            ("rest_quota", "LEAVE-1", 1),
        ),
        ([on(8, REST, FIRST)], [on(1, REST), on(2, REST, FIRST)], entitled(), None),
        ([on(8, REST)], [], entitled(1), None),
        ([on(8, REST)], [on(1, REST)], entitled(1), ("rest_share", "LEAVE-8", 0)),
        ([on(8, REST)], [], entitled(lost=True), ("rest_lost", "LEAVE-5", 0)),
        ([on(8, PERSONAL)], [], entitled(lost=True), None),
        (
            [on(31, REST), on(1, REST, month=11)],
            [on(1, REST), on(2, REST, month=11)],
            entitled(),
            None,
        ),
    ],
)
def test_rest_days_left(asked, taken, of_month, found):
    refusal = asking.why_no_rest_left(asked, taken, entitled=of_month)
    if found is None:
        assert refusal is None
    else:
        assert isinstance(refusal, Refusal)
        assert (refusal.code, refusal.rule, refusal.params["left"]) == found


@pytest.mark.parametrize(
    ("hired", "left", "leave_before", "granted", "half_days"),
    [
        (date(2020, 1, 1), None, 0, 2, 4),
        (date(2026, 10, 1), None, 0, 2, 4),
        (date(2026, 10, 2), None, 0, 1, 2),  # 30 of 31 days: 1.9
        (date(2026, 10, 16), None, 0, 1, 2),  # 16 of 31 days: 1.03
        (date(2026, 10, 17), None, 0, 0, 0),  # 15 of 31 days: 0.97
        (date(2020, 1, 1), date(2026, 10, 31), 0, 2, 4),
        (date(2020, 1, 1), date(2026, 10, 15), 0, 0, 0),
        (date(2020, 1, 1), date(2026, 10, 16), 0, 1, 2),
        (date(2026, 11, 1), None, 0, 0, 0),
        (date(2026, 11, 1), date(2026, 10, 1), 0, 0, 0),
        (date(2020, 1, 1), None, 6, 2, 4),
        (date(2020, 1, 1), None, 7, 2, 0),  # three and a half days
        (date(2020, 1, 1), None, 8, 2, 0),
    ],
)
def test_rest_days_of_a_month(hired, left, leave_before, granted, half_days):
    employed = balances.employed_in(OCTOBER, hired_on=hired, left_on=left)
    found = balances.entitlement(OCTOBER, rules=RULES, employed=employed, leave_before=leave_before)
    assert (found.granted, found.half_days, found.is_lost) == (
        granted, half_days, leave_before > 6,
    )  # fmt: skip


def limit(_day):
    return 60


def test_leave_past_thirty_days_of_a_year_counts_as_absence_in_the_order_of_the_days():
    parts = [*leave_days(29, month=8), on(1, month=9, half=FIRST), on(2, month=9)]
    assert days.excess(parts, year_half_days=limit) == {on(2, month=9): 1}
    shuffled = [on(3, month=9), *parts, on(31, REST)]
    assert days.excess(shuffled, year_half_days=limit) == {on(2, month=9): 1, on(3, month=9): 2}
    halves = [*leave_days(29, month=8), on(1, month=9, half=SECOND), on(1, month=9, half=FIRST),
              on(2, month=9, half=SECOND)]  # fmt: skip
    assert days.excess(halves, year_half_days=limit) == {on(2, month=9, half=SECOND): 1}


def test_each_calendar_year_counts_by_itself():
    parts = [*leave_days(30, month=8), Part(date(2027, 1, 1), WHOLE, PERSONAL)]
    assert days.excess(parts, year_half_days=limit) == {}


def test_the_ledger_of_rest_days_adds_up():
    parts = [on(8, REST), on(20, REST, FIRST), on(9, PERSONAL), on(25, REST, is_open=True),
             on(3, REST, month=11)]  # fmt: skip
    of_month = entitled()(OCTOBER)
    lines = balances.rest_ledger(of_month, parts, employed=OCTOBER.span)
    assert [(line.day.day, line.rule, line.code, line.half_days) for line in lines] == [
        (1, "LEAVE-1", "rest_granted", 4),
        (8, "LEAVE-1", "taken", -2),
        (20, "LEAVE-1", "taken", -1),
    ]
    assert balances.balance(lines) == 1 == balances.rest_left(of_month, parts)


@pytest.mark.parametrize(
    ("of_month", "expected"),
    [
        (entitled(1), [("LEAVE-1", 4), ("LEAVE-8", -2)]),
        (entitled(lost=True), [("LEAVE-1", 4), ("LEAVE-5", -4)]),
        (entitled(1, lost=True), [("LEAVE-1", 4), ("LEAVE-8", -2), ("LEAVE-5", -2)]),
        (entitled(0, lost=True), [("LEAVE-1", 4), ("LEAVE-8", -4)]),
    ],
)
def test_the_ledger_says_what_was_lost(of_month, expected):
    lines = balances.rest_ledger(of_month(OCTOBER), [], employed=None)
    assert [(line.rule, line.half_days) for line in lines] == expected
    assert balances.balance(lines) == of_month(OCTOBER).half_days


def test_the_ledger_of_the_year_goes_below_zero_with_absence():
    parts = [*leave_days(30, month=8), on(2, month=9), on(3, month=9, half=FIRST),
             on(4, REST, month=9), on(5, month=9, is_open=True)]  # fmt: skip
    lines = balances.year_ledger(2026, parts, year_half_days=limit)
    assert (lines[0].rule, lines[0].half_days) == ("LEAVE-6", 60)
    assert [(line.day.month, line.code, line.half_days) for line in lines[-3:]] == [
        (8, "taken", -2), (9, "excess", -2), (9, "excess", -1),
    ]  # fmt: skip
    assert balances.balance(lines) == -3
    split = [*leave_days(29, month=8), on(1, month=9, half=FIRST), on(2, month=9)]
    lines = balances.year_ledger(2026, split, year_half_days=limit)
    assert [(line.code, line.half_days) for line in lines[-2:]] == [("taken", -1), ("excess", -1)]


def rules(*, base=6000_00, bonus=200_00, whole=True, of_month=None):
    return Rules(
        leave_on=lambda _day: RULES,
        pay=lambda _month: Pay(
            base=None if base is None else Fen(base), bonus=Fen(bonus), is_whole_month=whole
        ),
        entitled=of_month or entitled(),
    )


def test_a_day_of_leave_costs_a_daily_wage_and_the_bonus():
    found = consequences.consequence([on(8)], [], rules=rules())
    assert (found.half_days, found.cost, found.absence) == (2, 193_55, 0)
    assert list(found.bonuses) == [(OCTOBER, 200_00)]
    assert (list(found.rest_lost), list(found.rest_used)) == ([], [])


def test_half_a_day_costs_half_a_daily_wage_rounded_half_up():
    # 6000 / 31 = 193.55 a day, half of it 96.775
    assert consequences.consequence([on(8, half=FIRST)], [], rules=rules()).cost == 96_78
    assert consequences.deduction(1, base=Fen(6000_00), month=OCTOBER) == 96_78
    assert consequences.daily_wage(Fen(6000_00), NOVEMBER) == 200_00


@pytest.mark.parametrize(
    ("standing", "whole", "bonus", "expected"),
    [
        ([], True, 200_00, [(OCTOBER, 200_00)]),
        ([on(1, half=FIRST)], True, 200_00, []),
        ([on(1, REST)], True, 200_00, [(OCTOBER, 200_00)]),
        ([], False, 200_00, []),
        ([], True, 0, []),
    ],
)
def test_the_bonus_is_lost_once(standing, whole, bonus, expected):
    found = consequences.consequence([on(8)], standing, rules=rules(whole=whole, bonus=bonus))
    assert list(found.bonuses) == expected


@pytest.mark.parametrize(
    ("standing", "half", "expected"),
    [
        (2, WHOLE, None),
        (3, WHOLE, 8),
        (3, FIRST, 7),
        (4, WHOLE, None),  # they are lost already
    ],
)
def test_the_fourth_day_takes_next_months_rest_days(standing, half, expected):
    known = [*leave_days(standing), on(3, REST, month=11), on(9, REST, month=11, is_open=True)]
    found = consequences.consequence([on(20, half=half)], known, rules=rules())
    lost = [RestLost(month=OCTOBER, half_days=expected, approved=2)] if expected else []
    assert list(found.rest_lost) == lost


def test_what_goes_past_the_year_is_absence_and_costs_no_daily_wage():
    known = leave_days(29, month=8)
    found = consequences.consequence([on(8), on(9)], known, rules=rules())
    assert (found.absence, found.cost) == (2, 193_55)
    early = consequences.consequence([on(1, month=1)], leave_days(30, month=8), rules=rules())
    assert early.absence == 2  # the last day in the order of the year is pushed out


def test_without_a_salary_there_is_no_amount():
    assert consequences.consequence([on(8)], [], rules=rules(base=None)).cost is None
    found = consequences.consequence([on(8, REST)], [], rules=rules(base=None))
    assert found.rest_used[0].payout is None


def test_a_rest_day_costs_nothing_and_uses_one():
    known = [on(1, REST), on(2, REST, is_open=True)]
    found = consequences.consequence([on(8, REST)], known, rules=rules())
    assert (found.cost, list(found.bonuses)) == (0, [])
    assert list(found.rest_used) == [
        RestUse(month=OCTOBER, left=0, also_open=2, payout=Fen(193_55))
    ]


def test_requests_can_be_withdrawn_until_the_day_begins():
    begins = datetime(2026, 10, 7, 16, 0, tzinfo=UTC)
    before = datetime(2026, 10, 7, 15, 59, 59, tzinfo=UTC)
    assert asking.can_withdraw(begins_at=begins, now=before)
    assert not asking.can_withdraw(begins_at=begins, now=begins)


def test_the_span_that_bears_on_a_request():
    assert consequences.span_of([OCTOBER]) == DaySpan(date(2025, 12, 1), date(2027, 1, 31))
