"""How often customers complained lately, whatever one may see: it decides what goes up at once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from complaints.models import Complaint
from staff.rulebook import queries as rulebook


def recent(cases: Sequence[Complaint], *, days: int) -> dict[int, int]:
    """Return for each stored case how many complaints its customer had made by then, in one query.

    It counts those of the days before it, itself, and what came at the same moment.
    """
    if not cases:
        return {}
    span = timedelta(days=days)
    moments = [case.registered_at for case in cases]
    rows = Complaint.objects.filter(
        customer__id__any_of={case.customer_id for case in cases},
        registered_at__gte=min(moments) - span,
        registered_at__lte=max(moments),
    )
    made: dict[int, list[datetime]] = defaultdict(list)
    for customer, at in rows.order_by("registered_at").values_list("customer_id", "registered_at"):
        made[customer].append(at)
    return {
        case.pk: bisect_right(made[case.customer_id], case.registered_at)
        - bisect_left(made[case.customer_id], case.registered_at - span)
        for case in cases
    }


def rule(today: date) -> tuple[int, int]:
    """Return how many complaints within how many days go up at once (CMP-10)."""
    policy = rulebook.policy_on(today)
    return policy.escalated_repeat, policy.repeat_days
