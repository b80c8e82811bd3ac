"""When somebody is reminded again."""

from datetime import datetime, time, timedelta

MORNING = time(9, 30)


def next_morning(now: datetime) -> datetime:
    """Return half past nine of the next day, in the zone of `now`, which is aware."""
    tomorrow = now.date() + timedelta(days=1)
    return datetime.combine(tomorrow, MORNING, tzinfo=now.tzinfo)
