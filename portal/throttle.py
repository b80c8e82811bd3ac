"""Counting what a visitor without an account does, so that guessing does not pay.

The count is a row in the database: it holds over all processes and outlives a restart. Addresses
are kept as a hash for a day.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, F, Value, When

from portal.models import Throttle

KEPT = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most so many times within a span; `name` says what is counted."""

    name: str
    times: int
    within: timedelta


def key_of(limit: Limit, visitor: str) -> str:
    """Return the key of a visitor, from which the address cannot be told."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{visitor}".encode()).hexdigest()
    return f"{limit.name}:{digest[:48]}"


def is_over(limit: Limit, visitor: str, *, now: datetime) -> bool:
    """Tell whether a visitor has used the limit up within the present span."""
    rows = Throttle.objects.filter(
        pk=key_of(limit, visitor), began_at__gt=now - limit.within, count__gte=limit.times
    )
    return rows.exists()


def ends_in(limit: Limit, visitor: str, *, now: datetime) -> timedelta:
    """Return how long a visitor who has used the limit up has to wait; 0 for one who has not."""
    rows = Throttle.objects.filter(
        pk=key_of(limit, visitor), began_at__gt=now - limit.within, count__gte=limit.times
    )
    began = rows.values_list("began_at", flat=True).first()
    return max(timedelta(0), began + limit.within - now) if began else timedelta(0)


def count(limit: Limit, visitor: str, *, now: datetime) -> None:
    """Count once more; a span that is over begins anew. Any number of callers may count at once."""
    key, over = key_of(limit, visitor), now - limit.within
    counted = Throttle.objects.filter(pk=key).update(
        count=Case(When(began_at__lte=over, then=Value(1)), default=F("count") + 1),
        began_at=Case(When(began_at__lte=over, then=Value(now)), default=F("began_at")),
    )
    if not counted:
        Throttle.objects.filter(began_at__lt=now - KEPT).delete()
        _row, fresh = Throttle.objects.get_or_create(pk=key, defaults={"began_at": now})
        if not fresh:
            Throttle.objects.filter(pk=key).update(count=F("count") + 1)
