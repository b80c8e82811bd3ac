"""A fall-back in the web process for when neither beat nor worker rings.

A thread looks at the heartbeat and runs the tick when it is stale.
"""

import logging
import os
import threading
import time
from datetime import timedelta

from django.conf import settings
from django.db import connections
from django.utils import timezone

from portal import outbox, ticking

log = logging.getLogger(__name__)

STALE = timedelta(seconds=6)
LOOK_EVERY = 3.0  # seconds
_started: set[int] = set()


def look() -> bool:
    """Run the tick if it has not run for six seconds; True when it was run."""
    now = timezone.now()
    last = ticking.last_beat(ticking.HEARTBEAT)
    if last is not None and now - last < STALE:
        return False
    ticking.run(clock=timezone.now)
    outbox.send_due(clock=timezone.now, within=timedelta(seconds=5))
    return True


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY)
        try:
            look()
        except Exception:  # the thread must live: nobody starts it again
            log.exception("the fall-back tick failed; it tries again")
        finally:
            connections.close_all()


def start() -> None:
    """Start the thread once in each process; called by the web server's entry."""
    if settings.WEB_TICK and os.getpid() not in _started:
        _started.add(os.getpid())
        threading.Thread(target=_watch, name="tick-fallback", daemon=True).start()
