"""What other systems are told of cases and follow-ups: references, no personal data."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse

from complaints.enums import EntryKind
from complaints.models import Complaint, FollowUp, TimelineEntry
from portal import webhooks
from portal.webhooks import Happened

CASES = {
    EntryKind.REGISTERED: "complaint.registered",
    EntryKind.CHANGED: "complaint.changed",
    EntryKind.OWNER: "complaint.owner",
    EntryKind.NOTE: "complaint.note",
    EntryKind.ACKNOWLEDGED: "complaint.acknowledged",
    EntryKind.ANSWERED: "complaint.answered",
    EntryKind.MOVED: "complaint.moved",
    EntryKind.ESCALATED: "complaint.escalated",
    EntryKind.PROPOSED: "proposal.made",
    EntryKind.DECIDED: "proposal.decided",
    EntryKind.AGREED: "proposal.agreed",
}
FOLLOWUPS = {
    EntryKind.ASSIGNED: "followup.assigned",
    EntryKind.RESCHEDULED: "followup.rescheduled",
    EntryKind.HANDED_OVER: "followup.handed_over",
    EntryKind.DONE: "followup.done",
    EntryKind.REOPENED: "followup.reopened",
}


def tell_of_cases(entries: Sequence[TimelineEntry], *, now: datetime) -> None:
    """Tell what has just been written into timelines; in the caller's transaction."""
    told = [entry for entry in entries if entry.kind in CASES]

    def find() -> Iterable[Happened]:
        cases = Complaint.objects.filter(pk__in={entry.complaint_id for entry in told})
        known = {row[0]: row[1:] for row in cases.values_list("pk", "number", "store_id", "stage")}
        for entry in told:
            number, store_id, stage = known[entry.complaint_id]
            yield Happened(
                kind=CASES[EntryKind(entry.kind)],
                key=str(entry.pk),
                store_id=store_id,
                data={"complaint": number, "stage": stage},
                path=reverse("complaints:case", args=[number]),
            )

    webhooks.tell({CASES[EntryKind(entry.kind)] for entry in told}, find, now=now)


def tell_of_followups(followups: Sequence[FollowUp], *, kind: str, now: datetime) -> None:
    """Tell what has just happened to follow-ups; in the caller's transaction."""
    code = FOLLOWUPS.get(EntryKind(kind))
    if code is None or not followups:
        return

    def find() -> Iterable[Happened]:
        for row in followups:
            yield Happened(
                kind=code,
                key=f"{row.pk}:{row.version}",
                store_id=row.store_id,
                data={"followup": row.number, "due_at": row.due_at.isoformat()},
                path=reverse("complaints:followup", args=[row.number]),
            )

    webhooks.tell({code}, find, now=now)
