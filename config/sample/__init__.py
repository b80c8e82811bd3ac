"""A sample department that looks lived-in, for the demo and for trying things out.

The same every time: names, texts and choices come from a seeded generator, moments are laid
around the moment of filling. Nothing here is used by a real department.
"""

from datetime import datetime

from django.db import transaction

from config.sample import (
    api,
    attendance,
    cases,
    daily,
    department,
    escalation,
    feedback,
    handbook,
    incentives,
    leave,
    mails,
    orders,
    pay,
    record,
    revisits,
    roster,
    rulebook,
    surveys,
)
from staff.people.models import Person

PASSWORD = department.PASSWORD
SIGN_INS = department.SIGN_INS

__all__ = ["PASSWORD", "SIGN_INS", "fill"]


@transaction.atomic
def fill(*, now: datetime) -> bool:
    """Fill an empty database; returns False where people exist already and nothing was done."""
    if Person.objects.exists():
        return False
    made = department.fill(now=now)
    rulebook.fill(now=now)
    cases.fill(made, now=now)
    roster.fill(made, now=now)
    escalation.fill(now=now)
    record.fill(made, now=now)
    leave.fill(made, now=now)
    attendance.fill(made, now=now)
    incentives.fill(made, now=now)
    orders.fill(made, now=now)
    pay.fill(now=now)
    feedback.fill(made, now=now)
    surveys.fill(made, now=now)
    revisits.fill(made, now=now)
    daily.fill(made, now=now)
    handbook.fill(made, now=now)
    mails.fill(now=now)
    api.fill(now=now)
    return True
