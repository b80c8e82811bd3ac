"""Months and spans of days. Both ends of a span are included; neither knows a zone or a clock."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import Self

_MONTHS_OF_A_YEAR = 12
_MONTH_SHAPE = re.compile(r"([0-9]{4})-([0-9]{2})")


class NotAMonth(ValueError):
    """The text, or the pair of numbers, is not a month between the years 1 and 9999."""


class DaysOutOfOrder(ValueError):
    """The last day lies before the first."""


@dataclass(frozen=True, order=True)
class DaySpan:
    """The days from `first_day` to `last_day`, both included, so at least one."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        _refuse_moments(self.first_day, self.last_day)
        if self.last_day < self.first_day:
            raise DaysOutOfOrder(self.first_day, self.last_day)

    def __iter__(self) -> Iterator[date]:
        return (self.first_day + timedelta(days=number) for number in range(self.days))

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last_day - self.first_day).days + 1

    def contains(self, day: date) -> bool:
        """Whether the day is one of the span; TypeError for a moment, whose date needs a zone."""
        _refuse_moments(day)
        return self.first_day <= day <= self.last_day

    def overlaps(self, other: Self) -> bool:
        """Whether there is a day that is in both."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    def overlap(self, other: Self) -> "DaySpan | None":
        """Return the days that are in both, or None."""
        if not self.overlaps(other):
            return None
        first_day = max(self.first_day, other.first_day)
        return DaySpan(first_day, min(self.last_day, other.last_day))


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month, written `2026-10`. Raises NotAMonth for numbers that are none."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (MINYEAR <= self.year <= MAXYEAR and 1 <= self.month <= _MONTHS_OF_A_YEAR):
            raise NotAMonth(f"{self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read exactly `2026-10`: ASCII digits, nothing around them. Raises NotAMonth."""
        shape = _MONTH_SHAPE.fullmatch(text)
        if shape is None:
            raise NotAMonth(text)
        return cls(int(shape[1]), int(shape[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the month of a day; TypeError for a moment, whose date needs a zone."""
        _refuse_moments(day)
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """The number of days."""
        return monthrange(self.year, self.month)[1]

    @property
    def span(self) -> DaySpan:
        return DaySpan(self.first_day, self.last_day)

    def contains(self, day: date) -> bool:
        """Whether the day is one of the month; TypeError for a moment."""
        return Month.of(day) == self

    def next(self) -> Self:
        """Return the month after; NotAMonth after the last of the calendar."""
        return self._shifted(1)

    def previous(self) -> Self:
        """Return the month before; NotAMonth before the first of the calendar."""
        return self._shifted(-1)

    def _shifted(self, by: int) -> Self:
        year, month = divmod(self.year * _MONTHS_OF_A_YEAR + self.month - 1 + by, _MONTHS_OF_A_YEAR)
        return type(self)(year, month + 1)


def _refuse_moments(*days: date) -> None:
    if any(isinstance(day, datetime) for day in days):
        raise TypeError("a moment is not a day: say in which zone its date is meant")
