"""Reads of incidents, and of cases that may be about the same thing (CMP-13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from complaints.enums import CaseStage
from complaints.models import Complaint, Incident
from complaints.querysets import ComplaintQuerySet, IncidentQuerySet
from staff.people.access import Scope

MOST = 30


@dataclass(frozen=True)
class Alike:
    """A case that may be about the same thing, and why."""

    case: Complaint
    same_order: bool
    same_customer: bool
    same_batch: bool
    same_product: bool


def alike(scope: Scope, complaint: Complaint, *, now: datetime, days: int) -> list[Alike]:
    """Return visible cases of the last days about the same order, customer, batch or product.

    Those of the same order stand first, then by how much they share.
    """
    same = Q(customer_id=complaint.customer_id)
    if complaint.order_id:
        same |= Q(order_id=complaint.order_id)
    if complaint.product_id:
        same |= Q(product_id=complaint.product_id, type_id=complaint.type_id)
    if complaint.product_id and complaint.batch:
        same |= Q(product_id=complaint.product_id, batch=complaint.batch)
    rows = (
        Complaint.objects.visible_to(scope)
        .filter(same, registered_at__gte=now - timedelta(days=days))
        .exclude(pk=complaint.pk)
        .exclude(stage=CaseStage.MERGED)
        .select_related("customer", "store", "order", "product", "owner")
        .defer("words")
        .order_by("-registered_at")[: MOST * 3]
    )
    found = [_alike(complaint, row) for row in rows]
    found.sort(key=_closeness, reverse=True)
    return found[:MOST]


def _alike(complaint: Complaint, row: Complaint) -> Alike:
    same_product = row.product_id is not None and row.product_id == complaint.product_id
    return Alike(
        case=row,
        same_order=row.order_id is not None and row.order_id == complaint.order_id,
        same_customer=row.customer_id == complaint.customer_id,
        same_batch=same_product and bool(row.batch) and row.batch == complaint.batch,
        same_product=same_product,
    )


def _closeness(one: Alike) -> tuple[bool, int]:
    return one.same_order, one.same_customer + one.same_batch + one.same_product


def page_of(incidents: IncidentQuerySet, *, start: int, size: int) -> list[Incident]:
    """Return a page of the list: open ones first, newest first; each with `held` cases."""
    rows = incidents.select_related("store", "cause", "opened_by").annotate(held=Count("cases"))
    return list(rows.order_by("closed_at", "-opened_at", "-pk")[start : start + size])


def cases_of(scope: Scope, incident: Incident) -> ComplaintQuerySet:
    """Return the cases of an incident that one sees."""
    rows = Complaint.objects.visible_to(scope).filter(incident=incident)
    return (
        rows.select_related("customer", "store", "owner").defer("words").order_by("-registered_at")
    )
