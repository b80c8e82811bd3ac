"""The tick: looks at what is due and does it. It may run anywhere, any number of times.

Steps are registered from each app's `apps.py`. A step does at most a bounded batch in one
transaction and says how much it did; the tick repeats until nothing is due.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from portal.models import Heartbeat

log = logging.getLogger(__name__)

HEARTBEAT = "tick"


@dataclass(frozen=True)
class Step:
    """`run(now)` does one batch and returns how many rows it dealt with; 0 ends the step."""

    name: str
    run: Callable[[datetime], int]
    oldest_due: Callable[[datetime], datetime | None]


_steps: dict[str, Step] = {}


def register(step: Step) -> None:
    """Make a step known; called from `AppConfig.ready`."""
    _steps[step.name] = step


def beat(name: str, *, now: datetime, detail: str = "") -> None:
    """Note that something is alive; at most one write a second."""
    stale = Heartbeat.objects.filter(
        Q(beat_at__lte=now - timedelta(seconds=1)) | Q(beat_at__gt=now + timedelta(minutes=1)),
        pk=name,
    )
    if stale.update(beat_at=now, detail=detail) or Heartbeat.objects.filter(pk=name).exists():
        return
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, beat_at=now, detail=detail)], ignore_conflicts=True
    )


def last_beat(name: str) -> datetime | None:
    """Return when it was last alive, or None when never."""
    return Heartbeat.objects.filter(pk=name).values_list("beat_at", flat=True).first()


def last_beat_by(name: str) -> tuple[datetime, str] | None:
    """Return when it was last alive and who said so, or None when never."""
    return Heartbeat.objects.filter(pk=name).values_list("beat_at", "detail").first()


def run(*, clock: Callable[[], datetime], by: str = "", most_batches: int = 1000) -> int:
    """Do everything that is due and return the number of rows dealt with.

    A step that fails does not keep the others from running. `clock` is read for each batch; `by`
    says who rings, which the fall-back looks at.
    """
    beat(HEARTBEAT, now=clock(), detail=by)
    done = 0
    for step in _steps.values():
        try:
            for _batch in range(most_batches):
                count = step.run(clock())
                done += count
                beat(HEARTBEAT, now=clock(), detail=by)
                if not count:
                    break
        except Exception:  # whatever it is, the other steps and the next tick go on
            log.exception("tick step %s failed; the next tick tries again", step.name)
    return done


def oldest_due(now: datetime) -> datetime | None:
    """Return the due time of the oldest thing that is due and not done, over all steps."""
    found = [moment for step in _steps.values() if (moment := step.oldest_due(now))]
    return min(found, default=None)
