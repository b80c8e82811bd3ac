from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.period import DaysOutOfOrder, DaySpan, Month, NotAMonth

DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
SPANS = st.builds(
    lambda first, days: DaySpan(first, first + timedelta(days=days)),
    st.dates(date(2026, 1, 1), date(2026, 3, 1)),
    st.integers(0, 40),
)


def test_month_is_read_and_written():
    month = Month.parse("2026-10")
    assert month == Month(2026, 10)
    assert str(month) == "2026-10"
    assert str(Month(1, 1)) == "0001-01"


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-13", "2026-00", "0000-01", "2026-1", "26-10", "2026/10", "202610"),
        *(" 2026-10", "2026-10 ", "2026-10\n", "2026-10-01", "-2026-10", "12026-10", "2026-1x"),
        *("２０２６-10", "٢٠٢٦-10", "2026\u201010", "+026-10", "2_26-10"),
    ],
)
def test_month_refuses_other_texts(text):
    with pytest.raises(NotAMonth):
        Month.parse(text)


@pytest.mark.parametrize(
    ("month", "last_day", "days"),
    [
        (Month(2026, 10), date(2026, 10, 31), 31),
        (Month(2026, 2), date(2026, 2, 28), 28),
        (Month(2028, 2), date(2028, 2, 29), 29),
        (Month(2100, 2), date(2100, 2, 28), 28),
        (Month(9999, 12), date(9999, 12, 31), 31),
    ],
)
def test_month_knows_its_days(month, last_day, days):
    assert month.first_day == date(month.year, month.month, 1)
    assert month.last_day == last_day
    assert month.days == days
    assert month.span == DaySpan(month.first_day, last_day)
    assert len(list(month.span)) == days


def test_month_has_neighbours():
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Month(2026, 1).previous() == Month(2025, 12)
    assert Month(2026, 10).next().previous() == Month(2026, 10)
    with pytest.raises(NotAMonth):
        Month(9999, 12).next()
    with pytest.raises(NotAMonth):
        Month(1, 1).previous()


def test_months_are_in_order():
    assert sorted([Month(2026, 2), Month(2025, 12), Month(2026, 1)]) == [
        Month(2025, 12),
        Month(2026, 1),
        Month(2026, 2),
    ]


@given(DATES)
def test_month_of_a_day_contains_it(day):
    month = Month.of(day)
    assert month.contains(day)
    assert month.span.contains(day)
    assert Month.parse(str(month)) == month
    neighbours = (
        {day + timedelta(days=days) for days in (-31, 31)} if 31 < day.year < 9999 else set()
    )
    assert not any(month.contains(neighbour) for neighbour in neighbours)


def test_moments_are_not_days():
    moment = datetime(2026, 10, 8, 17, tzinfo=UTC)
    with pytest.raises(TypeError):
        Month.of(moment)
    with pytest.raises(TypeError):
        Month(2026, 10).contains(moment)
    with pytest.raises(TypeError):
        DaySpan(moment, moment)
    with pytest.raises(TypeError):
        Month(2026, 10).span.contains(moment)


def test_span_includes_both_days():
    span = DaySpan(date(2026, 10, 8), date(2026, 10, 10))
    assert span.days == 3
    assert list(span) == [date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)]
    assert [span.contains(date(2026, 10, day)) for day in (7, 8, 10, 11)] == [
        *(False, True, True, False),
    ]


def test_span_cannot_end_before_it_starts():
    with pytest.raises(DaysOutOfOrder):
        DaySpan(date(2026, 10, 8), date(2026, 10, 7))


def test_span_of_one_day_is_a_day_long():
    assert DaySpan(date(2026, 10, 8), date(2026, 10, 8)).days == 1


@given(SPANS, SPANS)
def test_overlap_is_the_days_in_both(one, other):
    both = sorted(set(one) & set(other))
    overlap = one.overlap(other)
    assert one.overlaps(other) is bool(both)
    assert (list(overlap) if overlap else []) == both
    assert other.overlap(one) == overlap
