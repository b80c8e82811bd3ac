"""A roster of a team and month as plain values, and what a check finds in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import Any, NamedTuple

from staff.roster.policies.needs import Needs

DAY_MINUTES = 1440
LATE_MINUTE = 22 * 60
SATURDAY = 5

Numbers = Mapping[str, Any]


class Turn(NamedTuple):
    """A shift (key of its type) for a team, led or not."""

    shift: int
    team_id: int | None
    is_lead: bool = False


Cell = tuple[Turn, ...]
FREE: Cell = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A shift type in minutes of the wall clock since midnight, `[start, end)`."""

    key: int
    code: str
    start: int
    end: int

    @classmethod
    def of(cls, key: int, code: str, starts: time, ends: time) -> "Kind":
        """Return the kind; an end not after the start lies on the next day (SHIFT-1)."""
        start, end = starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute
        return cls(key, code, start, end if end > start else end + DAY_MINUTES)

    @property
    def minutes(self) -> int:
        return self.end - self.start

    @property
    def is_late(self) -> bool:
        """An evening for the fair share: it ends after 22:00."""
        return self.end > LATE_MINUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class Away:
    """Somebody is away on a day; `is_whole` unless for half of it."""

    kind: str
    is_whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody on the roster. Both days of employment are included.

    `carried` holds evenings, weekends and special days of the months before, by rule.
    """

    person_id: int
    skills: frozenset[int] = frozenset()
    first: date = date.min
    last: date = date.max
    carried: Mapping[str, int] = field(default_factory=dict)
    is_guest: bool = False


@dataclass(slots=True)
class Finding:
    """Something broken: a code with its numbers, where, and of which rule.

    `amount` is how far it is off; kind, is_hard and weight are those of the rule.
    """

    code: str
    person_id: int | None = None
    day: date | None = None
    shift: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    amount: int = 1
    kind: str = ""
    is_hard: bool = False
    weight: int = 1


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A kind of check with its numbers; without a team it is for all."""

    kind: str
    params: Numbers = field(default_factory=dict)
    is_hard: bool = False
    weight: int = 1
    team_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A month of a team with some days around it.

    `days` follow each other; the month is `days[start:stop]`, only there something is found.
    `rows` has for each person a cell for each day, `published` what it was when last published.
    """

    team_id: int
    days: Sequence[date]
    start: int
    stop: int
    workers: Sequence[Worker]
    kinds: Mapping[int, Kind]
    rows: Mapping[int, Sequence[Cell]]
    published: Mapping[int, Sequence[Cell]] = field(default_factory=dict)
    away: Mapping[tuple[int, date], Away] = field(default_factory=dict)
    wishes: Mapping[tuple[int, date], int | None] = field(default_factory=dict)
    fixed: Mapping[tuple[int, date], Cell] = field(default_factory=dict)
    excused: frozenset[tuple[int, date]] = frozenset()
    special: frozenset[date] = frozenset()
    needs: Needs = field(default_factory=lambda: Needs(()))
    least_rest: int = 660

    @property
    def month(self) -> Sequence[date]:
        return self.days[self.start : self.stop]

    @cached_property
    def by_code(self) -> Mapping[str, int]:
        """The keys of shift types by code."""
        return {kind.code: kind.key for kind in self.kinds.values()}

    @cached_property
    def worked(self) -> Mapping[int, Sequence[bool]]:
        """Whether each works on each day: a shift, and not away for the whole day."""
        found: dict[int, list[bool]] = {}
        for worker in self.workers:
            row = [bool(cell) for cell in self.rows[worker.person_id]]
            found[worker.person_id] = row
        at = {day: index for index, day in enumerate(self.days)}
        for (person, day), away in self.away.items():
            if away.is_whole and person in found and day in at:
                found[person][at[day]] = False
        return found

    @cached_property
    def manned(self) -> Mapping[tuple[int, int], Sequence[tuple[int, bool]]]:
        """For each day of the month (index) and shift who works it for the team, and leads.

        Who is away for the whole day is not counted.
        """
        found: dict[tuple[int, int], list[tuple[int, bool]]] = {}
        for person, row in self.rows.items():
            worked = self.worked[person]
            for index in range(self.start, self.stop):
                for turn in row[index]:
                    if turn.team_id != self.team_id or not worked[index]:
                        continue
                    found.setdefault((index, turn.shift), []).append((person, turn.is_lead))
        return found
