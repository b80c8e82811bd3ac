"""Where a shift begins and ends for its person, and which punch belongs to which boundary (§3)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from staff.attendance.enums import Side
from staff.attendance.policies.values import Away, Clocked, Planned, minute_of
from staff.people.enums import AbsenceKind, Half
from staff.rulebook.policies import AttendanceRules

RulesOn = Callable[[date], AttendanceRules]
EXCUSING = frozenset({AbsenceKind.REST, AbsenceKind.PERSONAL, AbsenceKind.EMERGENCY})


@dataclass(frozen=True, slots=True)
class Expected:
    """A shift as its person is expected, after leave.

    `starts_at` and `ends_at` are moved to the middle by half a day of leave (LEAVE-4); `leave`
    says which kind, `half` which part; a whole day excuses the shift. `[since, until]` are the
    minutes between which a punch can belong to it, both included.
    """

    shift: Planned
    starts_at: datetime
    ends_at: datetime
    leave: AbsenceKind | None
    half: Half | None
    since: int
    until: int

    @property
    def excused(self) -> bool:
        """Whether the whole shift is excused."""
        return self.half == Half.WHOLE


def leave_by_day(away: Iterable[Away]) -> dict[date, tuple[Half, AbsenceKind]]:
    """Return the leave of each day; both halves make a whole day.

    Being sick alone excuses nothing: it needs the approval of LEAVE-3.
    """
    halves: dict[date, dict[Half, AbsenceKind]] = defaultdict(dict)
    for row in away:
        if row.kind in EXCUSING:
            halves[row.day][row.half] = row.kind
    found: dict[date, tuple[Half, AbsenceKind]] = {}
    for day, kinds in halves.items():
        if Half.WHOLE in kinds:
            found[day] = (Half.WHOLE, kinds[Half.WHOLE])
        elif len(kinds) > 1:
            found[day] = (Half.WHOLE, kinds[Half.FIRST])
        else:
            found[day] = next(iter(kinds.items()))
    return found


def expect(
    shifts: Iterable[Planned],
    leave: Mapping[date, tuple[Half, AbsenceKind]],
    *,
    rules_on: RulesOn,
) -> list[Expected]:
    """Return the shifts as expected, in the order of their starts."""
    found = [_expected(shift, leave.get(shift.day), rules_on(shift.day)) for shift in shifts]
    return sorted(found, key=lambda one: (one.starts_at, one.ends_at, one.shift.key))


def _expected(
    shift: Planned, leave: tuple[Half, AbsenceKind] | None, rules: AttendanceRules
) -> Expected:
    half, kind = leave or (None, None)
    starts_at, ends_at = shift.starts_at, shift.ends_at
    middle = starts_at + (ends_at - starts_at) / 2
    if half == Half.FIRST:
        starts_at = middle
    elif half == Half.SECOND:
        ends_at = middle
    return Expected(
        shift=shift,
        starts_at=starts_at,
        ends_at=ends_at,
        leave=kind,
        half=half,
        since=minute_of(starts_at - rules.punch_before),
        until=minute_of(ends_at + rules.punch_after),
    )


@dataclass(slots=True)
class Belonging:
    """The punches of each boundary, in order, by the place of the shift; and those near none."""

    at: dict[tuple[int, Side], list[Clocked]] = field(default_factory=dict)
    stray: list[Clocked] = field(default_factory=list)


def attract(expected: Sequence[Expected], punches: Iterable[Clocked]) -> Belonging:
    """Give each punch to the nearest boundary; what comes at the same second twice counts once.

    A punch marked by the clock goes to the nearest start or end, at equal distance an unmarked
    one goes to the start. Distances are whole minutes as the clock shows them, so that a file
    with seconds and one without say the same.
    """
    found = Belonging()
    places = sorted(
        (one.since, one.until, minute_of(one.starts_at), minute_of(one.ends_at), place)
        for place, one in enumerate(expected)
    )
    low, last = 0, None
    for punch in sorted(punches, key=_in_order):
        if punch.at == last:
            continue
        last = punch.at
        minute = minute_of(punch.at)
        while low < len(places) and places[low][1] < minute:
            low += 1
        nearest = _nearest(places, low, minute, punch.side)
        if nearest is None:
            found.stray.append(punch)
        else:
            found.at.setdefault(nearest, []).append(punch)
    return found


def _in_order(punch: Clocked) -> tuple[datetime, bool, str, int]:
    """A marked punch before an unmarked one of the same second: it says more."""
    return (punch.at, punch.side is None, punch.side or "", punch.key)


def _nearest(
    places: Sequence[tuple[int, int, int, int, int]], low: int, minute: int, side: Side | None
) -> tuple[int, Side] | None:
    best: tuple[int, int] | None = None
    found: tuple[int, Side] | None = None
    for number in range(low, len(places)):
        since, until, start, end, place = places[number]
        if since > minute:
            break
        if until < minute:
            continue
        for order, wanted, boundary in ((0, Side.IN, start), (1, Side.OUT, end)):
            rank = (abs(minute - boundary), order)
            if side in {None, wanted} and (best is None or rank < best):
                best, found = rank, (place, wanted)
    return found
