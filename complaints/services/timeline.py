"""Lines of the timelines of cases, and the stage that a case is in."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from complaints.enums import CaseStage, EntryKind
from complaints.models import Complaint, TimelineEntry
from complaints.policies.stages import ENDED
from complaints.services import events
from staff.people.models import Person


def note_down(
    complaint_ids: Collection[int],
    *,
    kind: EntryKind,
    actor: Person | None,
    now: datetime,
    params: dict[str, object] | None = None,
) -> None:
    """Add a line to the timeline of each case. `params` hold references, no free text."""
    entries = TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                complaint_id=complaint_id, at=now, actor=actor, kind=kind, params=params or {}
            )
            for complaint_id in complaint_ids
        ],
        batch_size=500,
    )
    events.tell_of_cases(entries, now=now)


def put_in_stage(
    complaint: Complaint,
    to: CaseStage,
    *,
    actor: Person | None,
    now: datetime,
    params: dict[str, object] | None = None,
) -> None:
    """Write a move that is allowed into the case and its timeline; who calls holds the row.

    The deadlines are left to who calls.
    """
    start = CaseStage(complaint.stage)
    complaint.stage, complaint.stage_since, complaint.changed_at = to, now, now
    complaint.closed_at = now if to in ENDED else None
    complaint.reopened += start in ENDED or (start, to) == TURNED_BACK
    complaint.version += 1
    Complaint.objects.filter(pk=complaint.pk).update(
        stage=to,
        stage_since=now,
        closed_at=complaint.closed_at,
        reopened=complaint.reopened,
        changed_at=now,
        version=F("version") + 1,
    )
    note_down(
        [complaint.pk],
        kind=EntryKind.MOVED,
        actor=actor,
        now=now,
        params={"from": start, "to": to, **(params or {})},
    )


TURNED_BACK = (CaseStage.REVISIT, CaseStage.INVESTIGATION)
"""The customer was asked and is not satisfied (CMP-14)."""
