"""What complaints brings to daily reports and shift summaries: figures and open work."""

from collections.abc import Collection, Iterator, Mapping

from django.db.models import Count
from django.urls import reverse

from complaints.enums import CaseStage, RemedyKind, TaskState
from complaints.models import CaseTask, Complaint, FollowUp, UnpaidChase, UnpaidOrder
from complaints.querysets import ComplaintQuerySet, FollowUpQuerySet
from staff.daily.queries import known, open_work
from staff.daily.queries.open_work import MOST_ITEMS, Item

CASE, FOLLOWUP = "case", "followup"


def registered(asked: known.Asked) -> Mapping[int, int]:
    """Count the complaints that each person has registered on the service day."""
    rows = Complaint.objects.filter(recorder_id__in=asked.person_ids, service_day=asked.day)
    return dict(rows.order_by().values_list("recorder_id").annotate(Count("pk")))


def followups_done(asked: known.Asked) -> Mapping[int, int]:
    """Count the follow-ups that each person has finished on the service day."""
    rows = FollowUp.objects.filter(
        done_by_id__in=asked.person_ids, done_at__gte=asked.since, done_at__lt=asked.until
    )
    return dict(rows.order_by().values_list("done_by_id").annotate(Count("pk")))


def cases_closed(asked: known.Asked) -> Mapping[int, int]:
    """Count the cases of each owner that were closed on the service day, merged ones not."""
    rows = Complaint.objects.filter(
        owner_id__in=asked.person_ids, closed_at__gte=asked.since, closed_at__lt=asked.until
    ).exclude(stage=CaseStage.MERGED)
    return dict(rows.order_by().values_list("owner_id").annotate(Count("pk")))


REFUNDS = (RemedyKind.REFUND, RemedyKind.PARTIAL_REFUND)
EXCHANGES = (RemedyKind.EXCHANGE, RemedyKind.REPLACEMENT)


def refunds(asked: known.Asked) -> Mapping[int, int]:
    """Count the refunds done on the service day that each person saw to."""
    return _remedies(asked, REFUNDS)


def exchanges(asked: known.Asked) -> Mapping[int, int]:
    """Count the exchanges and replacements done on the service day that each person saw to."""
    return _remedies(asked, EXCHANGES)


def _remedies(asked: known.Asked, kinds: Collection[RemedyKind]) -> Mapping[int, int]:
    rows = CaseTask.objects.filter(
        owner_id__in=asked.person_ids,
        state=TaskState.DONE,
        done_at__gte=asked.since,
        done_at__lt=asked.until,
        remedy__kind__in=kinds,
    )
    return dict(rows.order_by().values_list("owner_id").annotate(Count("pk")))


def unpaid_chased(asked: known.Asked) -> Mapping[int, int]:
    """Count the orders whose payment each person chased on the service day, each order once."""
    rows = UnpaidChase.objects.filter(
        by_id__in=asked.person_ids, at__gte=asked.since, at__lt=asked.until
    )
    return dict(rows.order_by().values_list("by_id").annotate(Count("unpaid", distinct=True)))


def unpaid_won(asked: known.Asked) -> Mapping[int, int]:
    """Count the orders paid on the service day that each person won back."""
    rows = UnpaidOrder.objects.filter(
        won_by_id__in=asked.person_ids, paid_at__gte=asked.since, paid_at__lt=asked.until
    )
    return dict(rows.order_by().values_list("won_by_id").annotate(Count("pk")))


def page_of_case(number: str) -> str:
    return reverse("complaints:case", args=[number])


def page_of_followup(number: str) -> str:
    return reverse("complaints:followup", args=[number])


def open_followups(asked: open_work.Asked) -> Iterator[Item]:
    """Give the open follow-ups of the people, those due first, at most 300."""
    rows: FollowUpQuerySet = FollowUp.objects.open().filter(owner_id__in=asked.person_ids)
    found = rows.order_by("due_at", "pk").values_list(
        "number", "purpose", "owner_id", "owner__name", "due_at"
    )
    for number, purpose, owner_id, owner, due_at in found[:MOST_ITEMS]:
        yield Item(
            kind=FOLLOWUP,
            number=number,
            text=purpose,
            owner_id=owner_id,
            owner=owner,
            due_at=due_at,
            url=page_of_followup(number),
        )


def open_cases(asked: open_work.Asked) -> Iterator[Item]:
    """Give the cases that somebody has to work on (CMP-3, CMP-4).

    Those of the people, at most 300, and every one of the stores that has no owner.
    """
    owing = Complaint.objects.at_work()
    yield from _items(owing.filter(owner=None, store_id__in=asked.store_ids))
    yield from _items(owing.filter(owner_id__in=asked.person_ids), most=MOST_ITEMS)


def _items(cases: ComplaintQuerySet, *, most: int | None = None) -> Iterator[Item]:
    rows = cases.order_by("due_at", "pk").values_list(
        "number", "store__name", "owner_id", "owner__name", "due_at"
    )
    for number, store, owner_id, owner, due_at in rows[:most]:
        yield Item(
            kind=CASE,
            number=number,
            text=store,
            owner_id=owner_id,
            owner=owner or "",
            due_at=due_at,
            url=page_of_case(number),
        )
