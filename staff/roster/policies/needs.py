"""Which of the requirements hold on a day. Spans of days include both."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

Key = tuple[int, date, int]


@dataclass(frozen=True, kw_only=True)
class Need:
    """A team needs people on a shift (a shift type's key) on some ISO weekdays of a span."""

    team_id: int
    shift: int
    store_id: int | None = None
    skill_id: int | None = None
    weekdays: frozenset[int] = frozenset(range(1, 8))
    first: date
    last: date | None = None
    minimum: int
    wanted: int

    def fits(self, day: date) -> bool:
        """Tell whether it speaks of the day."""
        return (
            day.isoweekday() in self.weekdays
            and self.first <= day
            and (self.last is None or day <= self.last)
        )

    @property
    def breadth(self) -> tuple[int, int]:
        """Order by the length of the span, and with the same length the later one first."""
        last = self.last or date.max
        return ((last - self.first).days, -self.first.toordinal())


@dataclass(frozen=True)
class Needs:
    """All requirements of some teams; `served` says when which team served which store."""

    rows: Sequence[Need]
    served: Mapping[tuple[int, int], Sequence[tuple[date, date | None]]] = field(
        default_factory=dict
    )
    _found: dict[Key, list[Need]] = field(default_factory=dict)

    def on(self, team_id: int, day: date, shift: int) -> list[Need]:
        """Return what holds: for each store and skill the requirement with the shortest span."""
        key = (team_id, day, shift)
        if key not in self._found:
            self._found[key] = self._look(team_id, day, shift)
        return self._found[key]

    def _look(self, team_id: int, day: date, shift: int) -> list[Need]:
        fitting: dict[tuple[int, int], list[Need]] = defaultdict(list)
        for need in self.rows:
            if need.team_id != team_id or need.shift != shift or not need.fits(day):
                continue
            if need.store_id and not self._serves(team_id, need.store_id, day):
                continue
            fitting[need.store_id or 0, need.skill_id or 0].append(need)
        return [min(fitting[kind], key=lambda need: need.breadth) for kind in sorted(fitting)]

    def _serves(self, team_id: int, store_id: int, day: date) -> bool:
        spans = self.served.get((team_id, store_id), ())
        return any(first <= day and (last is None or day <= last) for first, last in spans)
