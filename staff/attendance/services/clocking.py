"""The web punch of departments without a clock (SHIFT-4)."""

from datetime import datetime

from django.db import transaction

from portal import audit
from staff.attendance.enums import Side
from staff.attendance.models import Punch
from staff.people.models import Person

SOURCE = "web"


@transaction.atomic
def clock(*, person: Person, side: Side, now: datetime) -> tuple[Punch, bool]:
    """Write one punch of somebody at this second; the same second twice is one punch.

    Returns the punch and whether it is new.
    """
    at = now.replace(microsecond=0)
    punch, is_new = Punch.objects.get_or_create(
        person=person,
        punched_at=at,
        defaults={
            "kind": side,
            "source": SOURCE,
            "recorded_at": now,
            "recorded_by": person.user,
        },
    )
    if is_new:
        audit.record(
            actor=person.user,
            verb="attendance.clocked",
            target=punch,
            at=now,
            after={"side": side},
        )
    return punch, is_new
