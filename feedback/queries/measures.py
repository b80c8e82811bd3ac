"""The rows of the measure that feedback brings to targets (INC-2, FBK-3)."""

from collections.abc import Iterator

from django.db.models import BigIntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from feedback.enums import ItemKind
from feedback.models import Item, Reply
from staff.incentives.policies.targets import HUNDRED_PERCENT, MeasuredValue
from staff.incentives.queries.measures import Asked
from staff.rulebook import queries as rulebook

PLACE = 0


def reviews_same_day(asked: Asked) -> Iterator[MeasuredValue]:
    """Give the negative reviews of the span: 100 % answered on the same service day, else 0 %."""
    first = Reply.objects.filter(item=OuterRef("pk")).order_by("at", "pk").values("by_id")[:1]
    rows = (
        Item.objects.negative()
        .exclude(kind=ItemKind.SPAM)
        .annotate(person=Coalesce(Subquery(first), "owner_id", output_field=BigIntegerField()))
    )
    rows = rows.filter(
        Q(person__in=asked.person_ids) | Q(store_id__in=asked.store_ids),
        received_at__gte=asked.since,
        received_at__lt=asked.until,
    )
    desk = rulebook.timetable()
    page = reverse("feedback:item", args=[PLACE])
    names = ("pk", "received_at", "service_day", "answered_at", "person", "store_id")
    for pk, at, day, answered, person, store in rows.values_list(*names).iterator(chunk_size=2000):
        same = answered is not None and answered <= desk.end_of_service_day(day)
        yield MeasuredValue(
            key=str(pk),
            at=at,
            value=HUNDRED_PERCENT if same else 0,
            person_id=person,
            store_id=store,
            url=page.replace(f"/{PLACE}/", f"/{pk}/"),
        )
