"""What the page of one case shows: the case, its timeline, files and follow-ups."""

from datetime import datetime, timedelta

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from complaints.enums import CaseStage
from complaints.models import (
    Attachment,
    CaseLetter,
    CaseMailbox,
    CaseReply,
    Complaint,
    FollowUp,
    Liability,
    Note,
    TimelineEntry,
    Watch,
)
from complaints.queries import letters, stages
from complaints.queries.cases import beyond, cursor_of
from staff.people.access import Scope
from staff.people.models import Person

TIMELINE_ROWS = 20


def case_page(scope: Scope, number: str, *, now: datetime, days: int = 0) -> Complaint | None:
    """Return a case with all that its page shows beside the lists, in one query.

    The facts of its stage are those of queries.stages; `recent` is how many visible complaints the
    customer made within the days, `liable` whether one sees a liability on the case, `mailed` and
    `mailable` whether it has mails and a mailbox to answer from, `same_order`
    and `same_batch` whether another visible case of these days is about the same (CMP-13).
    """
    recent = (
        Complaint.objects.visible_to(scope)
        .filter(customer=OuterRef("customer"), registered_at__gte=now - timedelta(days=days))
        .exclude(stage=CaseStage.MERGED)
        .order_by()
        .values("customer")
        .annotate(number_of=Count("pk"))
        .values("number_of")
    )
    lately = (
        Complaint.objects.visible_to(scope)
        .filter(registered_at__gte=now - timedelta(days=days))
        .exclude(stage=CaseStage.MERGED)
        .exclude(number=number)
    )
    watching = Watch.objects.filter(complaint=OuterRef("pk"), person_id=scope.person_id or 0)
    liable = Liability.objects.visible_to(scope).filter(
        Q(complaint=OuterRef("pk")) | Q(complaint__merged_into=OuterRef("pk"))
    )
    cases = (
        Complaint.objects.visible_to(scope)
        .filter(number=number)
        .select_related(
            "customer",
            "order",
            "product",
            "store",
            "type__parent",
            "owner",
            "recorder",
            "incident",
            "merged_into",
        )
        .defer("words")
    )
    cases = stages.with_facts(cases)
    return cases.annotate(
        recent=Subquery(recent),
        watching=Exists(watching),
        liable=Exists(liable),
        mailed=Exists(CaseLetter.objects.filter(complaint=OuterRef("pk")))
        | Exists(CaseReply.objects.filter(complaint=OuterRef("pk"))),
        mailable=Exists(
            CaseMailbox.objects.filter(
                letters.boxes_serving(OuterRef("store_id"), today=scope.today)
            )
        ),
        same_order=Exists(lately.filter(order=OuterRef("order"))),
        same_batch=Exists(
            lately.filter(product=OuterRef("product"), batch=OuterRef("batch")).exclude(batch="")
        ),
    ).first()


def timeline_of(complaint: Complaint, *, after: str = "") -> tuple[list[TimelineEntry], str]:
    """Return a page of the timeline, newest first, and the cursor of the next one.

    Each entry carries the text of its note and the name of the owner it speaks of. Raises
    BadCursor.
    """
    entries: QuerySet[TimelineEntry] = TimelineEntry.objects.filter(complaint=complaint)
    if after:
        entries = entries.filter(beyond("at", after, falling=True))
    rows = _timeline_rows(entries)
    more = len(rows) > TIMELINE_ROWS
    rows = rows[:TIMELINE_ROWS]
    return rows, cursor_of(rows[-1].at, rows[-1].pk) if more else ""


def _timeline_rows(entries: QuerySet[TimelineEntry]) -> list[TimelineEntry]:
    note = Note.objects.filter(pk=OuterRef("note_id_of")).values("text")[:1]
    owner = Person.objects.filter(pk=OuterRef("owner_id_of")).values("name")[:1]
    return list(
        entries.select_related("actor")
        .annotate(
            note_id_of=Cast(KT("params__note"), IntegerField()),
            owner_id_of=Cast(Coalesce(KT("params__owner"), KT("params__receiver")), IntegerField()),
        )
        .annotate(note_text=Subquery(note), owner_name=Subquery(owner))
        .order_by("-at", "-pk")[: TIMELINE_ROWS + 1]
    )


def attachments_of(complaint: Complaint) -> list[Attachment]:
    rows = Attachment.objects.filter(complaint=complaint).select_related("added_by")
    found = list(rows.order_by("added_at", "pk"))
    for attachment in found:
        attachment.complaint = complaint
    return found


def followups_of(complaint: Complaint, *, limit: int = 50) -> list[FollowUp]:
    """Return the follow-ups of a case: open ones first, by due time."""
    rows = FollowUp.objects.filter(complaint=complaint).select_related("owner")
    return list(rows.order_by("-state", "due_at", "pk")[:limit])
