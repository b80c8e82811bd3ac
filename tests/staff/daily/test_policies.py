"""Rules of reports and summaries, with pencil and paper."""

from datetime import UTC, date, datetime, timedelta

import pytest

from staff.daily import policies
from staff.daily.policies import Shift, Unready

DUE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(-3600, 0), (0, 0), (59, 0), (60, 1), (119, 1), (3600, 60), (26 * 3600, 1560)],
)
def test_late_minutes_are_whole_and_never_below_zero(seconds, minutes):
    filed_at = DUE + timedelta(seconds=seconds)
    assert policies.late_minutes(filed_at=filed_at, due_at=DUE) == minutes


@pytest.mark.parametrize(
    ("days_ago", "begins_in", "may"),
    [
        (0, None, True), (0, -1, True), (0, 0, True), (0, 1, False), (14, -1, True),
        (15, -1, False), (-1, None, False), (14, None, True),
    ],
)  # fmt: skip
def test_a_report_may_be_written_from_the_start_of_the_shift_for_two_weeks(
    days_ago, begins_in, may
):
    starts_at = None if begins_in is None else DUE + timedelta(minutes=begins_in)
    day = TODAY - timedelta(days=days_ago)
    assert policies.may_write(day=day, today=TODAY, starts_at=starts_at, now=DUE) is may


@pytest.mark.parametrize(("known", "value", "found"), [(None, 3, None), (3, 3, 0), (5, 3, -2)])
def test_a_difference_needs_something_known(known, value, found):
    assert policies.difference(known=known, value=value) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [([], None), ([7], None), ([1, 2], 2), ([1, 2, 4], 2), ([1, 2, 4, 5], 3), ([0, 0], 0)],
)
def test_usual_is_the_median_of_at_least_two_rounded_half_up(values, found):
    assert policies.usual(values) == found


def test_usual_looks_at_the_same_weekday_of_four_weeks():
    days = policies.days_of_usual(TODAY)
    assert days == (date(2026, 10, 26), date(2026, 10, 19), date(2026, 10, 12), date(2026, 10, 5))
    assert {day.weekday() for day in days} == {TODAY.weekday()}


@pytest.mark.parametrize(
    ("begins_in", "sums", "checked", "unowned", "why"),
    [
        (0, [], [], 0, None),
        (1, [], [], 0, Unready.NOT_BEGUN),
        (-9, ["REFUNDS"], [], 0, Unready.UNCHECKED),
        (-9, ["REFUNDS"], ["REFUNDS"], 0, None),
        (-9, ["REFUNDS"], ["REFUNDS", "EXCHANGES"], 1, Unready.UNOWNED),
        (-9, [], [], 2, Unready.UNOWNED),
    ],
)
def test_a_summary_leaves_checked_and_with_every_case_owned(begins_in, sums, checked, unowned, why):
    shift = Shift(
        starts_at=DUE + timedelta(minutes=begins_in), sums=sums, checked=checked, unowned=unowned
    )
    assert policies.why_not_sent(shift, now=DUE) is why
