"""Incidents: complaints with one cause, one measure and one message to all (CMP-13)."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from complaints.enums import EntryKind
from complaints.models import CauseKind, Complaint, Incident
from complaints.policies.stages import ENDED
from complaints.services import deadlines, numbering
from complaints.services.timeline import note_down
from portal import audit, submissions
from staff.people.models import Person
from staff.rulebook import queries as rulebook


class ChangedMeanwhile(Exception):
    """Somebody has changed it since it was read."""


class NoMessage(Exception):
    """There is no message yet, or it was told to all already."""


@dataclass(frozen=True, kw_only=True)
class Behind:
    """What is behind an incident."""

    title: str
    cause: CauseKind | None = None
    measure: str = ""
    message: str = ""


@transaction.atomic
def begin(
    *,
    actor: Person,
    complaints: Collection[Complaint],
    behind: Behind,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> Incident:
    """Open an incident over complaints. Raises AlreadySubmitted."""
    if form_key and actor.user:
        claim = submissions.claim(key=form_key, user=actor.user, now=now)
    first = next(iter(complaints))
    made = Incident.objects.create(
        number=numbering.take("I", day=rulebook.service_day(now))[0],
        store_id=first.store_id, opened_by=actor, opened_at=now, **vars(behind),
    )  # fmt: skip
    audit.record(
        actor=actor.user, verb="incident.opened", at=now, target=made,
        after={"cases": len(complaints)},
    )  # fmt: skip
    put_under(actor=actor, incident=made, complaints=complaints, now=now)
    if form_key and actor.user:
        submissions.finish(claim, result=reverse("complaints:incident", args=[made.number]))
    return made


@transaction.atomic
def put_under(
    *, actor: Person, incident: Incident, complaints: Collection[Complaint], now: datetime
) -> int:
    """Put complaints under an incident; return how many were not there yet."""
    keys = [one.pk for one in complaints if one.incident_id != incident.pk]
    Complaint.objects.filter(pk__in=keys).update(
        incident=incident, changed_at=now, version=F("version") + 1
    )
    note_down(
        keys, kind=EntryKind.INCIDENT, actor=actor, now=now, params={"incident": incident.number}
    )
    return len(keys)


@transaction.atomic
def take_out(*, actor: Person, complaint: Complaint, now: datetime) -> None:
    """Take a complaint out of its incident."""
    Complaint.objects.filter(pk=complaint.pk).update(
        incident=None, changed_at=now, version=F("version") + 1
    )
    note_down([complaint.pk], kind=EntryKind.INCIDENT, actor=actor, now=now, params={})


@transaction.atomic
def change(
    *, actor: Person, incident_id: int, behind: Behind, version: int, now: datetime
) -> Incident:
    """Change what is behind an incident. Raises ChangedMeanwhile."""
    made = _locked(incident_id, version=version)
    for name, value in vars(behind).items():
        setattr(made, name, value)
    made.version += 1
    made.save()
    audit.record(
        actor=actor.user, verb="incident.changed", at=now, target=made,
        after={"cause": behind.cause.code if behind.cause else ""},
    )  # fmt: skip
    return made


def _locked(incident_id: int, *, version: int) -> Incident:
    made: Incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident_id)
    if made.version != version:
        raise ChangedMeanwhile
    return made


@transaction.atomic
def tell_all(*, actor: Person, incident_id: int, version: int, now: datetime) -> int:
    """Note that the one message reached all customers: it answers each open case (CMP-4).

    Returns how many cases it was written into. Raises NoMessage, ChangedMeanwhile.
    """
    made = _locked(incident_id, version=version)
    if not made.message or made.told_at is not None:
        raise NoMessage
    cases = Complaint.objects.filter(incident=made).exclude(stage__in=ENDED)
    keys = list(cases.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        deadlines.tell(actor=actor, complaint_id=key, text=made.message, now=now)
    made.told_at = now
    made.version += 1
    made.save(update_fields=["told_at", "version"])
    audit.record(
        actor=actor.user, verb="incident.told", at=now, target=made, after={"cases": len(keys)}
    )
    return len(keys)


@transaction.atomic
def end(*, actor: Person, incident_id: int, version: int, now: datetime) -> Incident:
    """Close an incident, or take it up again. Raises ChangedMeanwhile."""
    made = _locked(incident_id, version=version)
    made.closed_at = None if made.closed_at else now
    made.version += 1
    made.save(update_fields=["closed_at", "version"])
    audit.record(
        actor=actor.user, verb="incident.closed" if made.closed_at else "incident.reopened",
        at=now, target=made,
    )  # fmt: skip
    return made
