"""The figure of feedback on dashboards: the same counts as its own page of figures (FBK-5)."""

from django.db.models import Count, Q
from django.urls import reverse

from feedback.enums import ItemKind
from feedback.models import Item
from feedback.querysets import ItemQuerySet, negative
from portal.figures import Asked, Line, Row
from portal.period import DaySpan
from staff.people.access import Scope
from staff.people.queries import of_days, served

ITEMS, RATED, GOOD, BAD, ANSWERED = "items", "rated", "good", "bad", "answered"


def _conditions() -> dict[str, Q]:
    """What each line counts; negative is what the policy of the day says (FBK-3)."""
    return {
        ITEMS: Q(),
        RATED: Q(rating__isnull=False),
        GOOD: Q(rating__gte=4),
        BAD: negative(),
        ANSWERED: Q(answered_at__isnull=False),
    }


def _items(scope: Scope | None, asked: Asked) -> ItemQuerySet:
    rows: ItemQuerySet = Item.objects.all()
    if scope is not None:
        rows = rows.visible_to(scope)
    rows = rows.filter(of_days(served(asked), "service_day"))
    return rows.exclude(kind=ItemKind.SPAM)


def _on(span: DaySpan) -> Q:
    return Q(service_day__range=(span.first_day, span.last_day))


def counts(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the items that came in on the service days of the period, without spam."""
    conditions = _conditions()
    both = _on(DaySpan(asked.before.first_day, asked.span.last_day))
    found = (
        _items(scope, asked)
        .filter(both)
        .aggregate(
            **{
                f"{code}_{name}": Count("pk", filter=wanted & _on(span))
                for code, wanted in conditions.items()
                for name, span in (("now", asked.span), ("last", asked.before))
            }
        )
    )
    return [
        Line(
            code=code, label="", value=found[f"{code}_now"], last=found[f"{code}_last"],
            bad=code == BAD,
        )
        for code in conditions
    ]  # fmt: skip


def rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    conditions = _conditions()
    if code not in conditions:
        return []
    items = _items(scope, asked).filter(_on(asked.span), conditions[code])
    found = items.order_by("-received_at", "-pk").values_list(
        "pk", "store__name", "channel__name", "received_at"
    )
    return [
        Row(
            key=str(pk),
            text=" · ".join(part for part in (store, channel) if part),
            at=at,
            url=reverse("feedback:item", args=[pk]),
        )
        for pk, store, channel, at in found
    ]
