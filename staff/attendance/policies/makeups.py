"""Which make-ups count, and as the how-manieth of their month (ATT-13)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from staff.attendance.enums import MakeUpState, Side
from staff.attendance.policies.boundaries import Belonging, Expected
from staff.attendance.policies.values import Asked, minute_of

Place = tuple[int, Side]


def assigned(
    expected: Sequence[Expected], belonging: Belonging, makeups: Iterable[Asked]
) -> dict[Place, Asked]:
    """Return the make-up that stands for each boundary, by the place of the shift.

    One row stands for one boundary: of two shifts of a day the first that misses that punch, else
    the first. The boundary may have a punch: then the make-up has no effect.
    """
    by_day: dict[date, list[int]] = {}
    for place, one in enumerate(expected):
        by_day.setdefault(one.shift.day, []).append(place)
    found: dict[Place, Asked] = {}
    for makeup in makeups:
        places = by_day.get(makeup.day, [])
        missing = [place for place in places if (place, makeup.side) not in belonging.at]
        for place in [*missing, *places][:1]:
            found[place, makeup.side] = makeup
    return found


def numbered(
    expected: Sequence[Expected],
    belonging: Belonging,
    makeups: Mapping[Place, Asked],
    *,
    now_minute: int,
) -> dict[Place, int]:
    """Return the number, from 1, of each certified make-up in the month of its shift's date.

    They count in the order of the boundaries they stand for, not of being asked or decided. One
    for a boundary that has a punch is not counted; nor one of an excused shift, which misses
    nothing, nor one of a shift that cannot be judged yet.
    """
    counting = sorted(
        (minute_of(one.starts_at if side == Side.IN else one.ends_at), side == Side.OUT, place)
        for (place, side), makeup in makeups.items()
        if makeup.state == MakeUpState.CERTIFIED and (place, side) not in belonging.at
        if not (one := expected[place]).excused and one.until < now_minute
    )
    used: Counter[tuple[int, int]] = Counter()
    found: dict[Place, int] = {}
    for _minute, is_out, place in counting:
        day = expected[place].shift.day
        used[day.year, day.month] += 1
        found[place, Side.OUT if is_out else Side.IN] = used[day.year, day.month]
    return found
