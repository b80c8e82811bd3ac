"""Requests from a file: a batch in one transaction, with the absences that follow."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from portal import audit
from portal.models import User
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies.days import Part, overlaps, parts_of
from staff.leave.queries.standing import sick_by_day
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence

AT_ONCE = 500
FIELDS = [
    "last_day", "half", "reason", "call_taken_by", "asked_at", "state", "decided_by",
    "decided_at", "version",
]  # fmt: skip


@transaction.atomic
def import_leave(
    *,
    actor: User | None,
    added: Sequence[LeaveRequest],
    changed: Sequence[LeaveRequest],
    now: datetime,
) -> None:
    """Write checked requests and the absences of the approved ones.

    Only absences that differ are touched: days that are gone are withdrawn, new ones recorded.
    """
    LeaveRequest.objects.bulk_create(added, batch_size=AT_ONCE)
    LeaveRequest.objects.bulk_update(changed, FIELDS, batch_size=AT_ONCE)
    approved = [row for row in [*added, *changed] if row.state == LeaveState.APPROVED]
    _write_absences(approved, now=now)
    if added or changed:
        audit.record(
            actor=actor, verb="leave.imported", at=now,
            after={"added": len(added), "changed": len(changed)},
        )  # fmt: skip


def _write_absences(approved: Sequence[LeaveRequest], *, now: datetime) -> None:
    wanted = {
        (row.person_id, part.day, part.half): (row, part)
        for row in approved
        for part in parts_of(
            row.first_day, row.last_day, half=Half(row.half), kind=LeaveKind(row.kind)
        )
    }
    standing = Absence.objects.filter(
        source__in=[row.source for row in approved], state=AbsenceState.APPROVED
    )
    kept: set[tuple[int, date, Half]] = set()
    gone: list[int] = []
    for absence in standing:
        key = (absence.person_id, absence.day, Half(absence.half))
        if key in wanted:
            kept.add(key)
        else:
            gone.append(absence.pk)
    fresh = {key: found for key, found in wanted.items() if key not in kept}
    gone_sick, halves = _sick_that_gives_way(fresh, now=now)
    _withdraw([*gone, *gone_sick], now=now)
    Absence.objects.bulk_create(
        [
            *(
                _absence(row.person_id, part, AbsenceKind(part.kind), row.source, now=now)
                for row, part in fresh.values()
            ),
            *halves,
        ],
        batch_size=AT_ONCE,
    )


def _withdraw(absence_ids: Sequence[int], *, now: datetime) -> None:
    for start in range(0, len(absence_ids), AT_ONCE):
        Absence.objects.filter(pk__in=absence_ids[start : start + AT_ONCE]).update(
            state=AbsenceState.WITHDRAWN, changed_at=now
        )


def _sick_that_gives_way(
    fresh: Mapping[tuple[int, date, Half], tuple[LeaveRequest, Part]], *, now: datetime
) -> tuple[list[int], list[Absence]]:
    """Return the sick days to withdraw, and the halves of them that stay sick."""
    people = {person for person, _day, _half in fresh}
    sick = sick_by_day(people, {day for _person, day, _half in fresh}) if fresh else {}
    gone: dict[int, None] = {}
    halves: list[Absence] = []
    for person, day, half in fresh:
        for row in sick.get((person, day), []):
            if not overlaps(half, Half(row.half)) or row.pk in gone:
                continue
            gone[row.pk] = None
            other = Half.SECOND if half == Half.FIRST else Half.FIRST
            stays = row.half == Half.WHOLE and half != Half.WHOLE
            if stays and (person, day, other) not in fresh:
                part = Part(day, other, LeaveKind.EMERGENCY)
                halves.append(_absence(person, part, AbsenceKind.SICK, row.source, now=now))
    return list(gone), halves


def _absence(
    person_id: int, part: Part, kind: AbsenceKind, source: str, *, now: datetime
) -> Absence:
    return Absence(
        person_id=person_id,
        day=part.day,
        half=part.half,
        kind=kind,
        state=AbsenceState.APPROVED,
        source=source,
        recorded_at=now,
        changed_at=now,
    )
