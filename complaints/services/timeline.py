"""Lines of the timelines of cases."""

from collections.abc import Collection
from datetime import datetime

from complaints.enums import EntryKind
from complaints.models import TimelineEntry
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
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                complaint_id=complaint_id, at=now, actor=actor, kind=kind, params=params or {}
            )
            for complaint_id in complaint_ids
        ],
        batch_size=500,
    )
