"""Whether a case may wait for its customer, and how much of its time it has waited (CMP-4)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from complaints.policies.deadlines import Event, Fact

ENDS = frozenset({Fact.RESUMED, Fact.ANSWERED, Fact.CLOSED})


class Refusal(StrEnum):
    """Why what somebody wants to do with the clocks of a case is refused."""

    ACKNOWLEDGED = "ACKNOWLEDGED"
    ANSWERED = "ANSWERED"
    NOT_WAITING = "NOT_WAITING"
    NOT_AHEAD = "NOT_AHEAD"
    TOO_LONG = "TOO_LONG"
    USED_UP = "USED_UP"


def waited(events: Iterable[Event], *, until: datetime) -> timedelta:
    """Return how long a case had waited by a moment, by the clock; the present wait counts."""
    total, since, ends = timedelta(0), None, until
    for event in sorted(events, key=lambda one: one.place):
        if since is not None and (event.fact in ENDS or event.fact == Fact.WAITING):
            total += max(min(ends, event.at, until) - since, timedelta(0))
            since = None
        if event.fact == Fact.WAITING and event.until is not None:
            since, ends = event.at, event.until
    if since is not None:
        total += max(min(ends, until) - since, timedelta(0))
    return total


def why_not_wait(
    events: Iterable[Event], *, until: datetime, now: datetime, one: timedelta, all_of: timedelta
) -> Refusal | None:
    """Return why a case may not wait from now until then, if it may not.

    A wait lasts at most `one`, all waits of the case together at most `all_of`, by the clock.
    """
    if until <= now:
        return Refusal.NOT_AHEAD
    if until - now > one:
        return Refusal.TOO_LONG
    return Refusal.USED_UP if waited(events, until=now) + (until - now) > all_of else None
