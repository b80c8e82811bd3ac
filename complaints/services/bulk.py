"""Acts on several cases at once, and how each is taken back (a short time later)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F

from complaints.enums import Severity
from complaints.models import Complaint, FollowUp, Incident
from complaints.services import cases, deadlines, escalation, followups, incidents
from portal import audit
from staff.people.models import Person

Row = tuple[int, int | str | None, int | str | None]
"""A case with what was there before and what stands there since."""


class Act(StrEnum):
    """What can be taken back."""

    OWNER = "OWNER"
    SEVERITY = "SEVERITY"
    WATCH = "WATCH"
    INCIDENT = "INCIDENT"
    VALUE = "VALUE"
    ASSIGN = "ASSIGN"


@dataclass(frozen=True)
class Done:
    """What was done to which cases; enough to take it back."""

    act: Act
    rows: Sequence[Row]


def _locked(complaint_ids: Collection[int]) -> list[Complaint]:
    rows = Complaint.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=complaint_ids).defer("words", "description").order_by("pk"))


@transaction.atomic
def give(
    *, actor: Person, complaint_ids: Collection[int], owner_id: int | None, now: datetime
) -> Done:
    """Give cases to somebody, or to nobody."""
    before = {case.pk: case.owner_id for case in _locked(complaint_ids)}
    given = cases.set_owner(actor=actor, complaint_ids=complaint_ids, owner_id=owner_id, now=now)
    return Done(Act.OWNER, [(case.pk, before[case.pk], owner_id) for case in given])


@transaction.atomic
def grade(
    *, actor: Person, complaint_ids: Collection[int], severity: Severity, now: datetime
) -> Done:
    """Set the severity of cases; their deadlines are worked out again."""
    rows = [case for case in _locked(complaint_ids) if case.severity != severity]
    done = Done(Act.SEVERITY, [(case.pk, case.severity, str(severity)) for case in rows])
    _grade({case.pk: str(severity) for case in rows}, rows, actor=actor, now=now)
    return done


def _grade(
    wanted: dict[int, str], rows: Sequence[Complaint], *, actor: Person, now: datetime
) -> None:
    changes = [
        deadlines.Graded(complaint_id=case.pk, before=case.severity, after=wanted[case.pk])
        for case in rows
    ]
    for severity in set(wanted.values()):
        keys = [key for key, value in wanted.items() if value == severity]
        Complaint.objects.filter(pk__in=keys).update(
            severity=severity, changed_at=now, version=F("version") + 1
        )
    deadlines.note_severities(changes, actor=actor, now=now)
    deadlines.recount([case.pk for case in rows], now=now)
    for change in changes:
        case = next(one for one in rows if one.pk == change.complaint_id)
        audit.record(
            actor=actor.user, verb="complaint.changed", target=case, at=now,
            before={"severity": change.before}, after={"severity": change.after},
        )  # fmt: skip


@transaction.atomic
def watch(*, actor: Person, complaint_ids: Collection[int], now: datetime) -> Done:
    """Begin to follow cases; those that one follows already stay as they are."""
    rows = Complaint.objects.filter(pk__in=complaint_ids).exclude(watches__person=actor)
    fresh = list(rows.defer("words", "description").order_by("pk"))
    for case in fresh:
        cases.watch(actor=actor, complaint=case, watching=True, now=now)
    return Done(Act.WATCH, [(case.pk, None, actor.pk) for case in fresh])


@transaction.atomic
def put_under(
    *, actor: Person, complaint_ids: Collection[int], incident: Incident, now: datetime
) -> Done:
    """Put cases under an incident."""
    rows = [case for case in _locked(complaint_ids) if case.incident_id != incident.pk]
    done = Done(Act.INCIDENT, [(case.pk, case.incident_id, incident.pk) for case in rows])
    incidents.put_under(actor=actor, incident=incident, complaints=rows, now=now)
    return done


@transaction.atomic
def value(*, actor: Person, complaint_ids: Collection[int], now: datetime) -> Done:
    """Say that the customers of cases are of high value; their open cases go up at once."""
    rows = Complaint.objects.filter(pk__in=complaint_ids, customer__is_valued=False)
    first: dict[int, int] = {}
    for key, customer in rows.order_by("pk").values_list("pk", "customer_id"):
        first.setdefault(customer, key)
    changed = [
        (key, None, customer)
        for customer, key in first.items()
        if escalation.value(actor=actor, customer_id=customer, is_valued=True, now=now)
    ]
    return Done(Act.VALUE, changed)


def assigned(made: Sequence[FollowUp]) -> Done:
    """Return what is needed to take back follow-ups of cases that were assigned together."""
    rows = [(row.complaint_id, None, row.pk) for row in made if row.complaint_id]
    return Done(Act.ASSIGN, rows)


@transaction.atomic
def undo(*, actor: Person, done: Done, now: datetime, outcome: str = "") -> int:
    """Take back what was done, as far as nobody has changed it since; return for how many cases.

    A follow-up is taken back by ending it with `outcome` (FUP-1): its owner was told of it.
    """
    if done.act == Act.ASSIGN:
        return _undo_assign(actor, [int(key or 0) for _case, _none, key in done.rows], outcome, now)
    reverse = {
        Act.OWNER: _undo_owner,
        Act.SEVERITY: _undo_severity,
        Act.WATCH: _undo_watch,
        Act.INCIDENT: _undo_incident,
        Act.VALUE: _undo_value,
    }[done.act]
    wanted = {key: (before, after) for key, before, after in done.rows}
    return reverse(actor, _locked(list(wanted)), wanted, now)


def _undo_assign(actor: Person, keys: Collection[int], outcome: str, now: datetime) -> int:
    untouched = FollowUp.objects.open().filter(pk__in=keys, version=1, assigned_by=actor)
    found = list(untouched.order_by("pk").values_list("pk", flat=True))
    for key in found:
        followups.finish(actor=actor, followup_id=key, outcome=outcome, now=now)
    return len(found)


Wanted = dict[int, tuple[int | str | None, int | str | None]]


def _undo_owner(actor: Person, rows: list[Complaint], wanted: Wanted, now: datetime) -> int:
    groups: dict[int | None, list[int]] = defaultdict(list)
    for case in rows:
        before, after = wanted[case.pk]
        if case.owner_id == after:
            groups[int(before) if before else None].append(case.pk)
    return sum(
        len(cases.set_owner(actor=actor, complaint_ids=keys, owner_id=owner, now=now))
        for owner, keys in groups.items()
    )


def _undo_severity(actor: Person, rows: list[Complaint], wanted: Wanted, now: datetime) -> int:
    same = [case for case in rows if case.severity == wanted[case.pk][1]]
    _grade({case.pk: str(wanted[case.pk][0]) for case in same}, same, actor=actor, now=now)
    return len(same)


def _undo_watch(actor: Person, rows: list[Complaint], _wanted: Wanted, now: datetime) -> int:
    for case in rows:
        cases.watch(actor=actor, complaint=case, watching=False, now=now)
    return len(rows)


def _undo_incident(actor: Person, rows: list[Complaint], wanted: Wanted, now: datetime) -> int:
    same = [case for case in rows if case.incident_id == wanted[case.pk][1]]
    known = Incident.objects.in_bulk([key for key, _after in wanted.values() if key])
    for case in same:
        before = wanted[case.pk][0]
        if before in known:
            incidents.put_under(actor=actor, incident=known[before], complaints=[case], now=now)
        else:
            incidents.take_out(actor=actor, complaint=case, now=now)
    return len(same)


def _undo_value(actor: Person, rows: list[Complaint], wanted: Wanted, now: datetime) -> int:
    """Take the mark back; what went up because of it stays up."""
    customers = [wanted[case.pk][1] for case in rows]
    return sum(
        escalation.value(actor=actor, customer_id=int(one), is_valued=False, now=now)
        for one in customers
        if one
    )
