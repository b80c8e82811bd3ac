from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from staff.roster.policies import (
    NEARBY,
    Shift,
    Span,
    is_rostered,
    overlapped,
    running_lead,
    short_rests,
    times_of,
)

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def shift(person=1, *, start=-4, end=4, is_lead=False):
    return Shift(
        person_id=person,
        team_id=1,
        is_lead=is_lead,
        starts_at=NOON + start * HOUR,
        ends_at=NOON + end * HOUR,
    )


@pytest.mark.parametrize(("start", "end", "runs"), [(0, 1, True), (-1, 0, False), (1, 2, False)])
def test_shift_runs_from_its_start_to_before_its_end(start, end, runs):
    assert shift(start=start, end=end).is_running(NOON) == runs


def test_rostered_is_who_has_a_shift_within_a_week():
    week = NEARBY // HOUR
    assert not is_rostered([], at=NOON)
    assert is_rostered([shift(start=week, end=week + 8)], at=NOON)
    assert is_rostered([shift(start=-week - 8, end=-week)], at=NOON)
    assert not is_rostered([shift(start=week + 1, end=week + 8)], at=NOON)
    assert not is_rostered([shift(start=-week - 8, end=-week - 1)], at=NOON)


def test_lead_is_that_of_the_running_shift():
    early, late = shift(1, is_lead=True), shift(2, start=4, end=12, is_lead=True)
    assert running_lead([early, late], at=NOON, beside=9) == 1
    assert running_lead([early, late], at=NOON + 5 * HOUR, beside=9) == 2
    assert running_lead([shift(3)], at=NOON, beside=9) is None


def test_lead_of_overlapping_shifts_is_that_of_ones_own_else_the_one_that_ends_last():
    early, late = shift(1, is_lead=True), shift(2, start=-1, end=8, is_lead=True)
    own = shift(9)
    assert running_lead([early, late], at=NOON, beside=9) == 2
    assert running_lead([early, late, own], at=NOON, beside=9) == 1


@pytest.mark.parametrize(
    ("start", "end", "row"),
    [(-9, -8, None), (-8, -4, None), (-5, -3, 1), (-2, 2, 1), (3, 5, 1), (4, 6, None), (5, 9, 2)],
)
def test_overlap_is_found_in_sorted_spans(start, end, row):
    spans = [Span(NOON - 4 * HOUR, NOON + 4 * HOUR, 1), Span(NOON + 6 * HOUR, NOON + 9 * HOUR, 2)]
    found = overlapped(spans, Span(NOON + start * HOUR, NOON + end * HOUR, 0))
    assert (found.row if found else None) == row


def test_rest_between_shifts_is_counted_from_end_to_start():
    spans = [
        Span(NOON, NOON + 8 * HOUR, 1),
        Span(NOON + 19 * HOUR, NOON + 27 * HOUR, 2),
        Span(NOON + 37 * HOUR, NOON + 45 * HOUR, 3),
    ]
    assert short_rests(spans, least=11 * HOUR) == [spans[2]]


def test_times_of_a_shift_across_midnight_end_on_the_next_day():
    zone = ZoneInfo("Asia/Shanghai")
    day = date(2026, 11, 2)
    assert times_of(day, starts=time(8, 30), ends=time(17), zone=zone) == (
        datetime(2026, 11, 2, 0, 30, tzinfo=UTC),
        datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
    )
    assert times_of(day, starts=time(17), ends=time(1), zone=zone)[1] == datetime(
        2026, 11, 2, 17, 0, tzinfo=UTC
    )
