"""Facts of measures that other parts of the portal write down (INC-2)."""

from datetime import datetime

from django.db import transaction

from staff.incentives.enums import Measure
from staff.incentives.models import Measurement
from staff.incentives.policies.targets import MeasuredValue


@transaction.atomic
def record_measure(*, measure: Measure, row: MeasuredValue, now: datetime) -> Measurement:
    """Write one row of a measure down; the same key again says what it is now.

    Targets that have ended keep what they were frozen with. Raises ValueError for a row of nobody.
    """
    if row.person_id is None and row.store_id is None:
        raise ValueError("a measured row is somebody's or a store's")
    said = {
        "at": row.at,
        "value": row.value,
        "weight": row.weight,
        "person_id": row.person_id,
        "store_id": row.store_id,
        "url": row.url,
        "recorded_at": now,
    }
    fact, _fresh = Measurement.objects.update_or_create(measure=measure, key=row.key, defaults=said)
    return fact


def forget_measure(*, measure: Measure, key: str) -> bool:
    """Take a fact back that does not hold any more; whether there was one."""
    gone, _rows = Measurement.objects.filter(measure=measure, key=key).delete()
    return bool(gone)
