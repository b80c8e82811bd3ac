"""What the weekly digest counts of complaints and follow-ups, for many users at once."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, F, QuerySet

from complaints.models import Complaint, FollowUp
from portal.weekly import Span


def _by_owner(rows: QuerySet[Any], users: Collection[int]) -> dict[int, int]:
    mine = rows.filter(owner__user_id__in=users).values("owner__user_id")
    return dict(mine.annotate(n=Count("pk")).values_list("owner__user_id", "n"))


def open_followups(users: Collection[int], _span: Span) -> dict[int, int]:
    return _by_owner(FollowUp.objects.open(), users)


def overdue_followups(users: Collection[int], span: Span) -> dict[int, int]:
    return _by_owner(FollowUp.objects.open().filter(due_at__lt=span.now), users)


def done_followups(users: Collection[int], span: Span) -> dict[int, int]:
    """Return how many were finished in the week, by whoever finished them."""
    rows = FollowUp.objects.filter(
        done_at__gte=span.begins_at, done_at__lt=span.ends_at, done_by__user_id__in=users
    )
    counted = rows.values(user=F("done_by__user_id")).annotate(n=Count("pk"))
    return dict(counted.values_list("user", "n"))


def open_cases(users: Collection[int], _span: Span) -> dict[int, int]:
    return _by_owner(Complaint.objects.filter(closed_at=None, merged_into=None), users)


def closed_cases(users: Collection[int], span: Span) -> dict[int, int]:
    rows = Complaint.objects.filter(
        closed_at__gte=span.begins_at, closed_at__lt=span.ends_at, merged_into=None
    )
    return _by_owner(rows, users)
