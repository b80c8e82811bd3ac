"""Writes about shifts: one audit entry for each act, one for each batch of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from portal import audit
from portal.models import User
from staff.people.models import Person, Posting
from staff.people.services import Refused
from staff.people.services.places import must_be_employed
from staff.roster.models import Assignment, ShiftType
from staff.roster.policies import times_of

AT_ONCE = 500


class Overlap(Refused):
    """The shifts of one person never overlap (SHIFT-6)."""

    code = "overlap"


class HasLead(Refused):
    """A shift has exactly one lead (ORG-7)."""

    code = "has_lead"


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Somebody works a shift on a day."""

    person_id: int
    shift_type_id: int
    day: date
    team_id: int | None = None
    is_lead: bool = False


@transaction.atomic
def assign(
    *, actor: User | None, turn: Turn, replaces: int | None = None, now: datetime
) -> Assignment:
    """Put somebody on a shift, or change the shift `replaces`.

    Raises Overlap, HasLead and NotEmployed.
    """
    person = Person.objects.select_for_update().get(pk=turn.person_id)
    must_be_employed(person, turn.day)
    kind = ShiftType.objects.get(pk=turn.shift_type_id)
    starts_at, ends_at = times_of(
        turn.day, starts=kind.starts, ends=kind.ends, zone=timezone.get_default_timezone()
    )
    others = Assignment.objects.exclude(pk=replaces) if replaces else Assignment.objects.all()
    if others.filter(person=person, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise Overlap
    team_id = turn.team_id or _team_on(person.pk, turn.day)
    leads = others.filter(day=turn.day, shift_type=kind, is_lead=True)
    if turn.is_lead and team_id and leads.filter(team_id=team_id).exists():
        raise HasLead
    row = Assignment.objects.select_for_update().get(pk=replaces) if replaces else Assignment()
    row.person, row.shift_type, row.day, row.team_id = person, kind, turn.day, team_id
    row.is_lead, row.starts_at, row.ends_at = turn.is_lead, starts_at, ends_at
    row.save()
    audit.record(
        actor=actor, verb="roster.assigned", target=row, at=now,
        after={"person": person.number, "day": turn.day.isoformat(), "shift": kind.code,
               "lead": turn.is_lead},
    )  # fmt: skip
    return row


@transaction.atomic
def unassign(*, actor: User | None, assignment_id: int, now: datetime) -> None:
    """Take somebody off a shift."""
    row = Assignment.objects.select_for_update().select_related("person", "shift_type")
    assignment = row.get(pk=assignment_id)
    audit.record(
        actor=actor, verb="roster.unassigned", target=assignment, at=now,
        before={"person": assignment.person.number, "day": assignment.day.isoformat(),
                "shift": assignment.shift_type.code},
    )  # fmt: skip
    assignment.delete()


@transaction.atomic
def import_roster(
    *,
    actor: User | None,
    added: Sequence[Assignment],
    changed: Sequence[Assignment],
    now: datetime,
) -> None:
    """Write checked shifts.

    Whoever leads a shift of the file leads it alone: a lead that stands in the way steps down
    first, its own row in the file says the same.
    """
    rows = [*added, *changed]
    people = Person.objects.select_for_update().filter(pk__in={row.person_id for row in rows})
    list(people.order_by("pk").values_list("pk"))
    _clear_leads([row for row in rows if row.is_lead and row.team_id])
    Assignment.objects.bulk_create(added, batch_size=AT_ONCE)
    Assignment.objects.bulk_update(changed, ["is_lead", "team"], batch_size=AT_ONCE)
    if rows:
        audit.record(
            actor=actor, verb="roster.imported", at=now,
            after={"added": len(added), "changed": len(changed)},
        )  # fmt: skip


def _clear_leads(leads: Sequence[Assignment]) -> None:
    wanted = {(row.team_id, row.day, row.shift_type_id): row.pk for row in leads}
    teams = {row.team_id for row in leads if row.team_id}
    days = {row.day for row in leads}
    standing = Assignment.objects.filter(team_id__in=teams, day__in=days, is_lead=True)
    in_the_way = [
        pk
        for pk, team, day, kind in standing.values_list("pk", "team_id", "day", "shift_type_id")
        if (team, day, kind) in wanted and wanted[team, day, kind] != pk
    ]
    Assignment.objects.filter(pk__in=in_the_way).update(is_lead=False)


def _team_on(person_id: int, day: date) -> int | None:
    found = Posting.objects.on(day).filter(person_id=person_id)
    return found.values_list("team_id", flat=True).first()
