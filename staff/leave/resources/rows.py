"""One row of a file against the people and the request that is stored for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from portal.transfer.registry import Row
from staff.leave.enums import Decision, LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies import asking
from staff.leave.policies.asking import Refusal
from staff.people.enums import Half, Post
from staff.people.models import Person, Posting
from staff.rulebook.queries import NoPolicy, Versions

Key = tuple[int, date, str]
Why = tuple[str, str, Mapping[str, Any]]
"""Field, code and parameters of a rejection."""

LIVE = {LeaveState.REQUESTED, LeaveState.APPROVED}
FIELD_OF = {
    "out_of_order": "last_day",
    "half_of_several": "half",
    "too_long": "last_day",
    "no_call": "call_taken_by",
    "call_without_emergency": "call_taken_by",
    "own_call": "call_taken_by",
    "late_rest": "asked_at",
    "late_leave": "asked_at",
}


@dataclass(frozen=True, slots=True)
class Worker:
    person_id: int
    hired_on: date
    left_on: date | None


@dataclass(frozen=True)
class Batch:
    """What the database knows of the rows of one batch."""

    workers: Mapping[str, Worker]
    posts: Mapping[int, Sequence[tuple[date, date | None, str]]]
    stored: Mapping[Key, Sequence[LeaveRequest]]

    def rank_on(self, person_id: int, day: date) -> int:
        """Return the rank of a post that somebody held on a day, 0 without one."""
        for first, last, post in self.posts.get(person_id, ()):
            if first <= day and (last is None or day <= last):
                return Post(post).rank
        return 0


def batch_of(rows: Sequence[Row]) -> Batch:
    """Look up people, their posts and stored requests, in three queries."""
    numbers = {
        row.get(name)
        for row in rows
        for name in ("number", "decided_by", "call_taken_by")
        if row.get(name)
    }
    workers = {
        number: Worker(pk, hired, left)
        for number, pk, hired, left in Person.objects.filter(number__in=numbers).values_list(
            "number", "pk", "hired_on", "left_on"
        )
    }
    deciders = {
        workers[row.values["decided_by"]].person_id
        for row in rows
        if row.get("decided_by") in workers
    }
    posts: dict[int, list[tuple[date, date | None, str]]] = defaultdict(list)
    for person, first, last, post in Posting.objects.filter(person_id__in=deciders).values_list(
        "person_id", "valid_from", "valid_until", "post"
    ):
        posts[person].append((first, last, post))
    asking_people = {
        workers[row.values["number"]].person_id for row in rows if row.values["number"] in workers
    }
    stored: dict[Key, list[LeaveRequest]] = defaultdict(list)
    for leave in LeaveRequest.objects.filter(
        person_id__in=asking_people, first_day__in={row.values["first_day"] for row in rows}
    ).order_by("pk"):
        stored[leave.person_id, leave.first_day, leave.kind].append(leave)
    return Batch(workers=workers, posts=posts, stored=stored)


def stored_for(row: Row, batch: Batch) -> LeaveRequest | None:
    """Return the request that a row speaks of.

    That is the one asked for at the same moment, else the one that is neither refused nor
    withdrawn.
    """
    person = batch.workers[row.values["number"]].person_id
    found = batch.stored.get((person, row.values["first_day"], row.values["kind"]), [])
    same = [leave for leave in found if leave.asked_at == row.values["asked_at"]]
    live = [leave for leave in found if leave.state in LIVE]
    return next(iter([*reversed(same), *live]), None)


def wanted_of(row: Row, batch: Batch, *, now: datetime) -> LeaveRequest:
    """Return the request as it would be after the row, not saved."""
    values = row.values
    stored = stored_for(row, batch)
    leave = LeaveRequest(
        person_id=batch.workers[values["number"]].person_id,
        kind=values["kind"],
        first_day=values["first_day"],
        last_day=values["last_day"],
        half=stored.half if stored else Half.WHOLE,
        reason=stored.reason if stored else "",
        call_taken_by_id=stored.call_taken_by_id if stored else None,
        asked_at=values["asked_at"],
        recorded_at=now,
    )
    if stored:
        leave.pk, leave.state, leave.why = stored.pk, stored.state, stored.why
        leave.decided_by_id, leave.decided_at = stored.decided_by_id, stored.decided_at
        leave.withdrawn_at, leave.version = stored.withdrawn_at, stored.version + 1
    if "half" in values:
        leave.half = values["half"] or Half.WHOLE
    if "reason" in values:
        leave.reason = values["reason"] or ""
    if row.get("call_taken_by"):
        leave.call_taken_by_id = batch.workers[values["call_taken_by"]].person_id
    if row.get("decision") and leave.state == LeaveState.REQUESTED:
        leave.state = LeaveState(values["decision"])
        leave.decided_by_id = batch.workers[values["decided_by"]].person_id
        leave.decided_at = now
    return leave


def differs(stored: LeaveRequest, wanted: LeaveRequest) -> bool:
    """Whether a row changes something of its request; a withdrawn one stays as it is."""
    if stored.state == LeaveState.WITHDRAWN:
        return False
    return any(
        getattr(stored, name) != getattr(wanted, name)
        for name in ("last_day", "half", "reason", "call_taken_by_id", "asked_at", "state")
    )


def needs_rules(stored: LeaveRequest | None, wanted: LeaveRequest) -> bool:
    """Whether the rules must allow what a row brings; what was refused need not be allowed."""
    if wanted.state not in LIVE:
        return False
    if stored is None or stored.state not in LIVE:
        return True
    return any(
        getattr(stored, name) != getattr(wanted, name)
        for name in ("last_day", "half", "asked_at", "state")
    )


def why_refuse(row: Row, batch: Batch) -> Why | None:
    """Return what is wrong with the people that a row names."""
    for name in ("number", "decided_by", "call_taken_by"):
        if row.get(name) and row.values[name] not in batch.workers:
            return name, "unknown_person", {}
    return None


def why_undecided(row: Row, batch: Batch, *, zone: tzinfo) -> Why | None:
    """Return what is wrong with the decision of a row (LEAVE-1, LEAVE-3, LEAVE-7)."""
    stored = stored_for(row, batch)
    if stored and stored.state not in {LeaveState.REQUESTED, LeaveState.WITHDRAWN}:
        return _why_not_as_decided(row, batch, stored)
    if not row.get("decision") or (stored and stored.state == LeaveState.WITHDRAWN):
        return None
    if not row.get("decided_by"):
        return "decided_by", "no_decider", {}
    decider = batch.workers[row.values["decided_by"]].person_id
    if decider == batch.workers[row.values["number"]].person_id:
        return "decided_by", "decided_by_oneself", {}
    asked_on = row.values["asked_at"].astimezone(zone).date()
    if batch.rank_on(decider, asked_on) < Post.DEPUTY.rank:
        return "decided_by", "decider_too_low", {}
    return None


def _why_not_as_decided(row: Row, batch: Batch, stored: LeaveRequest) -> Why | None:
    said = row.get("decision")
    if said and Decision(said).value != stored.state:
        return "decision", "already_decided", {}
    by = row.get("decided_by")
    if said and by and batch.workers[by].person_id != stored.decided_by_id:
        return "decided_by", "already_decided", {}
    return None


def why_against_rules(
    wanted: LeaveRequest, worker: Worker, *, versions: Versions, zone: tzinfo
) -> Why | None:
    """Return which rule a request breaks by itself: its shape, and whether it was in time."""
    shape = asking.Shape(
        kind=LeaveKind(wanted.kind),
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        half=Half(wanted.half),
        names_call=wanted.call_taken_by_id is not None,
        own_call=wanted.call_taken_by_id == worker.person_id,
    )
    found = asking.why_malformed(shape, hired_on=worker.hired_on, left_on=worker.left_on)
    return _as_why(found or _why_too_late(wanted, versions=versions, zone=zone))


def _why_too_late(wanted: LeaveRequest, *, versions: Versions, zone: tzinfo) -> Refusal | None:
    if wanted.state not in LIVE:
        return None
    asked_on = wanted.asked_at.astimezone(zone).date()
    try:
        rules = versions.leave_on(asked_on)
        versions.leave_on(wanted.first_day)
    except NoPolicy:
        return Refusal("no_policy", "")
    return asking.why_too_late(
        LeaveKind(wanted.kind), first_day=wanted.first_day, asked_on=asked_on, rules=rules
    )


def _as_why(refusal: Refusal | None) -> Why | None:
    if refusal is None:
        return None
    return FIELD_OF.get(refusal.code, "first_day"), refusal.code, refusal.params


def summary(leave: LeaveRequest) -> dict[str, Any]:
    """Return what an exported row says of a request."""
    decided = leave.state in {LeaveState.APPROVED, LeaveState.REFUSED}
    return {
        "number": leave.person.number,
        "kind": leave.kind,
        "first_day": leave.first_day,
        "last_day": leave.last_day,
        "half": None if leave.half == Half.WHOLE else leave.half,
        "asked_at": leave.asked_at,
        "decision": leave.state if decided else None,
        "decided_by": leave.decided_by.number if decided and leave.decided_by else None,
        "reason": leave.reason or None,
        "call_taken_by": leave.call_taken_by.number if leave.call_taken_by else None,
    }
