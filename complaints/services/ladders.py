"""Telling a batch of due rungs of either ladder: receivers, claim, notices, messages, timelines."""

import uuid
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple

from django.db.models import Case, When
from django.utils import timezone

from complaints.enums import EntryKind, Stage
from complaints.models import CaseAlarm, Reminder, TimelineEntry
from complaints.policies import reminders as policies
from complaints.services import events
from portal import choices, notices
from portal.enums import Channel
from portal.models import Notice, User
from staff.people.models import Team
from staff.roster import queries as roster
from staff.rulebook import queries as rulebook

AT_ONCE = 500  # rows written by one statement
DIGEST_GROWS_FOR = timedelta(minutes=15)
DIGEST = "followup.digest"


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A due rung and what is told of it.

    `team_id` is the team that answers where there is no owner. `once` is what one receiver hears
    once. `entry` goes into the timeline of the case when the rung goes up; None says nothing.
    """

    pk: int
    stage: Stage
    due_at: datetime
    owner_id: int | None
    team_id: int | None
    urgent: bool
    is_void: bool
    once: Hashable
    subject: str
    about: int
    complaint_id: int | None
    params: dict[str, object]
    entry: dict[str, object] | None = field(default_factory=dict)

    @property
    def whose(self) -> tuple[str, int | None, int | None]:
        """What decides who hears of it."""
        return self.stage, self.owner_id, None if self.owner_id else self.team_id


class Told(NamedTuple):
    """A rung of this batch on its way to the receiver."""

    rung: Due
    receiver: int


class Telling(ABC):
    """One batch of due rungs on its way to their receivers: a fixed number of statements.

    What depends on a person only is worked out once for each person, not for each rung.
    """

    rows: ClassVar[type[Reminder] | type[CaseAlarm]]
    kind: ClassVar[str]
    """The kind of the notices."""
    key: ClassVar[str]
    """What their keys begin with; the key of the row follows."""
    counted: ClassVar[str] = ""
    """Under which name a digest counts the rungs of this ladder beside all of them."""

    def __init__(self, now: datetime, rung_ids: Sequence[int]) -> None:
        self.now = now
        self.duty = roster.duty_at(now)
        policy = rulebook.policy_on(timezone.localdate(now))
        self.late_before = now - timedelta(minutes=policy.digest_after_minutes)
        rungs = self.due(rung_ids)
        owners = {rung.owner_id for rung in rungs if rung.owner_id}
        self.user_of = roster.user_ids(owners | set(self.duty.holders))
        self.receiver_of = {rung.whose: self._receiver(rung) for rung in rungs}
        self.told = self.claim(self._without_void(rungs))
        people = owners | {told.receiver for told in self.told}
        self.wait_of = {person: self.duty.next_shift(person) for person in people}
        wanted = choices.wanted(
            {(self.user_of[person], self.kind) for person in people if person in self.user_of}
        )
        self.mail_of = self._mailboxes({user for user, _kind in wanted[Channel.MAIL]})
        self.by_robot = {user for user, _kind in wanted[Channel.ROBOT]}
        self.robot_of = dict(
            Team.objects.filter(robot__is_active=True).values_list("pk", "robot_id")
        )

    @abstractmethod
    def due(self, rung_ids: Sequence[int]) -> list[Due]:
        """Return the rungs with what is told of them, oldest first."""

    @abstractmethod
    def told_before(self, rungs: Sequence[Due]) -> set[tuple[Hashable, int | None]]:
        """Return what was told, and to whom, about the same things as these rungs."""

    def _receiver(self, rung: Due) -> int | None:
        """Return who hears of a stage (CMP-10)."""
        owner = rung.owner_id
        if owner:
            lead, chain = self.duty.lead_on_duty(owner), self.duty.chain(owner)
        else:
            chain = self.duty.chain_of(rung.team_id)
            lead = self.duty.lead_of(rung.team_id) if rung.team_id else None
        found = policies.receiver(rung.stage, owner_id=owner, lead_on_duty=lead, chain=chain)
        if found in self.user_of:
            return found
        above = [holder.person_id for holder in chain if holder.person_id in self.user_of]
        return above[0] if above else found

    def _without_void(self, rungs: Sequence[Due]) -> list[Told]:
        """Silence rungs that are void, without anybody to hear of them, or told already."""
        before = self.told_before(rungs)
        void, found = [], []
        for rung in rungs:
            receiver = self.receiver_of[rung.whose]
            if rung.is_void or receiver is None or (rung.once, receiver) in before:
                void.append(rung.pk)
            else:
                before.add((rung.once, receiver))
                found.append(Told(rung, receiver))
        if void:
            self.rows.objects.waiting().filter(pk__in=void).update(silenced_at=self.now)
        return found

    def claim(self, wanted: Sequence[Told]) -> list[Told]:
        """Mark the rungs and fix their receivers in one statement; return those that it took.

        The condition of the statement is the claim: a rung that somebody else told meanwhile is
        not taken, whatever the database makes of row locks.
        """
        if not wanted:
            return []
        rungs_for: dict[int, list[int]] = defaultdict(list)
        for told in wanted:
            rungs_for[told.receiver].append(told.rung.pk)
        claim = uuid.uuid4()
        self.rows.objects.waiting().filter(pk__in=[told.rung.pk for told in wanted]).update(
            claim=claim,
            delivered_at=self.now,
            receiver=Case(*(When(pk__in=ids, then=person) for person, ids in rungs_for.items())),
        )
        taken = set(self.rows.objects.filter(claim=claim).values_list("pk", flat=True))
        return [told for told in wanted if told.rung.pk in taken]

    def _mailboxes(self, users: Collection[int]) -> set[int]:
        rows = User.objects.filter(pk__in=users).exclude(email="")
        return set(rows.values_list("pk", flat=True))

    def _robot(self, rung: Due) -> int | None:
        """Return the robot of the owner's team, else of the team that answers."""
        team = rung.team_id
        if rung.owner_id:
            holder = self.duty.holders.get(rung.owner_id)
            team = holder.team_id if holder else None
        return self.robot_of.get(team) if team else None

    def write(self) -> None:
        """Write the notices, digests, messages to the outside and entries of the timelines."""
        late: dict[int, list[Told]] = defaultdict(list)
        prompt: list[Told] = []
        for told in self.told:
            if told.rung.due_at < self.late_before:
                late[told.receiver].append(told)
            else:
                prompt.append(told)
        self._tell(prompt)
        self._digest(late)
        self._note_down()

    @property
    def up(self) -> list[Told]:
        """What went beyond the owner."""
        return [told for told in self.told if told.rung.stage not in policies.OWNER_STAGES]

    def _tell(self, prompt: Sequence[Told]) -> None:
        Notice.objects.bulk_create(
            [
                Notice(
                    receiver_id=self.user_of[told.receiver],
                    key=f"{self.key}:{told.rung.pk}",
                    kind=self.kind,
                    params=told.rung.params,
                    subject=told.rung.subject,
                    urgent=told.rung.urgent,
                    created_at=self.now,
                )
                for told in prompt
                if told.receiver in self.user_of
            ],
            batch_size=AT_ONCE,
        )
        notices.post([message for told in prompt for message in self._outgoing(told)], now=self.now)

    def _outgoing(self, told: Told) -> Iterable[notices.Outgoing]:
        rung = told.rung
        user = self.user_of.get(told.receiver)
        robot = self._robot(rung)
        wait = self.now if rung.urgent else self.wait_of[told.receiver]
        if user in self.mail_of:
            yield notices.Outgoing(
                key=f"{self.key}:{rung.pk}:mail",
                kind=self.kind,
                params=rung.params,
                user_id=user,
                subject=rung.subject,
                not_before=wait,
            )
        if robot and (user is None or user in self.by_robot):
            yield notices.Outgoing(
                key=f"{self.key}:{rung.pk}:robot",
                kind=self.kind,
                params=rung.params,
                robot_id=robot,
                subject=rung.subject,
                not_before=wait,
            )

    def _open_digests(self, users: Collection[int]) -> dict[int, Notice]:
        found = Notice.objects.filter(
            receiver_id__in=users, kind=DIGEST, created_at__gt=self.now - DIGEST_GROWS_FOR
        ).order_by("created_at")
        return {notice.receiver_id: notice for notice in found}

    def _digest(self, late: Mapping[int, Sequence[Told]]) -> None:
        """One digest for each receiver after an outage; later batches make it longer (FUP-6)."""
        people = {person: self.user_of[person] for person in late if person in self.user_of}
        if not people:
            return
        users = sorted(people.values())
        # Two ticks must not both begin a digest for one receiver: the row of the user is the lock.
        list(User.objects.filter(pk__in=users).order_by("pk").select_for_update().values_list("pk"))
        open_digests = self._open_digests(users)
        for person, user in people.items():
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
            for name in filter(None, ("count", self.counted)):
                notice.params[name] = notice.params.get(name, 0) + len(late[person])
            notice.read_at = None
            notice.save()
            ids = [told.rung.pk for told in late[person]]
            self.rows.objects.filter(pk__in=ids).update(digest=notice)

    def _post_digest(self, person: int, user: int, key: str) -> None:
        if user in self.mail_of:
            message = notices.Outgoing(
                key=f"{key}:mail",
                kind=DIGEST,
                params={},
                user_id=user,
                not_before=self.wait_of[person],
            )
            notices.post([message], now=self.now)

    def _note_down(self) -> None:
        """Put what went up into the timelines."""
        entries = TimelineEntry.objects.bulk_create(
            [
                TimelineEntry(
                    complaint_id=told.rung.complaint_id,
                    at=self.now,
                    kind=EntryKind.ESCALATED,
                    params={
                        **told.rung.entry,
                        "stage": told.rung.stage,
                        "receiver": told.receiver,
                    },
                )
                for told in self.up
                if told.rung.complaint_id and told.rung.entry is not None
            ],
            batch_size=AT_ONCE,
        )
        events.tell_of_cases(entries, now=self.now)
