"""What other systems are told of feedback: references, no text and no personal data."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from feedback.models import Item
from portal import webhooks
from portal.webhooks import Happened

RECEIVED, TRIAGED = "feedback.received", "feedback.triaged"


def tell(items: Sequence[Item], *, kind: str, now: datetime) -> None:
    """Tell what has just happened to items; in the caller's transaction."""

    def find() -> Iterable[Happened]:
        for item in items:
            yield Happened(
                kind=kind,
                key=f"{item.pk}:{item.version}",
                store_id=item.store_id,
                data={"item": item.pk, "channel": item.source, "kind": item.kind},
                path=reverse("feedback:item", args=[item.pk]),
            )

    if items:
        webhooks.tell({kind}, find, now=now)
