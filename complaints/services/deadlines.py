"""Writes of the clocks of a case (CMP-4): acknowledge, answer, wait, resume, work out again.

The timeline is the history; the columns of models.Clocks are what the policies make of it, and
nothing else writes them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from complaints.enums import CaseStage, Clock, EntryKind, Severity
from complaints.models import Complaint, Note
from complaints.policies import waiting as policies
from complaints.policies.deadlines import Case, answer_budget
from complaints.policies.steps import Step
from complaints.policies.waiting import Refusal
from complaints.queries import deadlines as queries
from complaints.queries.deadlines import Rules
from complaints.services import alarms
from complaints.services.timeline import note_down, put_in_stage
from portal import audit, notices
from staff.people.models import Person
from staff.rulebook import queries as rulebook

WAIT_OVER = "complaint.wait_over"
STEP_COLUMNS = (
    "start_by", "started_at", "started_late", "revisit_by", "revisited_at", "revisited_late",
)  # fmt: skip
COLUMNS = (
    "acknowledge_by", "acknowledged_at", "acknowledged_late", "answer_by", "answered_at",
    "answered_late", *STEP_COLUMNS, "used_seconds", "waited_seconds", "due_at",
)  # fmt: skip
AT_ONCE = 500
SECOND = timedelta(seconds=1)


class Refused(Exception):
    """The rules do not allow it; `reason` says why."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


def begin(complaint: Complaint, *, using: Rules) -> None:
    """Set the deadlines of a case that is new, has no history and is not saved here."""
    received_at = complaint.registered_at
    budgets = using.budgets_at(received_at)
    severity = Severity(complaint.severity)
    acknowledge, answer = (
        using.desk.add(received_at, budgets.scaled(base, severity))
        for base in (
            budgets.acknowledge,
            answer_budget(received_at, budgets=budgets, desk=using.desk),
        )
    )
    complaint.acknowledge_by, complaint.answer_by = acknowledge, answer
    complaint.due_at = min(acknowledge, answer)
    complaint.used_seconds = complaint.waited_seconds = 0


def _set(complaint: Complaint, case: Case, history: queries.History, *, using: Rules) -> bool:
    """Set the columns and say whether one of them changed."""
    found = using.outcome(case, history.events)
    first, answer = found[Clock.ACKNOWLEDGE], found[Clock.ANSWER]
    steps = using.steps(case, history)
    unmet = [one.due_at for one in (first, answer) if one.met_at is None]
    unmet += [one.open_at for one in steps if one and one.open_at]
    values = {
        "acknowledge_by": first.due_at,
        "acknowledged_at": first.met_at,
        "acknowledged_late": _seconds(first.late),
        "answer_by": answer.due_at,
        "answered_at": answer.met_at,
        "answered_late": _seconds(answer.late),
        **dict(zip(STEP_COLUMNS, (*_of_step(steps[0]), *_of_step(steps[1])), strict=True)),
        "used_seconds": answer.used // SECOND,
        "waited_seconds": answer.paused // SECOND,
        "due_at": min(unmet, default=None),
    }
    changed = any(getattr(complaint, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(complaint, name, value)
    return changed


def _of_step(step: Step | None) -> tuple[datetime | None, datetime | None, int | None]:
    return (step.due_at, step.met_at, _seconds(step.late)) if step else (None, None, None)


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else span // SECOND


@transaction.atomic
def recount(complaint_ids: Collection[int], *, now: datetime, using: Rules | None = None) -> int:
    """Work the deadlines out again from the histories; return how many cases came out otherwise.

    The rungs of their ladders follow. Run over everything, it finds what was changed past the
    services.
    """
    using = using or queries.rules()
    planner = alarms.planner(now=now, desk=using.desk)
    changed = 0
    ids = sorted(complaint_ids)
    for start in range(0, len(ids), AT_ONCE):
        part = ids[start : start + AT_ONCE]
        histories = queries.histories(part)
        rows = Complaint.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=part)
        different = [
            row
            for row in rows.only("registered_at", "severity", "owner_id", *COLUMNS).order_by("pk")
            if _set(row, _case(row, histories[row.pk]), histories[row.pk], using=using)
        ]
        Complaint.objects.bulk_update(different, COLUMNS, batch_size=AT_ONCE)
        alarms.plan(different, now=now, using=planner)
        changed += len(different)
    return changed


def _case(complaint: Complaint, history: queries.History) -> Case:
    severity = history.began_as or Severity(complaint.severity)
    return Case(received_at=complaint.registered_at, severity=severity)


def _locked(complaint_id: int) -> Complaint:
    return (
        Complaint.objects.select_for_update(of=("self",), no_key=True)
        .defer("words")
        .get(pk=complaint_id)
    )


def _written(
    complaint: Complaint,
    *,
    kind: EntryKind,
    actor: Person | None,
    now: datetime,
    text: str = "",
    until: datetime | None = None,
) -> None:
    """Write a fact into the timeline, its words into a note, and work the deadlines out again.

    A case that waits goes on waiting when it is acknowledged; everything else ends the wait.
    """
    params: dict[str, object] = {"until": until.isoformat()} if until else {}
    if text:
        params["note"] = Note.objects.create(
            complaint=complaint, author=actor, written_at=now, text=text
        ).pk
    note_down([complaint.pk], kind=kind, actor=actor, now=now, params=params)
    audit.record(
        actor=actor.user if actor else None,
        verb=f"complaint.{kind.lower()}",
        target=complaint,
        at=now,
        after=params,
    )
    Complaint.objects.filter(pk=complaint.pk).update(
        changed_at=now,
        version=F("version") + 1,
        waiting_until=F("waiting_until") if kind == EntryKind.ACKNOWLEDGED else until,
    )
    recount([complaint.pk], now=now)


@transaction.atomic
def acknowledge(*, actor: Person, complaint_id: int, now: datetime) -> None:
    """Note that the customer knows somebody is at it. Raises Refused when it is noted already."""
    complaint = _locked(complaint_id)
    if complaint.acknowledged_at is not None:
        raise Refused(Refusal.ACKNOWLEDGED)
    if complaint.stage == CaseStage.REGISTERED and complaint.owner_id is not None:
        put_in_stage(complaint, CaseStage.HANDLING, actor=actor, now=now)
    _written(complaint, kind=EntryKind.ACKNOWLEDGED, actor=actor, now=now)


@transaction.atomic
def answer(*, actor: Person, complaint_id: int, text: str, now: datetime) -> None:
    """Note what the customer was answered in substance. Raises Refused when that was done."""
    complaint = _locked(complaint_id)
    if complaint.answered_at is not None:
        raise Refused(Refusal.ANSWERED)
    _written(complaint, kind=EntryKind.ANSWERED, actor=actor, now=now, text=text)


@transaction.atomic
def tell(*, actor: Person, complaint_id: int, text: str, now: datetime) -> None:
    """Note what the customer was told: an answer in substance, or a note when that was given."""
    complaint = _locked(complaint_id)
    kind = EntryKind.ANSWERED if complaint.answered_at is None else EntryKind.NOTE
    _written(complaint, kind=kind, actor=actor, now=now, text=text, until=complaint.waiting_until)


@transaction.atomic
def wait(*, actor: Person, complaint_id: int, reason: str, until: datetime, now: datetime) -> None:
    """Let the case wait for its customer until then, or until another moment. Raises Refused."""
    complaint = _locked(complaint_id)
    if complaint.answered_at is not None:
        raise Refused(Refusal.ANSWERED)
    policy = rulebook.policy_on(timezone.localdate(now))
    events = queries.histories([complaint_id])[complaint_id].events
    refusal = policies.why_not_wait(
        events,
        until=until,
        now=now,
        one=timedelta(days=policy.wait_days),
        all_of=timedelta(days=policy.waits_days),
    )
    if refusal:
        raise Refused(refusal)
    if complaint.waiting_until is not None:
        note_down([complaint_id], kind=EntryKind.RESUMED, actor=actor, now=now)
    _written(complaint, kind=EntryKind.WAITING, actor=actor, now=now, text=reason, until=until)


@transaction.atomic
def resume(*, actor: Person, complaint_id: int, now: datetime) -> None:
    """Let the clock run again. Raises Refused when the case does not wait."""
    complaint = _locked(complaint_id)
    if complaint.waiting_until is None:
        raise Refused(Refusal.NOT_WAITING)
    _written(complaint, kind=EntryKind.RESUMED, actor=actor, now=now)


@transaction.atomic
def heard(*, complaint_id: int, now: datetime) -> None:
    """End the wait of a case whose customer has written: what was waited for is there."""
    complaint = _locked(complaint_id)
    if complaint.waiting_until is not None:
        _written(complaint, kind=EntryKind.RESUMED, actor=None, now=now)


def note_severities(changes: Iterable["Graded"], *, actor: Person | None, now: datetime) -> None:
    """Write changes of severity into the timelines; who calls works the deadlines out again."""
    for change in changes:
        note_down(
            [change.complaint_id],
            kind=EntryKind.SEVERITY,
            actor=actor,
            now=now,
            params={"from": change.before, "to": change.after},
        )


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A case and its severity before and after."""

    complaint_id: int
    before: str
    after: str


def end_waits(now: datetime) -> int:
    """End the waits whose time is over, and tell the owners; a step of the tick."""
    over = Complaint.objects.filter(waiting_until__lte=now).order_by("waiting_until", "pk")
    rows = over.values_list("pk", "waiting_until")[:AT_ONCE]
    return sum(_end(key, until, now=now) for key, until in rows if until is not None)


@transaction.atomic
def _end(complaint_id: int, until: datetime, *, now: datetime) -> bool:
    """End one wait once; the condition of the UPDATE is the claim."""
    mine = Complaint.objects.filter(pk=complaint_id, waiting_until=until)
    if not mine.update(waiting_until=None, version=F("version") + 1):
        return False
    note_down([complaint_id], kind=EntryKind.RESUMED, actor=None, now=until)
    case = Complaint.objects.values_list("number", "owner__user_id").get(pk=complaint_id)
    if case[1] is not None:
        notices.send(
            [
                notices.Draft(
                    receiver_id=case[1],
                    key=f"{WAIT_OVER}:{complaint_id}:{until.isoformat()}",
                    kind=WAIT_OVER,
                    params={"case": case[0]},
                    subject=f"complaint:{complaint_id}",
                )
            ],
            now=now,
        )
    return True
