"""Until when negative reviews are answered, and who hears of it afterwards (FBK-3)."""

from datetime import date, datetime, timedelta

from feedback.enums import AlarmStage
from portal.servicetime import Timetable


def rungs(
    *, day: date, now: datetime, desk: Timetable, ladder: dict[str, timedelta]
) -> dict[str, datetime]:
    """Return when which stage hears of a negative review, in service time after its service day.

    `ladder` says for each stage how long after. Empty where that day was over when the review came
    in: history is no alarm.
    """
    end = desk.end_of_service_day(day)
    if end <= now:
        return {}
    return {
        str(stage): desk.add(end, ladder[stage]) if ladder[stage] else end for stage in AlarmStage
    }


def silent_since(
    *, last: datetime | None, watched_since: datetime | None, quiet: timedelta | None, now: datetime
) -> datetime | None:
    """Return since when a channel is silent for too long; None while all is well.

    Without an item it counts from when it began to be watched.
    """
    begun = max((at for at in (last, watched_since) if at), default=None)
    if begun is None or quiet is None or now - begun < quiet:
        return None
    return begun
