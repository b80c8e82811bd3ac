"""How often an address may knock at the doors that need no account; kept in the database.

The address itself is never stored. A look at a full tally writes nothing, so that a flood costs
one look-up for each knock.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from django.db.models import F

from feedback.models import HookCall, Tally
from portal.sealing import keyed_hash

WINDOW = timedelta(minutes=10)
KEPT = timedelta(days=1)
SWEPT = 1000
IPV6_NETWORK_BITS = 64
"""Whoever has an address of version 6 has a whole network of them."""


def _begin(now: datetime) -> datetime:
    seconds = int(now.timestamp())
    return now.fromtimestamp(seconds - seconds % int(WINDOW.total_seconds()), tz=now.tzinfo)


def _key(what: str, address: str) -> str:
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        shift = 128 - IPV6_NETWORK_BITS
        parsed = IPv6Address(int(parsed) >> shift << shift)
    return keyed_hash(f"tally:{what}:{parsed}")


def count_of(*, what: str, address: str, now: datetime) -> int:
    """Return how often it came from the address in this stretch of ten minutes."""
    rows = Tally.objects.filter(key=_key(what, address), begun_at=_begin(now))
    return rows.values_list("count", flat=True).first() or 0


def count_up(*, what: str, address: str, now: datetime) -> None:
    """Count once more; never lost among many at the same moment."""
    key, begun = _key(what, address), _begin(now)
    rows = Tally.objects.filter(key=key, begun_at=begun)
    if not rows.update(count=F("count") + 1):
        Tally.objects.bulk_create([Tally(key=key, begun_at=begun)], ignore_conflicts=True)
        rows.update(count=F("count") + 1)


def sweep(now: datetime) -> int:
    """Delete what is older than a day, a batch of each; returns how many rows went."""
    old = now - KEPT
    tallies = Tally.objects.filter(begun_at__lt=old).order_by("begun_at")
    calls = HookCall.objects.filter(at__lt=old).order_by("at")
    gone = 0
    for rows in (tallies, calls):
        keys = list(rows.values_list("pk", flat=True)[:SWEPT])
        if keys:
            gone += rows.model.objects.filter(pk__in=keys).delete()[0]
    return gone
