"""Service time and service days (house rules SHIFT-5), as pure functions of a timetable.

Windows are times on the wall clock of the timetable's zone; everything that is measured is real
time, so an evening in which the clocks go back an hour is an hour longer. Moments that come in
must be aware (ValueError otherwise), moments that go out are in UTC. Spans are half-open: at its
end a window is closed.

A time on the wall clock stands for the first moment at which the clocks show it or a later time.
So a time that happens twice is the first of the two, a time that the clocks skip is the moment
at which they skip it, and a window that lies in the skipped hour altogether does not happen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import chain
from typing import NamedTuple
from zoneinfo import ZoneInfo

SEARCH_DAYS = 400
"""How many days in a row may be closed before a timetable counts as never opening again."""

KNOWN_DAYS = 1000
"""How many days a timetable remembers; it forgets them all rather than grow without end."""

EVERY_DAY = frozenset(range(7))

_DAY = timedelta(days=1)
_TWO_DAYS = timedelta(days=2)
_NOTHING = timedelta(0)
_FIRST_MOMENT = datetime.min.replace(tzinfo=UTC)
_LAST_MOMENT = datetime.max.replace(tzinfo=UTC)


class NeverOpens(Exception):
    """The timetable has no service within SEARCH_DAYS days of where it was looked for."""


class ClosedThatDay(Exception):
    """The day has no service, so it neither starts nor ends."""


@dataclass(frozen=True)
class Window:
    """Times on the wall clock, `[start, end)`; an end at or before the start is the next day's."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("a window is in the zone of its timetable and has none of its own")

    @property
    def crosses_midnight(self) -> bool:
        return self.end <= self.start


class Stretch(NamedTuple):
    """Service time without a break, `[start, end)` in UTC, and the service day it belongs to."""

    start: datetime
    end: datetime
    day: date


@dataclass(frozen=True)
class Timetable:
    """When somebody serves: the windows of each day that is not closed.

    `weekdays` are the days of the week with service, Monday is 0. `holidays` are closed whatever
    the weekday, `workdays` (make-up working days) are open whatever else is said. All three speak
    of the date on which a window starts; what it reaches into does not matter. Windows may
    overlap; time counts once, and where the windows of two days overlap it belongs to the earlier.
    Dates beyond the calendar (years 1 to 9999) raise OverflowError.
    """

    zone: ZoneInfo
    windows: tuple[Window, ...]
    weekdays: frozenset[int] = EVERY_DAY
    holidays: frozenset[date] = frozenset()
    workdays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.weekdays <= EVERY_DAY:
            raise ValueError("weekdays are numbered 0 (Monday) to 6 (Sunday)")

    def has_service_on(self, day: date) -> bool:
        """Whether the windows that start on the day are open."""
        if day in self.workdays:
            return True
        return day.weekday() in self.weekdays and day not in self.holidays

    def is_open(self, moment: datetime) -> bool:
        moment = _in_utc(moment)
        day = self._local_date(moment)
        return any(
            stretch.start <= moment < stretch.end
            for stretch in self._stretches([day - _DAY, day, day + _DAY])
        )

    def next_open(self, moment: datetime) -> datetime:
        """Return the moment itself if it is service time, else when service starts next.

        Raises NeverOpens.
        """
        moment = _in_utc(moment)
        return max(moment, self._stretch_at_or_after(moment).start)

    def service_day(self, moment: datetime) -> date:
        """Return the date on which the window began that the moment lies in, or that comes next.

        A moment in a break between two windows of one day belongs to that day. Raises NeverOpens.
        """
        return self._stretch_at_or_after(_in_utc(moment)).day

    def start_of_service_day(self, day: date) -> datetime:
        """Return the first moment of the service day. Raises ClosedThatDay."""
        own = self._own_stretches(day)
        if not own:
            raise ClosedThatDay(day)
        return own[0].start

    def end_of_service_day(self, day: date) -> datetime:
        """Return the moment at which the last window of the day closes. Raises ClosedThatDay."""
        on_day = self._stretches_of(day)
        if not on_day:
            raise ClosedThatDay(day)
        return on_day[-1].end

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """Return the earliest moment from start on by which so much service time has passed.

        No time at all gives the start itself, open or closed; what uses up a window exactly ends
        with the window. Raises ValueError for a negative duration, and NeverOpens.
        """
        start = _in_utc(start)
        left = _not_negative(duration)
        if not left:
            return start
        if left > _LAST_MOMENT - start:
            raise OverflowError("the calendar ends before")
        first = self._stretch_at_or_after(start)
        usable_from = max(start, first.start)
        if left <= first.end - usable_from:  # quick: most durations end in the window they begin in
            return usable_from + left
        for stretch in self._stretches(self._days_from(self._local_date(start) - _DAY, _DAY)):
            usable_from = max(start, stretch.start)
            usable = max(_NOTHING, stretch.end - usable_from)
            if left <= usable:
                return usable_from + left
            left -= usable
        raise NeverOpens  # pragma: no cover - the days have no end, they raise it themselves

    def subtract(self, end: datetime, duration: timedelta) -> datetime:
        """Return the latest moment up to end from which so much service time passes until end.

        The mirror of `add`: no time at all gives the end itself, and what reaches back over a
        whole window exactly begins with the window. Raises ValueError and NeverOpens.
        """
        end = _in_utc(end)
        left = _not_negative(duration)
        if not left:
            return end
        if left > end - _FIRST_MOMENT:
            raise OverflowError("the calendar begins after")
        for day in self._days_from(self._local_date(end) + _DAY, -_DAY):
            for stretch in reversed(self._own_stretches(day)):
                usable_to = min(end, stretch.end)
                usable = max(_NOTHING, usable_to - stretch.start)
                if left <= usable:
                    return usable_to - left
                left -= usable
        raise NeverOpens  # pragma: no cover - the days have no end, they raise it themselves

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the service time in `[start, end)`; ValueError if the end is the earlier.

        A timetable that never opens has none.
        """
        start, end = _in_utc(start), _in_utc(end)
        if end < start:
            raise ValueError("the end lies before the start")
        met = self._met.get(start)
        if met is not None and end <= met.end:  # quick: within the window met last
            return max(_NOTHING, end - max(start, met.start))
        first, last = self._local_date(start) - _DAY, self._local_date(end) + _DAY
        days = (
            date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)
        )
        total = _NOTHING
        for opens, closes, _ in self._stretches(days):
            if start < closes and opens < end:
                total += min(end, closes) - max(start, opens)
        return total

    @cached_property
    def _spans(self) -> tuple[tuple[timedelta, timedelta], ...]:
        """The windows as times since midnight, in order, those that touch made one."""
        spans: list[tuple[timedelta, timedelta]] = []
        for window in sorted(self.windows, key=lambda window: window.start):
            start, end = _since_midnight(window.start), _since_midnight(window.end)
            end += _DAY if window.crosses_midnight else _NOTHING
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            else:
                spans.append((start, end))
        return tuple(spans)

    def _local_date(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def _moment_of(self, wall: datetime) -> datetime:
        """Return the first moment at which the clocks show this time or a later one."""
        first = wall.replace(tzinfo=self.zone)
        before, after = _offset(first), _offset(first.replace(fold=1))
        if before >= after:  # an ordinary time, or one that happens twice
            return wall.replace(tzinfo=UTC) - before
        # The clocks jump over it, some time after `low` and at the latest at `high`.
        low, high = wall.replace(tzinfo=UTC) - after, wall.replace(tzinfo=UTC) - before
        while high - low > timedelta(seconds=1):
            middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
            if _offset(middle.astimezone(self.zone)) == before:
                low = middle
            else:
                high = middle
        return high.replace(microsecond=0)  # the zone data know whole seconds

    @cached_property
    def _known(self) -> dict[date, list[Stretch]]:
        """The days that were asked for already; whoever plans a year asks for each many times."""
        return {}

    def _stretches_of(self, day: date) -> list[Stretch]:
        """Return what the windows that start on the day come to, in order and disjoint."""
        found = self._known.get(day)
        if found is None:
            if len(self._known) >= KNOWN_DAYS:
                self._known.clear()
            found = self._known[day] = self._worked_out(day)
        return found

    def _worked_out(self, day: date) -> list[Stretch]:
        if not self.has_service_on(day):
            return []
        before = _offset(datetime.combine(day, time.min, self.zone))
        after = _offset(datetime.combine(day + _TWO_DAYS, time.min, self.zone).replace(fold=1))
        if before == after:  # quick: no zone has ever changed its clocks twice within three days
            midnight = datetime.combine(day, time.min, UTC) - before
            return [Stretch(midnight + start, midnight + end, day) for start, end in self._spans]
        wall = datetime.combine(day, time.min)
        stretches = (
            Stretch(self._moment_of(wall + start), self._moment_of(wall + end), day)
            for start, end in self._spans
        )
        return [stretch for stretch in stretches if stretch.start < stretch.end]

    def _stretches(self, days: Iterable[date]) -> Iterator[Stretch]:
        """Yield the service time of days that follow each other, in order and disjoint."""
        served_until = _FIRST_MOMENT
        for day in days:
            for stretch in self._stretches_of(day):
                if stretch.start >= served_until:
                    yield stretch
                elif stretch.end > served_until:
                    yield Stretch(served_until, stretch.end, day)
                served_until = max(served_until, stretch.end)

    def _own_stretches(self, day: date) -> list[Stretch]:
        """Return the service time of the day without what belongs to the day before."""
        return [stretch for stretch in self._stretches([day - _DAY, day]) if stretch.day == day]

    def _days_from(self, first: date, step: timedelta) -> Iterator[date]:
        """Yield the days with service from the first on, for ever. Raises NeverOpens."""
        day, closed_days = first, 0
        while True:
            closed_days = 0 if self.windows and self.has_service_on(day) else closed_days + 1
            if closed_days > SEARCH_DAYS:
                raise NeverOpens
            if not closed_days:
                yield day
            day += step

    @cached_property
    def _met(self) -> dict[datetime, Stretch]:
        """The moments asked for last; a case asks for its own several times."""
        return {}

    def _stretch_at_or_after(self, moment: datetime) -> Stretch:
        met = self._met.get(moment)
        if met is not None:
            return met
        if len(self._met) >= KNOWN_DAYS:
            self._met.clear()
        day = self._local_date(moment)
        later = self._stretches(self._days_from(day - _DAY, _DAY))
        for stretch in chain(self._around(day), later):
            if stretch.end > moment:
                self._met[moment] = stretch
                return stretch
        raise NeverOpens  # pragma: no cover - the days have no end, they raise it themselves

    @cached_property
    def _nearby(self) -> dict[date, list[Stretch]]:
        return {}

    def _around(self, day: date) -> list[Stretch]:
        """Return the service time of a day and the one before; most moments end with one of it."""
        found = self._nearby.get(day)
        if found is None:
            if len(self._nearby) >= KNOWN_DAYS:
                self._nearby.clear()
            try:
                found = list(self._stretches([day - _DAY, day]))
            except OverflowError:  # at either end of the calendar the days are looked at singly
                found = []
            self._nearby[day] = found
        return found


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment without a zone is no moment")
    return moment.astimezone(UTC)


def _not_negative(duration: timedelta) -> timedelta:
    if duration < _NOTHING:
        raise ValueError("a duration cannot be negative")
    return duration


def _since_midnight(wall: time) -> timedelta:
    return timedelta(
        hours=wall.hour,
        minutes=wall.minute,
        seconds=wall.second,
        microseconds=wall.microsecond,
    )


def _offset(moment: datetime) -> timedelta:
    """Return the distance to UTC of a moment that is known to have one."""
    return moment.utcoffset() or _NOTHING
