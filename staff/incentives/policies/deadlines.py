"""Until when a month can be disputed, and what keeps it from being closed (INC-6)."""

from datetime import date, datetime, time, timedelta, tzinfo


def disputable_until(published_at: datetime, *, days: int, zone: tzinfo) -> datetime:
    """Return the first moment at which nothing can be disputed any more.

    A line can be disputed until the end of the so-manieth calendar day after publication.
    """
    last_day: date = published_at.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(last_day + timedelta(days=1), time.min, zone)
