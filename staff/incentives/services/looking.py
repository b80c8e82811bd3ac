"""Looking at the wages of somebody else is written down (INC-8)."""

from datetime import datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.incentives.models import Settlement
from staff.people.models import Person


@transaction.atomic
def look(settlement: Settlement, *, person: Person, actor: User, now: datetime) -> None:
    """Note that somebody looks at a statement; at one's own it is no act."""
    if person.user_id == actor.pk:
        return
    audit.record(
        actor=actor, verb="statement.seen", target=person, at=now, after={"month": str(settlement)}
    )
