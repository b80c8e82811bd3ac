import time as process_time
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.servicetime import SEARCH_DAYS, ClosedThatDay, NeverOpens, Timetable, Window

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
SHIFTS = (Window(time(8, 30), time(17, 30)), Window(time(17), time(1)))
DESK = Timetable(zone=SHANGHAI, windows=SHIFTS)
OFFICE = Timetable(
    zone=SHANGHAI,
    windows=(Window(time(9), time(12)), Window(time(13), time(18))),
    weekdays=frozenset(range(5)),
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    workdays=frozenset({date(2026, 10, 10)}),
)
NIGHT_DESK = Timetable(zone=SHANGHAI, windows=(Window(time(22), time(6)),))
ROUND_THE_CLOCK = Timetable(zone=SHANGHAI, windows=(Window(time(0), time(0)),))
NEVER = Timetable(zone=SHANGHAI, windows=SHIFTS, weekdays=frozenset())

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def at(text, zone=SHANGHAI, *, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-10 23:50", 120, "2026-03-11 09:20"),
        ("2026-03-10 16:50", 120, "2026-03-10 18:50"),
        ("2026-03-10 23:50", 70, "2026-03-11 01:00"),
        ("2026-03-10 23:50", 71, "2026-03-11 08:31"),
        ("2026-03-10 08:30", 990, "2026-03-11 01:00"),
        ("2026-03-10 03:00", 0, "2026-03-10 03:00"),
        ("2026-03-10 03:00", 1, "2026-03-10 08:31"),
        ("2026-03-11 01:00", 1, "2026-03-11 08:31"),
        ("2026-03-11 00:59", 1, "2026-03-11 01:00"),
        ("2026-12-31 23:50", 120, "2027-01-01 09:20"),
        ("2028-02-28 23:50", 120, "2028-02-29 09:20"),
    ],
)
def test_add_counts_service_time_only(start, minutes, end):
    assert DESK.add(at(start), minutes * MINUTE) == at(end)


@pytest.mark.parametrize(
    ("end", "minutes", "start"),
    [
        ("2026-03-11 09:20", 120, "2026-03-10 23:50"),
        ("2026-03-10 18:50", 120, "2026-03-10 16:50"),
        ("2026-03-11 08:30", 30, "2026-03-11 00:30"),
        ("2026-03-11 05:00", 0, "2026-03-11 05:00"),
        ("2026-03-11 05:00", 990, "2026-03-10 08:30"),
        ("2026-03-11 05:00", 991, "2026-03-10 00:59"),
    ],
)
def test_subtract_counts_service_time_backwards(end, minutes, start):
    assert DESK.subtract(at(end), minutes * MINUTE) == at(start)


def test_results_are_in_utc():
    moments = [
        DESK.add(at("2026-03-10 10:00"), timedelta(0)),
        DESK.add(at("2026-03-10 10:00"), HOUR),
        DESK.subtract(at("2026-03-10 10:00"), timedelta(0)),
        DESK.subtract(at("2026-03-10 10:00"), HOUR),
        DESK.next_open(at("2026-03-10 10:00")),
        DESK.next_open(at("2026-03-10 05:00")),
        DESK.start_of_service_day(date(2026, 3, 10)),
        DESK.end_of_service_day(date(2026, 3, 10)),
    ]
    assert {moment.tzinfo for moment in moments} == {UTC}


@pytest.mark.parametrize(
    ("moment", "is_open", "next_open", "day"),
    [
        ("2026-03-11 00:40", True, "2026-03-11 00:40", date(2026, 3, 10)),
        ("2026-03-11 00:59:59.999999", True, "2026-03-11 00:59:59.999999", date(2026, 3, 10)),
        ("2026-03-11 01:00", False, "2026-03-11 08:30", date(2026, 3, 11)),
        ("2026-03-11 08:29:59", False, "2026-03-11 08:30", date(2026, 3, 11)),
        ("2026-03-11 08:30", True, "2026-03-11 08:30", date(2026, 3, 11)),
        ("2026-03-11 17:15", True, "2026-03-11 17:15", date(2026, 3, 11)),
        ("2026-03-12 00:00", True, "2026-03-12 00:00", date(2026, 3, 11)),
    ],
)
def test_moment_belongs_to_the_shift_it_lies_in_or_the_next(moment, is_open, next_open, day):
    assert DESK.is_open(at(moment)) is is_open
    assert DESK.next_open(at(moment)) == at(next_open)
    assert DESK.service_day(at(moment)) == day


def test_overlapping_windows_count_once():
    assert DESK.elapsed(at("2026-03-10 16:50"), at("2026-03-10 17:40")) == 50 * MINUTE
    assert DESK.elapsed(at("2026-03-10 01:00"), at("2026-03-11 08:30")) == 990 * MINUTE


def test_window_of_yesterday_may_close_a_gap_of_today():
    desk = Timetable(
        zone=SHANGHAI, windows=(Window(time(0), time(0, 1)), Window(time(0, 2), time(0, 2)))
    )
    assert desk.subtract(at("2026-03-11 00:10"), HOUR) == at("2026-03-10 23:10")
    assert desk.add(at("2026-03-10 23:30"), HOUR) == at("2026-03-11 00:30")


def test_windows_of_two_days_may_overlap():
    desk = Timetable(
        zone=SHANGHAI, windows=(Window(time(8), time(9)), Window(time(22), time(8, 30)))
    )
    assert desk.elapsed(at("2026-03-10 00:00"), at("2026-03-11 00:00")) == 11 * HOUR
    assert desk.service_day(at("2026-03-10 08:15")) == date(2026, 3, 9)
    assert desk.service_day(at("2026-03-10 08:30")) == date(2026, 3, 10)
    assert desk.start_of_service_day(date(2026, 3, 10)) == at("2026-03-10 08:30")
    assert desk.subtract(at("2026-03-10 09:00"), 2 * HOUR) == at("2026-03-10 07:00")


def test_round_the_clock_is_always_open_and_changes_day_at_midnight():
    assert ROUND_THE_CLOCK.add(at("2026-03-10 16:50"), 100 * HOUR) == at("2026-03-14 20:50")
    assert ROUND_THE_CLOCK.service_day(at("2026-03-10 23:59:59")) == date(2026, 3, 10)
    assert ROUND_THE_CLOCK.service_day(at("2026-03-11 00:00")) == date(2026, 3, 11)


def test_service_day_starts_and_ends_with_its_windows():
    assert DESK.start_of_service_day(date(2026, 3, 10)) == at("2026-03-10 08:30")
    assert DESK.end_of_service_day(date(2026, 3, 10)) == at("2026-03-11 01:00")


def test_closed_day_neither_starts_nor_ends():
    with pytest.raises(ClosedThatDay):
        OFFICE.start_of_service_day(date(2026, 10, 1))
    with pytest.raises(ClosedThatDay):
        OFFICE.end_of_service_day(date(2026, 10, 1))


def test_holidays_close_and_make_up_days_open():
    # 30 September 2026 is a Wednesday, 10 October a Saturday.
    assert OFFICE.add(at("2026-09-30 17:00"), 2 * HOUR) == at("2026-10-08 10:00")
    assert OFFICE.add(at("2026-10-09 17:00"), 2 * HOUR) == at("2026-10-10 10:00")
    assert OFFICE.add(at("2026-10-10 17:00"), 2 * HOUR) == at("2026-10-12 10:00")
    assert OFFICE.service_day(at("2026-10-01 10:00")) == date(2026, 10, 8)
    assert OFFICE.elapsed(at("2026-10-01 00:00"), at("2026-10-12 00:00")) == 24 * HOUR


def test_break_at_noon_belongs_to_the_same_day():
    assert OFFICE.service_day(at("2026-10-08 12:30")) == date(2026, 10, 8)
    assert OFFICE.next_open(at("2026-10-08 12:30")) == at("2026-10-08 13:00")


def test_holiday_closes_the_window_that_starts_on_it_only():
    desk = Timetable(zone=SHANGHAI, windows=SHIFTS, holidays=frozenset({date(2026, 10, 1)}))
    assert desk.is_open(at("2026-10-01 00:30"))
    assert not desk.is_open(at("2026-10-01 12:00"))
    assert not desk.is_open(at("2026-10-02 00:30"))
    assert desk.add(at("2026-09-30 23:50"), 120 * MINUTE) == at("2026-10-02 09:20")


def test_make_up_day_wins_over_a_holiday():
    day = date(2026, 10, 1)
    both = Timetable(
        zone=SHANGHAI, windows=SHIFTS, holidays=frozenset({day}), workdays=frozenset({day})
    )
    assert both.has_service_on(day)


@pytest.mark.parametrize("timetable", [NEVER, Timetable(zone=SHANGHAI, windows=())])
def test_timetable_that_never_opens_says_so(timetable):
    moment = at("2026-03-10 10:00")
    assert not timetable.is_open(moment)
    assert timetable.elapsed(moment, at("2036-03-10 10:00")) == timedelta(0)
    assert timetable.add(moment, timedelta(0)) == moment
    with pytest.raises(NeverOpens):
        timetable.add(moment, MINUTE)
    with pytest.raises(NeverOpens):
        timetable.subtract(moment, MINUTE)
    with pytest.raises(NeverOpens):
        timetable.next_open(moment)
    with pytest.raises(NeverOpens):
        timetable.service_day(moment)


def test_search_ends_after_the_days_it_promises():
    today = date(2026, 3, 10)
    moment = at("2026-03-10 10:00")
    for days, found in [(SEARCH_DAYS - 1, True), (SEARCH_DAYS + 1, False)]:
        opens = today + timedelta(days=days)
        timetable = Timetable(
            zone=SHANGHAI, windows=SHIFTS, weekdays=frozenset(), workdays=frozenset({opens})
        )
        if found:
            assert timetable.service_day(moment) == opens
        else:
            with pytest.raises(NeverOpens):
                timetable.service_day(moment)


def test_naive_moments_are_refused():
    naive = datetime(2026, 3, 10, 10)  # noqa: DTZ001 - a moment without a zone is the case
    aware = at("2026-03-10 10:00")
    calls = [
        lambda: DESK.is_open(naive),
        lambda: DESK.next_open(naive),
        lambda: DESK.service_day(naive),
        lambda: DESK.add(naive, MINUTE),
        lambda: DESK.subtract(naive, MINUTE),
        lambda: DESK.elapsed(naive, aware),
        lambda: DESK.elapsed(aware, naive),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="without a zone"):
            call()


def test_impossible_questions_are_refused():
    start = at("2026-03-10 10:00")
    with pytest.raises(ValueError, match="before the start"):
        DESK.elapsed(start, start - MINUTE)
    with pytest.raises(ValueError, match="negative"):
        DESK.add(start, -MINUTE)
    with pytest.raises(ValueError, match="negative"):
        DESK.subtract(start, -MINUTE)
    with pytest.raises(ValueError, match="zone of its timetable"):
        Window(time(8, tzinfo=SHANGHAI), time(9))
    with pytest.raises(ValueError, match="numbered"):
        Timetable(zone=SHANGHAI, windows=SHIFTS, weekdays=frozenset({7}))
    for question in (DESK.add, DESK.subtract):
        with pytest.raises(OverflowError):
            question(start, timedelta.max)


# Clocks that change. Shanghai 1988: 17 April 02:00 -> 03:00, 11 September 02:00 -> 01:00.
# Berlin 2026: 29 March 02:00 -> 03:00, 25 October 03:00 -> 02:00.
# New York 2026: 8 March 02:00 -> 03:00, 1 November 02:00 -> 01:00.


def test_night_is_shorter_or_longer_when_the_clocks_change():
    night = Timetable(zone=BERLIN, windows=(Window(time(22), time(6)),))
    assert night.elapsed(at("2026-03-28 12:00", BERLIN), at("2026-03-29 12:00", BERLIN)) == 7 * HOUR
    assert night.elapsed(at("2026-10-24 12:00", BERLIN), at("2026-10-25 12:00", BERLIN)) == 9 * HOUR
    assert night.add(at("2026-03-28 22:00", BERLIN), 5 * HOUR) == at("2026-03-29 04:00", BERLIN)


def test_time_that_the_clocks_skip_is_the_moment_of_the_jump():
    jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
    from_skipped = Timetable(zone=BERLIN, windows=(Window(time(2, 30), time(8)),))
    until_skipped = Timetable(zone=BERLIN, windows=(Window(time(22), time(2, 30)),))
    skipped = Timetable(zone=BERLIN, windows=(Window(time(2, 10, 0, 5), time(2, 40)),))
    assert from_skipped.start_of_service_day(date(2026, 3, 29)) == jump
    assert until_skipped.end_of_service_day(date(2026, 3, 28)) == jump
    with pytest.raises(ClosedThatDay):
        skipped.start_of_service_day(date(2026, 3, 29))
    assert skipped.service_day(jump) == date(2026, 3, 30)


def test_time_that_happens_twice_is_the_first_of_the_two():
    # In Shanghai the evening shift ended at 01:00, and 01:00 to 02:00 came twice that night.
    end = DESK.end_of_service_day(date(1988, 9, 10))
    assert end == datetime(1988, 9, 10, 16, tzinfo=UTC)
    assert not DESK.is_open(at("1988-09-11 01:00", fold=1))
    until_half_past = Timetable(zone=SHANGHAI, windows=(Window(time(17), time(1, 30)),))
    assert until_half_past.is_open(at("1988-09-11 01:29"))
    assert not until_half_past.is_open(at("1988-09-11 01:30"))
    assert not until_half_past.is_open(at("1988-09-11 01:29", fold=1))
    from_half_past = Timetable(zone=SHANGHAI, windows=(Window(time(1, 30), time(5)),))
    assert from_half_past.is_open(at("1988-09-11 01:15", fold=1))
    assert from_half_past.elapsed(at("1988-09-11 00:00"), at("1988-09-11 12:00")) == 4.5 * HOUR


def test_day_that_a_country_left_out_is_survived():
    # Apia had no 30 December 2011: its day shift did not happen, its evening shift lost 7 hours.
    apia = ZoneInfo("Pacific/Apia")
    skipped = date(2011, 12, 30)
    jump = at("2011-12-31 00:00", apia)
    days = Timetable(zone=apia, windows=SHIFTS[:1])
    with pytest.raises(ClosedThatDay):
        days.end_of_service_day(skipped)
    evenings = Timetable(zone=apia, windows=SHIFTS[1:])
    assert evenings.end_of_service_day(date(2011, 12, 29)) == jump
    assert evenings.start_of_service_day(skipped) == jump
    assert evenings.end_of_service_day(skipped) == at("2011-12-31 01:00", apia)
    assert evenings.add(at("2011-12-29 23:50", apia), 80 * MINUTE) == at("2011-12-31 17:10", apia)


def test_zone_of_the_process_does_not_matter(monkeypatch):
    before = DESK.add(at("2026-03-08 01:30"), 3000 * MINUTE)
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/New_York")
        process_time.tzset()
        assert process_time.tzname == ("EST", "EDT")
        after = DESK.add(at("2026-03-08 01:30"), 3000 * MINUTE)
        day = DESK.service_day(at("2026-03-11 00:40"))
    process_time.tzset()
    assert after == before
    assert day == date(2026, 3, 10)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(lambda: DESK.add(at("2026-03-10 10:00"), 100_000 * MINUTE), id="add"),
        pytest.param(
            lambda: DESK.subtract(at("2026-03-10 10:00"), 100_000 * MINUTE), id="subtract"
        ),
        pytest.param(
            lambda: DESK.elapsed(at("2016-03-10 10:00"), at("2026-03-10 10:00")), id="ten"
        ),
    ],
)
def test_long_spans_are_quick(question):
    costs = []
    for _ in range(3):
        started = process_time.process_time()
        question()
        costs.append(process_time.process_time() - started)
    assert min(costs) < 0.2  # 0.04 on an idle core; walking by minutes would take seconds


# Properties, against a model that asks every minute what the clocks on the wall have shown so far.

PLACES = st.sampled_from(
    [
        (SHANGHAI, date(1988, 4, 16)),
        (SHANGHAI, date(1988, 9, 10)),
        (SHANGHAI, date(2026, 3, 10)),
        (BERLIN, date(2026, 3, 28)),
        (BERLIN, date(2026, 10, 24)),
        (NEW_YORK, date(2026, 3, 7)),
        (NEW_YORK, date(2026, 10, 31)),
        (ZoneInfo("America/St_Johns"), date(2006, 10, 28)),  # 00:01 -> 23:01 of the day before
    ]
)
WALL_TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WINDOWS = st.lists(st.builds(Window, WALL_TIMES, WALL_TIMES), min_size=1, max_size=3).map(tuple)
MODEL_DAYS = 4


@st.composite
def days_in_places(draw):
    zone, first = draw(PLACES)
    around = [first + timedelta(days=number) for number in range(-1, MODEL_DAYS)]
    timetable = Timetable(
        zone=zone,
        windows=draw(WINDOWS),
        weekdays=draw(st.sampled_from([frozenset(range(7)), frozenset({0, 1, 2, 3, 4})])),
        holidays=draw(st.frozensets(st.sampled_from(around), max_size=2)),
        workdays=draw(st.frozensets(st.sampled_from(around), max_size=1)),
    )
    return timetable, datetime.combine(first, time(0), tzinfo=zone).astimezone(UTC)


def owner_in_the_model(timetable, shown):
    """The earliest day with a window that has begun and not ended by what the clocks showed."""
    for back in (1, 0):
        day = shown.date() - timedelta(days=back)
        if not timetable.has_service_on(day):
            continue
        for window in timetable.windows:
            start = datetime.combine(day, window.start)
            end = datetime.combine(day, window.end)
            if end <= start:
                end += timedelta(days=1)
            if start <= shown < end:
                return day
    return None


def minutes_of_the_model(timetable, first):
    """The owner, or None, of each minute from the first on; starts a day early to warm up."""
    shown = datetime.min  # noqa: DTZ901 - times on the wall have no zone
    owners = []
    for number in range(-24 * 60, MODEL_DAYS * 24 * 60):
        wall = (first + number * MINUTE).astimezone(timetable.zone).replace(tzinfo=None)
        shown = max(shown, wall)
        if number >= 0:
            owners.append(owner_in_the_model(timetable, shown))
    return owners


@settings(max_examples=40, deadline=None)
@given(days_in_places(), st.data())
def test_every_minute_agrees_with_the_model(place, data):
    timetable, first = place
    owners = minutes_of_the_model(timetable, first)
    for number in range(0, len(owners), 7):
        moment = first + number * MINUTE
        assert timetable.is_open(moment) is (owners[number] is not None)
        if owners[number] is not None:
            assert timetable.service_day(moment) == owners[number]
    open_minutes = [number for number, owner in enumerate(owners) if owner is not None]
    start = data.draw(st.integers(0, len(owners)))
    end = data.draw(st.integers(start, len(owners)))
    between = [number for number in open_minutes if start <= number < end]
    elapsed = timetable.elapsed(first + start * MINUTE, first + end * MINUTE)
    assert elapsed == len(between) * MINUTE
    if between:
        assert timetable.add(first + start * MINUTE, elapsed) == first + (between[-1] + 1) * MINUTE
        assert timetable.subtract(first + end * MINUTE, elapsed) == first + between[0] * MINUTE
        next_open = timetable.next_open(first + start * MINUTE)
        assert next_open == first + between[0] * MINUTE
        assert timetable.service_day(first + start * MINUTE) == owners[between[0]]


MOMENTS = st.integers(-20_000_000, 20_000_000).map(
    lambda minutes: datetime(1990, 1, 1, tzinfo=UTC) + minutes * MINUTE
)
DURATIONS = st.timedeltas(timedelta(0), timedelta(hours=6))
REAL_TIMES = st.timedeltas(timedelta(0), timedelta(days=1000))
TIMETABLES = st.builds(
    Timetable,
    zone=st.sampled_from([SHANGHAI, BERLIN, NEW_YORK]),
    windows=WINDOWS,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
)


@settings(max_examples=150, deadline=None)
@given(TIMETABLES, MOMENTS, DURATIONS, DURATIONS)
def test_add_and_elapsed_undo_each_other(timetable, start, first, second):
    end = timetable.add(start, first)
    assert timetable.elapsed(start, end) == first
    assert timetable.add(end, second) == timetable.add(start, first + second)
    assert timetable.add(start, first) <= timetable.add(start, first + second)
    assert timetable.add(start, first) <= timetable.add(start + second, first)
    back = timetable.subtract(start, first)
    assert timetable.elapsed(back, start) == first
    assert timetable.subtract(back, second) == timetable.subtract(start, first + second)


@settings(max_examples=150, deadline=None)
@given(TIMETABLES, MOMENTS, REAL_TIMES, REAL_TIMES)
def test_elapsed_adds_up(timetable, start, first, second):
    middle, end = start + first, start + first + second
    parts = timetable.elapsed(start, middle) + timetable.elapsed(middle, end)
    assert timetable.elapsed(start, end) == parts
    assert timedelta(0) <= parts <= end - start


@settings(max_examples=150, deadline=None)
@given(TIMETABLES, MOMENTS)
def test_service_day_holds_the_moments_that_belong_to_it(timetable, moment):
    opens = timetable.next_open(moment)
    day = timetable.service_day(moment)
    assert moment <= opens
    assert timetable.is_open(opens)
    assert timetable.service_day(opens) == day
    assert timetable.start_of_service_day(day) <= opens < timetable.end_of_service_day(day)
    assert timetable.service_day(timetable.start_of_service_day(day)) == day
