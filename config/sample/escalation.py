"""Customers of high value, threats, and the ladder of the sample's cases, climbed in order."""

import random
from datetime import datetime, timedelta

from complaints.enums import Threat
from complaints.models import CaseAlarm, Complaint, Customer
from complaints.services import alarms, escalation

SEED = 20261128
SHOWN = timedelta(days=2)
VALUED, THREATS = 4, 3


def fill(*, now: datetime) -> None:
    """Mark some customers and cases, let them go up, and tell each rung at its moment."""
    rng = random.Random(SEED)  # noqa: S311 -- a sample must come out the same each time
    recent = Complaint.objects.filter(registered_at__gt=now - SHOWN, registered_at__lte=now)
    cases = list(recent.defer("words").order_by("registered_at", "pk"))
    picked = rng.sample(cases, min(VALUED + THREATS, len(cases)))
    valued = {case.customer_id for case in picked[:VALUED]}
    Customer.objects.filter(pk__in=valued).update(is_valued=True)
    for place, case in enumerate(picked[VALUED:]):
        threat = (Threat.PUBLIC, Threat.PLATFORM)[place % 2]
        Complaint.objects.filter(pk=case.pk).update(threat=threat)
    for case in recent.select_related("customer").order_by("registered_at", "pk"):
        escalation.judge([case], actor=None, now=case.registered_at)
    # The past happened in order: each rung was told at its moment, not in one flood now.
    for moment in sorted(set(CaseAlarm.objects.due(now).values_list("due_at", flat=True))):
        while alarms.tell_due(moment):
            pass
