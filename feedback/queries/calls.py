"""Whom the rules draw for a phone call, and what the list and the page of a call show."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q

from complaints.models import Complaint, Order
from complaints.policies.stages import CLOSED
from feedback.enums import CallAfter, CallState
from feedback.models import Call, CallAttempt, CallRule
from feedback.querysets import CallQuerySet, CallRuleQuerySet

LOOKED_BACK = timedelta(days=3)
"""What an outage of the portal left undone is drawn for so long, then it is too late to ask."""


def cases_for(rule: CallRule, *, now: datetime) -> list[Complaint]:
    """Return the closed cases whose customers have a phone and are not asked yet."""
    until = now - timedelta(days=rule.days)
    rows = Complaint.objects.filter(
        store=rule.store_id, stage__in=CLOSED, closed_at__gt=until - LOOKED_BACK,
        closed_at__lte=until, call=None,
    )  # fmt: skip
    rows = rows.exclude(customer__phone_hash="").select_related("owner", "customer")
    return list(
        rows.defer("words", "customer__phone", "customer__address").order_by("closed_at", "pk")
    )


def orders_for(rule: CallRule, *, now: datetime) -> list[Order]:
    """Return the shipped orders whose customers have a phone and are not asked yet."""
    until = now - timedelta(days=rule.days)
    rows = Order.objects.filter(
        store=rule.store_id, shipped_at__gt=until - LOOKED_BACK, shipped_at__lte=until, call=None,
        customer__isnull=False,
    )  # fmt: skip
    return list(rows.exclude(customer__phone_hash="").order_by("shipped_at", "pk"))


def things_for(rule: CallRule, *, now: datetime) -> Sequence[Complaint | Order]:
    if rule.after == CallAfter.CASE:
        return cases_for(rule, now=now)
    return orders_for(rule, now=now)


def called_lately(customers: Collection[int], *, since: datetime) -> Counter[int]:
    """Return how often each customer was drawn since then, by whatever rule."""
    rows = Call.objects.listed().filter(customer__in=customers, drawn_at__gt=since)
    return Counter(rows.values_list("customer_id", flat=True))


def page_of(calls: CallQuerySet, *, start: int, size: int, done: bool) -> list[Call]:
    """Return a page of the list: those to be made by time, those that ended newest first."""
    rows = calls.select_related("store", "customer", "complaint", "order", "owner", "rule")
    rows = rows.defer("customer__phone", "customer__address", "complaint__words")
    rows = rows.annotate(tries=Count("attempts"))
    order = ("-due_at", "-pk") if done else ("due_at", "pk")
    return list(rows.order_by(*order)[start : start + size])


def call_page(calls: CallQuerySet, pk: int) -> Call | None:
    related = ("store", "customer", "complaint", "order__product", "owner", "rule", "agent", "item")
    rows = calls.filter(pk=pk).select_related(*related)
    return rows.defer(
        "customer__phone", "customer__address", "complaint__words", "item__words"
    ).first()


def attempts_of(call: Call) -> list[CallAttempt]:
    rows = CallAttempt.objects.filter(call=call).select_related("by")
    return list(rows.order_by("at", "pk"))


def rules_of(rules: CallRuleQuerySet) -> list[CallRule]:
    """Return the rules with how many they drew, how many were reached, and how many wait."""
    counted = rules.select_related("store").annotate(
        drawn=Count("calls", filter=~Q(calls__state=CallState.LEFT_OUT)),
        reached=Count("calls", filter=Q(calls__state=CallState.REACHED)),
        waiting=Count("calls", filter=Q(calls__state=CallState.WAITING)),
    )
    return list(counted.order_by("-is_active", "name"))
