"""Retention: persons of whom nothing happened for the policy's years are erased (§10).

The rows say who is due; a step of the tick erases a few at a time, once an hour, or again at the
next tick while more wait. It may run twice or side by side: whoever is erased is due no longer.
"""

import calendar
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from portal.enums import ErasureReason
from portal.models import Heartbeat, User
from portal.privacy import erasing, log, persons, places
from portal.privacy.erasing import Wish
from portal.privacy.values import Subject

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
AT_ONCE = 3
LOOKED_AT = 200
BEAT = "retention"
SOON = timedelta(days=30)


def before(now: datetime) -> datetime:
    """Return the moment before which the last thing must have happened."""
    local = timezone.localtime(now)
    year = local.year - places.years(now)
    day = min(local.day, calendar.monthrange(year, local.month)[1])
    return local.replace(year=year, day=day)


def nearly_due(now: datetime, *, most: int) -> int:
    """Return how many persons are due by their own rows alone, counted up to `most`: cheap."""
    found = 0
    for room in places.rooms():
        found += len(room.due(before(now), most - found)) if room.due and found < most else 0
    return min(found, most)


def due(now: datetime, *, most: int) -> Iterator[Subject]:
    """Yield persons whose time is over, at most so many, each with all keys.

    A room sees rows; here the person is looked at as a whole. Whoever has another customer of the
    same phone, or an address, from which something came lately stays, and so does somebody for
    whom something is still at work; such persons hold up nobody behind them.
    """
    since, left = before(now), most
    for room in places.rooms():
        for subject in room.due(since, max(LOOKED_AT, left)) if room.due and left else ():
            whole = persons.widened(subject)
            if persons.lately(whole, since) or persons.still_open(whole):
                continue
            yield whole
            left -= 1
            if not left:
                return


def retain(*, now: datetime, most: int, actor: User | None = None) -> tuple[int, int]:
    """Erase persons whose time is over; returns how many were, and how many failed."""
    done = failed = 0
    for subject in list(due(now, most=most)):
        wish = Wish(subject=subject, actor=actor, reason=ErasureReason.RETENTION)
        try:
            erasing.erase(wish, now=now)
            done += 1
        except (erasing.StillOpen, erasing.FilesAtWork):
            failed += 1
        except Exception:  # one person must not stop those behind
            logger.exception("a person's data could not be erased")
            failed += 1
    return done, failed


def step(now: datetime) -> int:
    """Erase a few of whom it is time. It runs once a tick: the other steps do not wait for it."""
    log.write(now=now)
    if not _claimed(now):
        return 0
    done, _failed = retain(now=now, most=AT_ONCE)
    if done == AT_ONCE:  # more may wait: the next tick goes on
        Heartbeat.objects.filter(pk=BEAT).update(beat_at=now - EVERY)
    return 0


def _claimed(now: datetime) -> bool:
    late = Heartbeat.objects.filter(pk=BEAT, beat_at__lte=now - EVERY)
    if late.update(beat_at=now):
        return True
    _row, fresh = Heartbeat.objects.get_or_create(pk=BEAT, defaults={"beat_at": now})
    return fresh
