"""A fall-back in the web process for when neither beat nor worker rings.

A thread looks at the heartbeat and runs the tick when it is stale.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections
from django.utils import timezone

from portal import audit, outbox, ticking

log = logging.getLogger(__name__)

STALE = timedelta(seconds=6)
LOOK_EVERY = 2.0  # seconds
WEB = "web"
_started: set[int] = set()


def look(clock: Callable[[], datetime] = timezone.now) -> bool:
    """Run the tick if nobody else has rung it for six seconds; True when it was run.

    As long as the last ring came from a web process, it rings at every look: reminders are then
    as punctual as with a worker.
    """
    now = clock()
    last = ticking.last_beat_by(ticking.HEARTBEAT)
    if last is not None and abs(now - last[0]) < STALE and last[1] != WEB:
        return False
    ticking.run(clock=clock, by=WEB)
    outbox.send_due(clock=clock, within=timedelta(seconds=5))
    return True


def _watch() -> None:
    while True:
        time.sleep(LOOK_EVERY)
        try:
            with audit.coming_from("tick"):
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
