"""Improvement actions, and what their measure was before and after (FBK-4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from feedback.enums import ActionState, Gauge, ItemKind
from feedback.models import Action, Item
from feedback.policies import figures
from feedback.policies.figures import Share
from feedback.queries.items import NO_SPAM
from feedback.querysets import ActionQuerySet, ItemQuerySet, negative
from staff.daily.queries import passed
from staff.people.access import Scope

OPEN, DONE, ALL = "open", "done", "all"
TABS = (OPEN, DONE, ALL)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A measure over the service days from `first` to `last`, both included."""

    first: date
    last: date
    items: int
    share: Share | None
    query: str
    """The address of the rows behind it, within the inbox."""


def rows_of(actions: ActionQuerySet, *, tab: str, start: int, size: int) -> list[Action]:
    """Return a page of the actions by due day."""
    if tab == OPEN:
        actions = actions.filter(state=ActionState.OPEN)
    elif tab == DONE:
        actions = actions.exclude(state=ActionState.OPEN)
    rows = actions.select_related("store", "owner", "item", "topic")
    return list(rows.order_by("due_on", "pk")[start : start + size])


def of_findings(scope: Scope, keys: Collection[int]) -> dict[int, list[passed.Outcome]]:
    """Return the actions that were made of findings of shifts, as far as one sees them."""
    rows = Action.objects.visible_to(scope).filter(finding__in=keys).order_by("pk")
    found: dict[int, list[passed.Outcome]] = {}
    for action in rows.exclude(state=ActionState.DROPPED):
        url = reverse("feedback:action", args=[action.pk])
        found.setdefault(action.finding_id or 0, []).append(
            passed.Outcome(label=action.title, url=url)
        )
    return found


def from_finding(scope: Scope, key: int) -> str:
    """Return the page that makes an action of a finding, for those who may."""
    return f"{reverse('feedback:create_action')}?finding={key}" if scope.leads else ""


def before(action: Action, items: ItemQuerySet) -> Measured:
    """Return the baseline: the days before the action was set."""
    last = action.made_on - timedelta(days=1)
    return _measure(action, items, first=last - timedelta(days=action.window_days - 1), last=last)


def after(action: Action, items: ItemQuerySet) -> Measured | None:
    """Return the effect: the days after it was done; None before."""
    if action.done_on is None:
        return None
    first = action.done_on + timedelta(days=1)
    return _measure(action, items, first=first, last=first + timedelta(days=action.window_days - 1))


def _measure(action: Action, items: ItemQuerySet, *, first: date, last: date) -> Measured:
    where = {"store": action.store_id, "product": action.product_id, "topic": action.topic_id}
    rows = items.filter(service_day__range=(first, last), store_id=action.store_id)
    rows = rows.exclude(kind=ItemKind.SPAM)
    if action.product_id:
        rows = rows.filter(product_id=action.product_id)
    if action.topic_id:
        rows = rows.filter(topics=action.topic_id)
    found = rows.order_by().aggregate(
        items=Count("pk"),
        rated=Count("rating"),
        total=Coalesce(Sum("rating"), 0),
        negative=Count("pk", filter=negative()),
        **{f"r{stars}": Count("pk", filter=Q(rating=stars)) for stars in range(1, 6)},
    )
    if action.gauge == Gauge.MEAN_RATING:
        squares = sum(stars * stars * found[f"r{stars}"] for stars in range(1, 6))
        share = figures.mean(found["total"], squares, found["rated"])
    elif action.gauge == Gauge.NEGATIVE_SHARE:
        share = figures.wilson(found["negative"], found["rated"])
    else:
        share = None
    asked = {name: value for name, value in where.items() if value}
    days = {
        "since": first.isoformat(), "until": last.isoformat(), "state": "all", "kind": NO_SPAM,
    }  # fmt: skip
    return Measured(
        first=first, last=last, items=found["items"], share=share, query=urlencode(asked | days)
    )


def effect_items() -> ItemQuerySet:
    """Return the items that measures count: those of the store, whoever looks."""
    return Item.objects.all()
