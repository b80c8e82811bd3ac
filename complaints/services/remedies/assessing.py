"""The assessment before a proposal (CMP-5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from complaints.enums import EntryKind
from complaints.models import Assessment
from complaints.services import stages
from complaints.services.remedies.parts import ChangedMeanwhile
from complaints.services.timeline import note_down
from portal import audit
from staff.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the form of CMP-5 says."""

    long_relation: str
    buys_again: str
    reputation: str
    reasonable: str
    fault: str
    fault_percent: int
    findings: str


@transaction.atomic
def assess(
    *, actor: Person, complaint_id: int, judgement: Judgement, version: int, now: datetime
) -> Assessment:
    """Write down what one thinks of a case. `version` is 0 for the first time.

    Raises ChangedMeanwhile.
    """
    complaint = stages.locked(complaint_id)
    found = Assessment.objects.filter(complaint=complaint).first()
    if (found.version if found else 0) != version:
        raise ChangedMeanwhile
    made, _fresh = Assessment.objects.update_or_create(
        complaint=complaint,
        defaults={**vars(judgement), "by": actor, "at": now, "version": version + 1},
    )
    note_down([complaint.pk], kind=EntryKind.ASSESSED, actor=actor, now=now)
    audit.record(
        actor=actor.user, verb="complaint.assessed", target=complaint, at=now,
        after={"fault": made.fault, "percent": made.fault_percent},
    )  # fmt: skip
    return made
