"""Reminders: rows that are planned with a follow-up, claimed by a tick, told exactly once."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from complaints.enums import EntryKind, FollowUpState, OfferReason, OfferState, Stage
from complaints.models import FollowUp, HandoverOffer, Reminder, TimelineEntry
from complaints.policies import reminders as policies
from portal import notices
from portal.models import Notice, User
from portal.servicetime import Timetable
from staff.people.models import Team
from staff.roster import queries as roster
from staff.roster.queries import Duty
from staff.rulebook import queries as rulebook
from staff.rulebook.policies import Ladder

BATCH = 1000
DIGEST_GROWS_FOR = timedelta(minutes=15)
REMINDER = "followup.reminder"
DIGEST = "followup.digest"


def subject_of(followup_id: int) -> str:
    """Return the subject under which notices of a follow-up are settled."""
    return f"followup:{followup_id}"


@dataclass(frozen=True)
class Planner:
    """What planning needs, looked up once for many follow-ups."""

    ladder: Ladder
    desk: Timetable
    duty: Duty


def planner(*, now: datetime) -> Planner:
    """Look up the ladder, the desk's hours and the posts that hold now."""
    return Planner(
        ladder=rulebook.ladder_of(rulebook.policy_on(timezone.localdate(now))),
        desk=rulebook.timetable(),
        duty=roster.duty_at(now),
    )


@transaction.atomic
def plan(followups: Sequence[FollowUp], *, now: datetime, using: Planner | None = None) -> int:
    """Write the rungs of open follow-ups for their present due time and owner.

    Rungs of another due time are silenced; a rung that was told already is not told again; one
    that was silenced comes back. Returns the number of rungs written or revived.
    """
    using = using or planner(now=now)
    wanted = {
        (followup.pk, rung.stage): rung
        for followup in followups
        for rung in policies.rungs(
            due_at=followup.due_at,
            made_at=now,
            ladder=using.ladder,
            desk=using.desk,
            owner_rank=_rank(using.duty, followup.owner_id),
        )
    }
    due_of = {followup.pk: followup.due_at for followup in followups}
    silenced: list[int] = []
    revived: list[int] = []
    rows = Reminder.objects.filter(followup_id__in=due_of).select_for_update()
    for row in rows:
        if row.followup_due_at == due_of[row.followup_id]:
            known = wanted.pop((row.followup_id, Stage(row.stage)), None)
            if row.delivered_at is None:
                (silenced if known is None else revived).append(row.pk)
        elif row.delivered_at is None:
            silenced.append(row.pk)
    Reminder.objects.filter(pk__in=silenced, silenced_at=None).update(silenced_at=now)
    Reminder.objects.filter(pk__in=revived).update(silenced_at=None)
    Reminder.objects.bulk_create(
        [
            Reminder(
                followup_id=pk,
                stage=stage,
                followup_due_at=due_of[pk],
                due_at=rung.due_at,
            )
            for (pk, stage), rung in wanted.items()
        ],
        batch_size=1000,
    )
    return len(wanted) + len(revived)


def _rank(duty: Duty, person_id: int) -> int:
    holder = duty.holders.get(person_id)
    return holder.post.rank if holder else 0


@transaction.atomic
def silence(followup_ids: Collection[int], *, now: datetime) -> None:
    """Silence what was planned and told about follow-ups: at once and for everybody (FUP-1)."""
    Reminder.objects.waiting().filter(followup_id__in=followup_ids).update(silenced_at=now)
    notices.settle_all([subject_of(followup_id) for followup_id in followup_ids], now=now)


@transaction.atomic
def deliver_due(now: datetime) -> int:
    """Tell one batch of due rungs: claim, receiver, notice and outbox in one transaction.

    Any number of callers may do this at once; a rung is told once (FUP-2). Returns the number of
    rungs claimed.
    """
    claim = uuid.uuid4()
    due = Reminder.objects.due(now)
    due = due.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    if not ids:
        return 0
    Reminder.objects.waiting().filter(pk__in=ids).update(claim=claim, delivered_at=now)
    rungs = list(
        Reminder.objects.filter(claim=claim)
        .select_related("followup", "followup__complaint", "followup__order")
        .defer("followup__complaint__words", "followup__complaint__description")
        .order_by("due_at", "pk")
    )
    telling = _Telling.at(now, rungs)
    telling.write()
    return len(ids)


@dataclass
class _Telling:
    """One batch of claimed rungs on its way to their receivers."""

    now: datetime
    duty: Duty
    late_before: datetime
    rungs: list[Reminder]
    user_of: dict[int, int]
    robot_of: dict[int, int]
    mail_of: set[int]

    @classmethod
    def at(cls, now: datetime, rungs: Iterable[Reminder]) -> "_Telling":
        duty = roster.duty_at(now)
        policy = rulebook.policy_on(timezone.localdate(now))
        telling = cls(
            now=now,
            duty=duty,
            late_before=now - timedelta(minutes=policy.digest_after_minutes),
            rungs=[],
            user_of={},
            robot_of={},
            mail_of=set(),
        )
        telling._take(list(rungs))
        return telling

    def _take(self, claimed: list[Reminder]) -> None:
        """Fix the receivers; rungs of follow-ups done meanwhile, or told already, are silenced."""
        everybody = {row.followup.owner_id for row in claimed} | set(self.duty.holders)
        self.user_of = roster.user_ids(everybody)
        told = set(
            Reminder.objects.filter(followup_id__in={row.followup_id for row in claimed})
            .exclude(delivered_at=None)
            .exclude(claim=claimed[0].claim)
            .values_list("followup_id", "stage", "followup_due_at", "receiver_id")
        )
        void: list[int] = []
        for row in claimed:
            row.receiver_id = self._receiver(row)
            key = (row.followup_id, row.stage, row.followup_due_at, row.receiver_id)
            if row.followup.state != FollowUpState.OPEN or key in told:
                void.append(row.pk)
            else:
                told.add(key)
                self.rungs.append(row)
        if void:
            Reminder.objects.filter(pk__in=void).update(
                silenced_at=self.now, delivered_at=None, claim=None
            )
        people = {row.receiver_id for row in self.rungs}
        users = {self.user_of[person] for person in people if person in self.user_of}
        self.mail_of = set(
            User.objects.filter(pk__in=users).exclude(email="").values_list("pk", flat=True)
        )
        self.robot_of = dict(
            Team.objects.filter(robot__is_active=True).values_list("pk", "robot_id")
        )

    def _receiver(self, row: Reminder) -> int:
        owner = row.followup.owner_id
        chain = self.duty.chain(owner)
        found = policies.receiver(
            Stage(row.stage),
            owner_id=owner,
            lead_on_duty=self.duty.lead_on_duty(owner),
            chain=chain,
        )
        if found in self.user_of:
            return found
        above = [holder.person_id for holder in chain if holder.person_id in self.user_of]
        return above[0] if above else found

    def write(self) -> None:
        late: dict[int, list[Reminder]] = defaultdict(list)
        for row in self.rungs:
            if row.due_at < self.late_before and row.receiver_id is not None:
                late[row.receiver_id].append(row)
        in_digest = {row.pk for rows in late.values() for row in rows}
        self._tell([row for row in self.rungs if row.pk not in in_digest])
        self._digest(late)
        self._mark()
        self._escalate()

    def _mark(self) -> None:
        """Write the receivers: one statement for each, whatever the number of rungs."""
        groups: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
        for row in self.rungs:
            groups[row.receiver_id, row.digest_id].append(row.pk)
        for (receiver, digest), ids in groups.items():
            Reminder.objects.filter(pk__in=ids).update(receiver=receiver, digest=digest)

    def _tell(self, rows: list[Reminder]) -> None:
        known = [row for row in rows if row.receiver_id in self.user_of]
        Notice.objects.bulk_create(
            [
                Notice(
                    receiver_id=self.user_of[row.receiver_id],  # type: ignore[index]  # set by _take
                    key=f"reminder:{row.pk}",
                    kind=REMINDER,
                    params=_params(row),
                    subject=subject_of(row.followup_id),
                    urgent=row.followup.urgent,
                    created_at=self.now,
                )
                for row in known
            ],
            batch_size=500,
        )
        notices.post([message for row in rows for message in self._outgoing(row)], now=self.now)

    def _outgoing(self, row: Reminder) -> Iterable[notices.Outgoing]:
        person = row.receiver_id or row.followup.owner_id
        user = self.user_of.get(person)
        wait = self.now if row.followup.urgent else self.duty.next_shift(person)
        if user in self.mail_of:
            yield notices.Outgoing(
                key=f"reminder:{row.pk}:mail",
                kind=REMINDER,
                params=_params(row),
                user_id=user,
                subject=subject_of(row.followup_id),
                not_before=wait,
            )
        if robot := self._robot(row.followup.owner_id):
            yield notices.Outgoing(
                key=f"reminder:{row.pk}:robot",
                kind=REMINDER,
                params=_params(row),
                robot_id=robot,
                subject=subject_of(row.followup_id),
                not_before=wait,
            )

    def _robot(self, person: int) -> int | None:
        holder = self.duty.holders.get(person)
        return self.robot_of.get(holder.team_id) if holder and holder.team_id else None

    def _open_digests(self, people: Collection[int]) -> dict[int, Notice]:
        users = [self.user_of[person] for person in people if person in self.user_of]
        found = Notice.objects.filter(
            receiver_id__in=users, kind=DIGEST, created_at__gt=self.now - DIGEST_GROWS_FOR
        ).order_by("created_at")
        return {notice.receiver_id: notice for notice in found}

    def _digest(self, late: dict[int, list[Reminder]]) -> None:
        """One digest for each receiver after an outage; later batches make it longer (FUP-6)."""
        if not late:
            return
        users = sorted(self.user_of[person] for person in late if person in self.user_of)
        # Two ticks must not both begin a digest for one receiver: the row of the user is the lock.
        list(User.objects.filter(pk__in=users).order_by("pk").select_for_update().values_list("pk"))
        open_digests = self._open_digests(late)
        for person, rows in late.items():
            user = self.user_of.get(person)
            if user is None:
                continue
            notice = open_digests.get(user)
            if notice is None:
                notice = Notice(
                    receiver_id=user,
                    key=f"digest:{user}:{self.now.isoformat()}",
                    kind=DIGEST,
                    params={"count": 0},
                    created_at=self.now,
                )
                self._post_digest(person, user, notice.key)
            notice.params = {"count": notice.params["count"] + len(rows)}
            notice.read_at = None
            notice.save()
            for row in rows:
                row.digest = notice

    def _post_digest(self, person: int, user: int, key: str) -> None:
        if user in self.mail_of:
            message = notices.Outgoing(
                key=f"{key}:mail",
                kind=DIGEST,
                params={},
                user_id=user,
                not_before=self.duty.next_shift(person),
            )
            notices.post([message], now=self.now)

    def _escalate(self) -> None:
        """Put what went up into the timeline; offer what the owner cannot see to (FUP-4)."""
        up = [row for row in self.rungs if row.stage not in policies.OWNER_STAGES]
        TimelineEntry.objects.bulk_create(
            [
                TimelineEntry(
                    complaint_id=row.followup.complaint_id,
                    at=self.now,
                    kind=EntryKind.ESCALATED,
                    params={
                        "followup": row.followup.number,
                        "stage": row.stage,
                        "receiver": row.receiver_id,
                    },
                )
                for row in up
                if row.followup.complaint_id
            ],
            batch_size=500,
        )
        HandoverOffer.objects.bulk_create(
            [
                HandoverOffer(
                    followup=row.followup,
                    lead_id=row.receiver_id or row.followup.owner_id,
                    owner_id=row.followup.owner_id,
                    reason=(
                        OfferReason.ABSENT
                        if row.followup.owner_id in self.duty.away
                        else OfferReason.OFF_SHIFT
                    ),
                    key=f"due:{row.pk}",
                    offered_at=self.now,
                    state=OfferState.OPEN,
                )
                for row in up
                if row.stage == Stage.LEAD
                and row.receiver_id != row.followup.owner_id
                and not self.duty.on_shift(row.followup.owner_id)
            ],
            ignore_conflicts=True,
            batch_size=500,
        )


def _params(row: Reminder) -> dict[str, object]:
    followup = row.followup
    return {
        "followup": followup.number,
        "case": followup.complaint.number if followup.complaint else "",
        "stage": row.stage,
        "due_at": row.followup_due_at.isoformat(),
    }


def oldest_due(now: datetime) -> datetime | None:
    """Return the moment of the oldest rung that is due and not told."""
    return Reminder.objects.due(now).values_list("due_at", flat=True).first()
