"""Rules of posts, chains of command and salaries, over plain rows. Spans of days include both."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

LEAD_RANK = 1


def spans(starts: Iterable[date]) -> dict[date, date | None]:
    """Return for each first day the last day: the eve of the next row, None for the newest."""
    days = sorted(set(starts))
    following = [*days[1:], None]
    return {
        first: None if after is None else after - timedelta(days=1)
        for first, after in zip(days, following, strict=True)
    }


def latest(starts: Sequence[date], day: date) -> date | None:
    """Return the newest of the sorted first days that is not after the day."""
    found = bisect_right(starts, day)
    return starts[found - 1] if found else None


def salary_may_start(day: date, *, hired_on: date) -> bool:
    """A salary changes on the first day of a month only, and begins with the work (ORG-3)."""
    return day.day == 1 or day == hired_on


def may_lead(chief_rank: int, *, rank: int) -> bool:
    """Reporting goes to a shift lead or above, and never to a lower post (ORG-3)."""
    return chief_rank >= max(LEAD_RANK, rank)


class Link(NamedTuple):
    """Somebody reports to a chief from `first` to `last`; None is for ever."""

    person: int | str
    chief: int | str | None
    rank: int
    first: date
    last: date | None

    @property
    def end(self) -> date:
        return self.last or date.max


Rows = Mapping[int | str, Sequence[int]]


def _by_person(links: Sequence[Link]) -> Rows:
    rows: dict[int | str, list[int]] = defaultdict(list)
    for index, link in enumerate(links):
        rows[link.person].append(index)
    return rows


def rungs_above(links: Sequence[Link]) -> list[list[int]]:
    """Return for each link the indexes of its chief's links that hold on some of its days."""
    rows = _by_person(links)
    return [_above(links, rows, link) for link in links]


def _above(links: Sequence[Link], rows: Rows, link: Link) -> list[int]:
    if link.chief is None:
        return []
    first, end = link.first, link.end
    return [
        index
        for index in rows.get(link.chief, ())
        if links[index].first <= end and links[index].end >= first
    ]


def unfit_chiefs(links: Sequence[Link], above: Sequence[Sequence[int]]) -> set[int]:
    """Return the indexes of links whose chief has too low a post on some of their days.

    `above` is what `rungs_above` gave.
    """
    return {
        index
        for index, link in enumerate(links)
        if any(not may_lead(links[chief].rank, rank=link.rank) for chief in above[index])
    }


def circles(links: Sequence[Link], above: Sequence[Sequence[int]]) -> set[int]:
    """Return the indexes of links that on some day stand in a circle of chiefs.

    What leads out at the top is peeled off first, so that a sound chain of any size costs
    little; only the rest is followed day by day.
    """
    below: dict[int, list[int]] = defaultdict(list)
    for index, found in enumerate(above):
        for chief in found:
            below[chief].append(index)
    open_ends = [len(found) for found in above]
    free = [index for index, count in enumerate(open_ends) if not count]
    for index in free:  # grows while it is read
        for report in below[index]:
            open_ends[report] -= 1
            if not open_ends[report]:
                free.append(report)
    suspects = set(range(len(links))) - set(free)
    return {index for index in suspects if _comes_back(links, above, index)}


def _comes_back(links: Sequence[Link], above: Sequence[Sequence[int]], start: int) -> bool:
    """Tell whether the chain from a link leads back to its person on one and the same day."""
    home = links[start]
    waiting = [(start, home.first, home.end)]
    seen = set(waiting)
    while waiting:
        index, first, last = waiting.pop()
        for chief in above[index]:
            link = links[chief]
            step = (chief, max(first, link.first), min(last, link.end))
            if step[1] > step[2]:
                continue
            if link.person == home.person:
                return True
            if step in seen:
                continue
            seen.add(step)
            waiting.append(step)
    return False
