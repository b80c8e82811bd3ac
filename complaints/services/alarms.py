"""The ladder of cases: rungs that are planned with each deadline, told exactly once (CMP-10)."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from complaints.enums import AlarmClock, Severity, Stage
from complaints.models import CaseAlarm, Complaint
from complaints.policies import alarms as policies
from complaints.policies.reminders import Rung
from complaints.queries import routing as teams
from complaints.services import ladders
from complaints.services.ladders import Due
from portal import notices
from portal.servicetime import Timetable
from staff.people.models import Person
from staff.rulebook import queries as rulebook
from staff.rulebook.policies import Ladder

ALARM = "complaint.alarm"
BATCH = 1000
DEADLINES = (
    (AlarmClock.ACKNOWLEDGE, "acknowledge_by", "acknowledged_at"),
    (AlarmClock.ANSWER, "answer_by", "answered_at"),
    (AlarmClock.START, "start_by", "started_at"),
    (AlarmClock.REVISIT, "revisit_by", "revisited_at"),
)
"""Each deadline with the columns of a case that say when it is, and when it was met."""
OFFER = "OFFER"
"""What stands in the place of the clock in the subject of an offer to the lead (ORG-5)."""
COLUMNS_OF_CASE = ["due_at", *(column for _clock, by, met in DEADLINES for column in (by, met))]
MET: Mapping[str, str] = {clock: met for clock, _by, met in DEADLINES}

Place = tuple[int, str, datetime]
"""A case, a clock, and the moment of its deadline."""


def subject_of(complaint_id: int, clock: str) -> str:
    """Return the subject under which notices about a deadline of a case are settled."""
    return f"complaint:{complaint_id}:{clock}"


@dataclass(frozen=True, kw_only=True)
class Planner:
    """What planning needs, looked up once for many cases."""

    ladder: Ladder
    desk: Timetable
    today: date
    ranks: dict[int, int] = field(default_factory=dict)
    """The ranks of the owners that were looked up already."""

    def look_up(self, cases: Iterable[Complaint]) -> None:
        """Look up the ranks of the owners that are not known yet."""
        missing = {case.owner_id for case in cases if case.owner_id} - self.ranks.keys()
        if missing:
            posts = teams.posts(missing, today=self.today)
            self.ranks.update({one: posts[one].rank if one in posts else 0 for one in missing})

    def rank(self, case: Complaint) -> int | None:
        """Return the rank of the owner's post, None without an owner."""
        return self.ranks[case.owner_id] if case.owner_id else None

    def rungs(self, case: Complaint, deadline: datetime) -> list[Rung]:
        return policies.rungs(
            deadline=deadline,
            received_at=case.registered_at,
            ladder=self.ladder,
            desk=self.desk,
            owner_rank=self.rank(case),
        )


def planner(*, now: datetime, desk: Timetable | None = None) -> Planner:
    """Look up the ladder and, unless given, the desk's hours."""
    today = timezone.localdate(now)
    ladder = rulebook.ladder_of(rulebook.policy_on(today))
    return Planner(ladder=ladder, desk=desk or rulebook.timetable(), today=today)


@transaction.atomic
def plan(
    cases: Sequence[Complaint], *, now: datetime, using: Planner | None = None, fresh: bool = False
) -> int:
    """Write the rungs of the unmet deadlines of cases, for their present moments and owners.

    Rungs of a deadline that was met or moved are silenced, and what was told about it is settled;
    a rung that was told is not told again; one that was silenced comes back. `fresh` cases have no
    rungs yet. The rows of the cases must be locked or new. Returns how many rungs were written or
    came back.
    """
    if not cases:
        return 0
    using = using or planner(now=now)
    using.look_up(cases)
    plan_ = _Plan(using=using, now=now, known={} if fresh else _known(cases))
    for case in cases:
        for clock, by, met in DEADLINES if case.due_at else ():
            deadline: datetime | None = getattr(case, by)
            if deadline is not None and getattr(case, met) is None:
                plan_.want(case, clock, deadline)
    return plan_.write()


def _known(cases: Sequence[Complaint]) -> dict[Place, dict[str, CaseAlarm]]:
    found: dict[Place, dict[str, CaseAlarm]] = defaultdict(dict)
    rows = CaseAlarm.objects.filter(
        complaint__id__any_of=[case.pk for case in cases], clock__in=[row[0] for row in DEADLINES]
    )
    for row in rows.only(
        "complaint_id", "clock", "deadline", "stage", "delivered_at", "silenced_at"
    ):
        found[row.complaint_id, row.clock, row.deadline][row.stage] = row
    return found


class _Plan:
    """What is to be written, silenced and settled for some cases."""

    def __init__(
        self,
        *,
        using: Planner,
        now: datetime,
        known: Mapping[Place, dict[str, CaseAlarm]],
    ) -> None:
        self._using = using
        self._now = now
        self._known = known
        self._fresh: list[CaseAlarm] = []
        self._kept: set[int] = set()
        self._revived: list[int] = []
        self._running: dict[tuple[int, str], datetime] = {}

    def want(self, case: Complaint, clock: AlarmClock, deadline: datetime) -> None:
        """Keep, take back or make the rungs of an unmet deadline."""
        self._running[case.pk, clock] = deadline
        known = self._known.get((case.pk, clock, deadline), {})
        if not known and deadline < self._now - policies.HISTORY:
            return
        for rung in self._using.rungs(case, deadline):
            if row := known.get(rung.stage):
                self._kept.add(row.pk)
                if row.silenced_at is not None and row.delivered_at is None:
                    self._revived.append(row.pk)
            elif rung.stage != Stage.BEFORE or rung.due_at > self._now:
                self._fresh.append(
                    CaseAlarm(
                        complaint_id=case.pk,
                        clock=clock,
                        stage=rung.stage,
                        deadline=deadline,
                        due_at=rung.due_at,
                    )
                )

    def write(self) -> int:
        silenced, settled = self._over()
        if silenced:
            CaseAlarm.objects.waiting().filter(pk__in=silenced).update(silenced_at=self._now)
        if settled:
            notices.settle_all(sorted(settled), now=self._now)
        if self._revived:
            CaseAlarm.objects.filter(pk__in=self._revived).update(silenced_at=None)
        CaseAlarm.objects.bulk_create(self._fresh, batch_size=1000)
        return len(self._fresh) + len(self._revived)

    def _over(self) -> tuple[list[int], set[str]]:
        """Return the rungs to silence, and the subjects of what was met or moved."""
        silenced: list[int] = []
        settled: set[str] = set()
        for (case, clock, deadline), rows in self._known.items():
            waiting = [
                row.pk
                for row in rows.values()
                if row.delivered_at is None and row.silenced_at is None and row.pk not in self._kept
            ]
            silenced += waiting
            runs_to = self._running.get((case, clock))
            moved = runs_to is not None and runs_to != deadline
            told = any(row.delivered_at for row in rows.values())
            if told and (runs_to is None or (moved and waiting)):
                settled.add(subject_of(case, clock))
        return silenced, settled


def changed_owners(
    cases: Sequence[Complaint], *, before: Mapping[int, int | None], now: datetime
) -> None:
    """Plan for the posts of the new owners, and settle what those before them were told.

    `before` says who owned each case. The rows of the cases must be locked.
    """
    rows = Complaint.objects.filter(pk__in=[case.pk for case in cases])
    plan(list(rows.only("registered_at", "owner_id", *COLUMNS_OF_CASE)), now=now)
    notices.settle_all([subject_of(case.pk, OFFER) for case in cases], now=now)
    owned: dict[int, list[int]] = defaultdict(list)
    for case, owner in before.items():
        if owner is not None:
            owned[owner].append(case)
    users = dict(Person.objects.filter(pk__in=owned, user__isnull=False).values_list("pk", "user"))
    for owner, user in users.items():
        subjects = [subject_of(case, clock) for case in owned[owner] for clock in MET]
        notices.settle_all(subjects, now=now, receivers=[user])


def go_up(
    cases: Sequence[Complaint], *, now: datetime, due_of: Mapping[int, datetime] | None = None
) -> None:
    """Plan the rungs of cases that have just been escalated: all of them are due now.

    `due_of` says of some cases that they were due earlier, so that they come in one digest.
    """
    using = planner(now=now)
    using.look_up(cases)
    CaseAlarm.objects.bulk_create(
        [
            CaseAlarm(
                complaint_id=case.pk,
                clock=AlarmClock.AT_ONCE,
                stage=stage,
                deadline=now,
                due_at=(due_of or {}).get(case.pk, now),
            )
            for case in cases
            for stage in policies.at_once(owner_rank=using.rank(case))
        ],
        batch_size=1000,
    )


class _Row(NamedTuple):
    """A due rung with what is told of its case, in the order of `COLUMNS`."""

    pk: int
    stage: str
    clock: str
    deadline: datetime
    due_at: datetime
    complaint_id: int
    number: str
    owner_id: int | None
    store_id: int
    severity: str
    because: str


COLUMNS = (
    *("pk", "stage", "clock", "deadline", "due_at", "complaint_id", "complaint__number"),
    *("complaint__owner_id", "complaint__store_id", "complaint__severity"),
    "complaint__escalated_because",
)


class Telling(ladders.Telling):
    """A batch of due rungs of cases."""

    rows = CaseAlarm
    kind = ALARM
    key = "alarm"
    counted = "cases"

    def due(self, rung_ids: Sequence[int]) -> list[Due]:
        found = CaseAlarm.objects.filter(pk__in=rung_ids).order_by("due_at", "pk")
        columns = (f"complaint__{column}" for column in COLUMNS_OF_CASE)
        fetched = list(found.values_list(*COLUMNS, *columns))
        rows = [_Row(*row[: len(COLUMNS)]) for row in fetched]
        void = {
            row.pk
            for row, rest in zip(rows, (row[len(COLUMNS) :] for row in fetched), strict=True)
            if _is_over(row.clock, dict(zip(COLUMNS_OF_CASE, rest, strict=True)))
        }
        team_of = teams.teams_of(
            {row.store_id for row in rows if row.owner_id is None},
            today=timezone.localdate(self.now),
        )
        return [
            self._due(row, team_id=team_of.get(row.store_id), is_void=row.pk in void)
            for row in rows
        ]

    def _due(self, row: _Row, *, team_id: int | None, is_void: bool) -> Due:
        at_once = row.clock == AlarmClock.AT_ONCE
        return Due(
            pk=row.pk,
            stage=Stage(row.stage),
            due_at=row.due_at,
            owner_id=row.owner_id,
            team_id=team_id,
            urgent=row.severity == Severity.CRITICAL,
            is_void=is_void,
            once=_once(row.complaint_id, row.clock, row.deadline, row.stage),
            subject=subject_of(row.complaint_id, row.clock),
            about=row.complaint_id,
            complaint_id=row.complaint_id,
            params={
                "case": row.number,
                "clock": row.clock,
                "stage": row.stage,
                "due_at": row.deadline.isoformat(),
                **({"because": row.because.split()} if at_once else {}),
            },
            entry=None if at_once else {"clock": row.clock},
        )

    def told_before(self, rungs: Sequence[Due]) -> set[tuple[Hashable, int | None]]:
        rows = CaseAlarm.objects.filter(complaint_id__in={rung.about for rung in rungs})
        told = rows.exclude(delivered_at=None)
        return {
            (_once(case, clock, deadline, stage), receiver)
            for case, clock, deadline, stage, receiver in told.values_list(
                "complaint_id", "clock", "deadline", "stage", "receiver_id"
            )
        }


def _is_over(clock: str, case: Mapping[str, datetime | None]) -> bool:
    """Whether a deadline was met, or the case owes nothing any more; an escalation stays."""
    met = MET.get(clock)
    return met is not None and (case["due_at"] is None or case[met] is not None)


def _once(case: int, clock: str, deadline: datetime, stage: str) -> Hashable:
    """Return what one receiver hears once: a stage; of an escalation at once, all of it."""
    return case, clock, deadline, "" if clock == AlarmClock.AT_ONCE else stage


@transaction.atomic
def tell_due(now: datetime) -> int:
    """Tell one batch of due rungs: claim, receiver, notice and outbox in one transaction.

    Any number of callers may do this at once; a rung is told once. The rows of the cases are
    locked first, as everybody does who changes a deadline; what is locked is left to the next
    tick. Returns the number of rungs that were looked at; 0 when nothing is due.
    """
    due = CaseAlarm.objects.due(now).select_related("complaint").only("complaint", "complaint__id")
    due = due.select_for_update(
        of=("complaint",),
        skip_locked=connection.features.has_select_for_update_skip_locked,
        no_key=connection.features.has_select_for_no_key_update,
    )
    ids = [row.pk for row in due[:BATCH]]
    if ids:
        Telling(now, ids).write()
    return len(ids)


def oldest_due(now: datetime) -> datetime | None:
    """Return the moment of the oldest rung that is due and not told."""
    return CaseAlarm.objects.due(now).values_list("due_at", flat=True).first()
