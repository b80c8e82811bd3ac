"""What the cells of DingTalk's reports say. Only ASCII digits are digits; nothing is guessed."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from portal.transfer.values import LEAVE, Cell, Refused, Text, read_cell
from staff.attendance.resources.evidence import LONGEST_REMARK, REMARKS_BETWEEN

CENTURY = 2000  # of a year in two digits
DAY = re.compile(r"([0-9]{4}|[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
DATED = re.compile(rf"{DAY.pattern}(?:\s+(?:星期|周)[一二三四五六日天])?")
TIME = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
CLOCK = re.compile(rf"(次日)?\s*{TIME}")
MOMENT = re.compile(rf"{DAY.pattern}\s+{TIME}")
BETWEEN = re.compile(r"[\s,;，；、]*")
MILLISECONDS = re.compile(r"[0-9]{12,13}(?:\.0+)?")
NONE = re.compile(r"-+|0+(?:\.0+)?")
END = r"([0-9]{4}|[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
SPAN = re.compile(rf"{END}\s*(?:至|到|~|～|—)\s*{END}")
LONGEST_ID = 64
TEXT = Text(lines=True)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, counted from the midnight of the row's day; `exact` to the second."""

    after: timedelta
    exact: bool
    next_day: bool


def text_of(cell: Cell, zone: tzinfo) -> str:
    """Return the cell's text, trimmed; empty where there is none. Raises Refused."""
    if cell is None:
        return ""
    found = read_cell(TEXT, cell, zone)
    if found is None:
        return "-"
    return "" if found is LEAVE else str(found)


def name_of(cell: Cell, zone: tzinfo) -> str:
    """Return a UserId or a number: its zeros in front stay, `0.0` and the like mean none."""
    text = text_of(cell, zone)
    if NONE.fullmatch(text):
        return ""
    if len(text) > LONGEST_ID:
        raise Refused("too_long", limit=LONGEST_ID)
    return text


def _date(year: str, month: str, day: str) -> date:
    whole = int(year) + (CENTURY if len(year) == len("26") else 0)
    try:
        return date(whole, int(month), int(day))
    except ValueError:
        raise Refused("not_dingtalk_day") from None


@lru_cache(maxsize=4096)
def _day_in(text: str) -> date:
    match = DATED.fullmatch(text)
    if match is None:
        raise Refused("not_dingtalk_day")
    return _date(match[1], match[3], match[4])


def day_of(cell: Cell, zone: tzinfo) -> date | None:
    """Read `26-10-08 星期四`, `2026-10-08` or a spreadsheet's date. Raises Refused."""
    if isinstance(cell, datetime):
        if cell.time() != time(0):
            raise Refused("not_dingtalk_day")
        return cell.date()
    text = text_of(cell, zone)
    return _day_in(text) if text else None


@lru_cache(maxsize=4096)
def _workday_in(text: str, zone: tzinfo) -> date:
    if not MILLISECONDS.fullmatch(text):
        raise Refused("not_a_workday")
    moment = (EPOCH + timedelta(milliseconds=int(text.partition(".")[0]))).astimezone(zone)
    if moment.time() != time(0):
        raise Refused("not_a_workday")
    return moment.date()


def workday_of(cell: Cell, zone: tzinfo) -> date | None:
    """Read the milliseconds of a midnight. Raises Refused."""
    text = text_of(cell, zone)
    return _workday_in(text, zone) if text else None


def span_in(text: str) -> tuple[date, date] | None:
    """Return the two days of a title, None where it has none. Raises Refused."""
    match = SPAN.search(text)
    if match is None:
        return None
    return _date(match[1], match[2], match[3]), _date(match[4], match[5], match[6])


def _after_midnight(hour: str, minute: str, second: str | None) -> timedelta:
    try:
        at = time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise Refused("not_a_clock") from None
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _clock(match: re.Match[str]) -> Clock:
    mark, hour, minute, second = match.groups()
    after = _after_midnight(hour, minute, second)
    return Clock(after + ONE_DAY if mark else after, second is not None, bool(mark))


def _plain(text: str) -> str:
    return text.replace("：", ":")


@lru_cache(maxsize=8192)
def _clocks_in(text: str) -> tuple[Clock, ...]:
    found = []
    at = 0
    while at < len(text):
        match = CLOCK.match(text, at)
        if match is None:
            raise Refused("not_a_clock")
        found.append(_clock(match))
        at = match.end()
        gap = BETWEEN.match(text, at)
        if gap is not None and at < len(text) and gap.end() == at:
            raise Refused("not_a_clock")
        at = gap.end() if gap else at
    return tuple(found)


def clocks_of(cell: Cell, zone: tzinfo) -> tuple[Clock, ...]:
    """Read all times of a cell: `08:21`, `次日 00:03`, one a line. Raises Refused."""
    if isinstance(cell, time):
        after = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
        return (Clock(after, bool(cell.second), next_day=False),)
    text = text_of(cell, zone)
    if not text.strip("-"):
        return ()
    return _clocks_in(_plain(text))


def moment_of(cell: Cell, day: date | None, zone: tzinfo) -> tuple[datetime, bool] | None:
    """Return the local time of a punch and whether it is to the second; None: no punch.

    A cell with a date says the day by itself, one without counts from the row's day. Raises
    Refused.
    """
    if isinstance(cell, datetime):
        return cell, bool(cell.second)
    if not isinstance(cell, time):
        text = _plain(text_of(cell, zone))
        if match := MOMENT.fullmatch(text):
            year, _, month, number, hour, minute, second = match.groups()
            after = _after_midnight(hour, minute, second)
            return at(_date(year, month, number), after), second is not None
    clocks = clocks_of(cell, zone)
    if not clocks:
        return None
    if len(clocks) > 1 or day is None:
        raise Refused("not_a_clock")
    return at(day, clocks[0].after), clocks[0].exact


def at(day: date, after: timedelta) -> datetime:
    """Return a time on the department's clock, still without its zone."""
    return datetime.combine(day, time(0)) + after


def remark_of(cells: list[Cell], zone: tzinfo) -> str:
    """Return what DingTalk says about a punch, in one line that is kept and never judges."""
    texts = [" ".join(text_of(cell, zone).split()) for cell in cells]
    found = sorted({text for text in texts if text.strip("-")})
    return REMARKS_BETWEEN.join(found)[:LONGEST_REMARK].strip()
