from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from complaints.policies.followups import (
    FARTHEST,
    UNDO_WITHIN,
    Facts,
    Pick,
    Refusal,
    picked_due,
    why_not_due,
    why_not_hand_over,
    why_not_reschedule,
    why_not_undo,
)
from complaints.policies.numbers import NUMBER, case_number
from portal.servicetime import Timetable, Window

NOW = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
DUE = NOW + timedelta(hours=2)
SECOND = timedelta(seconds=1)
DESK = Timetable(zone=ZoneInfo("Asia/Shanghai"), windows=(Window(time(8, 30), time(1, 0)),))
CLOSED = Timetable(zone=ZoneInfo("Asia/Shanghai"), windows=())


def facts(*, is_open=True, done_at=None):
    return Facts(is_open=is_open, due_at=DUE, owner_id=7, done_at=done_at)


@pytest.mark.parametrize(
    ("due_at", "reason"),
    [
        (NOW - SECOND, Refusal.DUE_IN_THE_PAST),
        (NOW, Refusal.DUE_IN_THE_PAST),
        (NOW + SECOND, None),
        (NOW + FARTHEST, None),
        (NOW + FARTHEST + SECOND, Refusal.DUE_TOO_FAR),
    ],
)
def test_due_time_lies_ahead_within_two_years(due_at, reason):
    assert why_not_due(due_at, now=NOW) == reason


@pytest.mark.parametrize(
    ("is_open", "due_at", "reason"),
    [
        (True, DUE + SECOND, None),
        (True, DUE - SECOND, None),
        (True, DUE, Refusal.SAME_DUE),
        (True, NOW, Refusal.DUE_IN_THE_PAST),
        (False, DUE + SECOND, Refusal.NOT_OPEN),
    ],
)
def test_reschedule(is_open, due_at, reason):
    assert why_not_reschedule(facts(is_open=is_open), due_at=due_at, now=NOW) == reason


@pytest.mark.parametrize(
    ("is_open", "to", "reason"),
    [(True, 8, None), (True, 7, Refusal.SAME_OWNER), (False, 8, Refusal.NOT_OPEN)],
)
def test_hand_over(is_open, to, reason):
    assert why_not_hand_over(facts(is_open=is_open), to=to) == reason


@pytest.mark.parametrize(
    ("is_open", "ago", "reason"),
    [
        (False, UNDO_WITHIN, None),
        (False, UNDO_WITHIN + SECOND, Refusal.UNDO_TOO_LATE),
        (True, timedelta(0), Refusal.NOT_DONE),
    ],
)
def test_undo_within_ten_minutes(is_open, ago, reason):
    assert why_not_undo(facts(is_open=is_open, done_at=NOW - ago), now=NOW) == reason
    assert why_not_undo(facts(is_open=False), now=NOW) == Refusal.NOT_DONE


@pytest.mark.parametrize(
    ("pick", "now", "due"),
    [
        (Pick.HALF_HOUR, NOW, NOW + timedelta(minutes=30)),
        (Pick.HOUR, NOW + SECOND, NOW + timedelta(minutes=61)),
        (Pick.FOUR_HOURS, NOW, NOW + timedelta(hours=4)),
        # 23:50 and two hours of service time: 09:20 of the next day (SHIFT-5)
        (Pick.TWO_HOURS, datetime(2026, 3, 10, 15, 50, tzinfo=UTC),
         datetime(2026, 3, 11, 1, 20, tzinfo=UTC)),
        (Pick.NEXT_SHIFT, NOW, DUE + timedelta(days=1)),
        (Pick.EXACT, NOW, DUE),
    ],
)  # fmt: skip
def test_pick_means_a_moment_of_service_time(pick, now, due):
    coming = DUE + timedelta(days=1)
    assert picked_due(pick, now=now, desk=DESK, next_shift=coming, exact=DUE) == due


def test_pick_at_a_desk_that_never_opens_means_no_moment():
    assert picked_due(Pick.HOUR, now=NOW, desk=CLOSED, next_shift=None, exact=None) is None


def test_numbers_are_read_as_they_are_written():
    assert case_number("C", day=date(2026, 10, 8), running=7) == "C20261008-0007"
    assert case_number("F", day=date(2026, 10, 8), running=123456) == "F20261008-123456"
    for good in ("C20261008-0007", "F20261008-123456"):
        assert NUMBER.fullmatch(good)
    for bad in ("C20261008-007", "X20261008-0007", "C2026100８-0007", "C20261008-0007\n", ""):
        assert not NUMBER.fullmatch(bad)
