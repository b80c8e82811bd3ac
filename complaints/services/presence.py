"""Who else has a case open (two people at once)."""

from datetime import datetime, timedelta

from complaints.models import Presence
from staff.people.models import Person

FRESH = timedelta(seconds=60)
"""Three times as long as a page waits until it says again that it is open."""
KEPT = timedelta(hours=1)
MOST = 8


def here(
    *, actor: Person, complaint_id: int, is_writing: bool, now: datetime
) -> list[tuple[str, bool]]:
    """Note that somebody has the case open; return who else has, and whether they write.

    Two statements; rows that have grown old go on the way.
    """
    Presence.objects.bulk_create(
        [Presence(complaint_id=complaint_id, person=actor, seen_at=now, is_writing=is_writing)],
        update_conflicts=True,
        unique_fields=["complaint", "person"],
        update_fields=["seen_at", "is_writing"],
    )
    rows = Presence.objects.filter(complaint=complaint_id, seen_at__gt=now - FRESH)
    others = rows.exclude(person=actor).order_by("person__name")
    return list(others.values_list("person__name", "is_writing")[:MOST])


def forget_old(now: datetime) -> int:
    """Delete what says nothing any more; a step of the tick."""
    old = Presence.objects.filter(seen_at__lte=now - KEPT).values("pk")[:500]
    gone, _by_model = Presence.objects.filter(
        pk__in=list(old.values_list("pk", flat=True))
    ).delete()
    return gone
