"""The rows of the measures that complaints and follow-ups bring to targets (INC-2)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from complaints.enums import CaseStage
from complaints.models import Complaint, FollowUp, Note
from portal.servicetime import Timetable
from staff.incentives.policies.targets import HUNDRED_PERCENT, ONE_UNIT, MeasuredValue
from staff.incentives.queries.measures import Asked
from staff.rulebook import queries as rulebook

SECONDS = 60
PLACE = "N"


def followups_in_time(asked: Asked) -> Iterator[MeasuredValue]:
    """Give the follow-ups due in the span: 100 % done by their due time, else 0 %."""
    rows = FollowUp.objects.filter(
        Q(owner_id__in=asked.person_ids) | Q(store_id__in=asked.store_ids),
        due_at__gte=asked.since,
        due_at__lt=asked.until,
    )
    page = reverse("complaints:followup", args=[PLACE])
    for number, due_at, done_at, owner, store in rows.values_list(
        "number", "due_at", "done_at", "owner_id", "store_id"
    ).iterator(chunk_size=2000):
        in_time = done_at is not None and done_at <= due_at
        yield MeasuredValue(
            key=number,
            at=due_at,
            value=HUNDRED_PERCENT if in_time else 0,
            person_id=owner,
            store_id=store,
            url=page.replace(f"/{PLACE}/", f"/{number}/"),
        )


def first_response(asked: Asked) -> Iterator[MeasuredValue]:
    """Give the complaints registered in the span, by their owner, with the service minutes waited.

    The first answer is the first note of a person or the first follow-up done on the case; without
    one the case has waited until the end of the span.
    """
    notes = Note.objects.filter(complaint=OuterRef("pk"), author__isnull=False).order_by()
    done = FollowUp.objects.filter(complaint=OuterRef("pk"), done_at__isnull=False).order_by()
    rows = Complaint.objects.filter(
        Q(owner_id__in=asked.person_ids) | Q(store_id__in=asked.store_ids),
        registered_at__gte=asked.since,
        registered_at__lt=asked.until,
    )
    rows = rows.exclude(stage=CaseStage.MERGED).annotate(
        noted=Subquery(notes.values("complaint").annotate(first=Min("written_at")).values("first")),
        done=Subquery(done.values("complaint").annotate(first=Min("done_at")).values("first")),
    )
    rows = rows.annotate(either=Coalesce("noted", "done"), other=Coalesce("done", "noted"))
    desk = rulebook.timetable()
    page = reverse("complaints:case", args=[PLACE])
    names = ("number", "registered_at", "either", "other", "owner_id", "store_id")
    for number, since, either, other, owner, store in rows.values_list(*names).iterator(
        chunk_size=2000
    ):
        first = min(either, other) if either else None
        answered = first if first and first < asked.until else asked.until
        yield MeasuredValue(
            key=number,
            at=since,
            value=_minutes(desk, since, answered),
            person_id=owner,
            store_id=store,
            url=page.replace(f"/{PLACE}/", f"/{number}/"),
        )


def _minutes(desk: Timetable, since: datetime, until: datetime) -> int:
    """Return service minutes in hundredths; 0 where the answer came before the registration."""
    if until <= since:
        return 0
    seconds = desk.elapsed(since, until).total_seconds()
    return int(seconds * ONE_UNIT // SECONDS)
