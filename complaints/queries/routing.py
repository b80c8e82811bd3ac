"""Which team answers for a store, and who of it could take a case now."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q

from complaints.models import Complaint, TeamRouting
from staff.people.models import StoreService


def teams_of(store_ids: Collection[int], *, today: date) -> dict[int, int]:
    """Return the team of each store that one serves today, in one query; none for no store."""
    if not store_ids:
        return {}
    rows = StoreService.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=today),
        store_id__in=store_ids,
        valid_from__lte=today,
    )
    return dict(rows.exclude(team=None).values_list("store_id", "team_id"))


def is_automatic(team_id: int) -> bool:
    """Whether the rules give the cases of a team's stores to its people."""
    return not TeamRouting.objects.filter(team_id=team_id, is_automatic=False).exists()


def loads(person_ids: Collection[int]) -> dict[int, int]:
    """Return how many open cases people own; who owns none is missing."""
    rows = Complaint.objects.filter(owner_id__in=person_ids, due_at__isnull=False)
    counted = rows.order_by().values("owner_id").annotate(count=Count("pk"))
    return {row["owner_id"]: row["count"] for row in counted}
