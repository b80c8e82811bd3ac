"""Telling a batch of due rungs: receivers, claim, notices, messages to the outside, timelines."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, When
from django.utils import timezone

from complaints.enums import EntryKind, FollowUpState, OfferReason, OfferState, Stage
from complaints.models import HandoverOffer, Reminder, TimelineEntry
from complaints.policies import reminders as policies
from portal import notices
from portal.models import Notice, User
from staff.people.models import Team
from staff.roster import queries as roster
from staff.rulebook import queries as rulebook

AT_ONCE = 500  # rows written by one statement
DIGEST_GROWS_FOR = timedelta(minutes=15)
REMINDER = "followup.reminder"
DIGEST = "followup.digest"


def subject_of(followup_id: int) -> str:
    """Return the subject under which notices of a follow-up are settled."""
    return f"followup:{followup_id}"


class Rung(NamedTuple):
    """A due rung with what is told of its follow-up, in the order of `COLUMNS`."""

    pk: int
    stage: str
    followup_due_at: datetime
    due_at: datetime
    followup_id: int
    number: str
    owner_id: int
    urgent: bool
    state: str
    complaint_id: int | None
    case: str | None

    @property
    def params(self) -> dict[str, object]:
        return {
            "followup": self.number,
            "case": self.case or "",
            "stage": self.stage,
            "due_at": self.followup_due_at.isoformat(),
        }


COLUMNS = (
    *("pk", "stage", "followup_due_at", "due_at", "followup_id", "followup__number"),
    *("followup__owner_id", "followup__urgent", "followup__state"),
    *("followup__complaint_id", "followup__complaint__number"),
)


class Told(NamedTuple):
    """A rung of this batch on its way to the receiver, with what the messages about it say."""

    rung: Rung
    receiver: int
    params: dict[str, object]


class Telling:
    """One batch of due rungs on its way to their receivers: a fixed number of statements.

    What depends on a person only is worked out once for each person, not for each rung.
    """

    def __init__(self, now: datetime, rung_ids: Sequence[int]) -> None:
        self.now = now
        self.duty = roster.duty_at(now)
        policy = rulebook.policy_on(timezone.localdate(now))
        self.late_before = now - timedelta(minutes=policy.digest_after_minutes)
        rows = Reminder.objects.filter(pk__in=rung_ids).order_by("due_at", "pk")
        rungs = [Rung(*row) for row in rows.values_list(*COLUMNS)]
        owners = {rung.owner_id for rung in rungs}
        self.user_of = roster.user_ids(owners | set(self.duty.holders))
        self._fix_receivers(rungs)
        self.told = self.claim(self._without_void(rungs))
        people = owners | {told.receiver for told in self.told}
        self.wait_of = {person: self.duty.next_shift(person) for person in people}
        self.mail_of = self._mailboxes(people)
        self.robot_of = self._robots(owners)

    def _fix_receivers(self, rungs: Iterable[Rung]) -> None:
        """Look up who hears of which stage, for each owner once (CMP-10)."""
        self.receiver_of = {
            (stage, owner): self._receiver(Stage(stage), owner)
            for stage, owner in {(rung.stage, rung.owner_id) for rung in rungs}
        }

    def _receiver(self, stage: Stage, owner: int) -> int:
        chain = self.duty.chain(owner)
        found = policies.receiver(
            stage, owner_id=owner, lead_on_duty=self.duty.lead_on_duty(owner), chain=chain
        )
        if found in self.user_of:
            return found
        above = [holder.person_id for holder in chain if holder.person_id in self.user_of]
        return above[0] if above else found

    def _without_void(self, rungs: Sequence[Rung]) -> list[Told]:
        """Silence rungs of follow-ups that are done, and those that were told already."""
        before = set(
            Reminder.objects.filter(followup_id__in={rung.followup_id for rung in rungs})
            .exclude(delivered_at=None)
            .values_list("followup_id", "stage", "followup_due_at", "receiver_id")
        )
        void, found = [], []
        for rung in rungs:
            receiver = self.receiver_of[rung.stage, rung.owner_id]
            key = (rung.followup_id, rung.stage, rung.followup_due_at, receiver)
            if rung.state != FollowUpState.OPEN or key in before:
                void.append(rung.pk)
            else:
                found.append(Told(rung, receiver, rung.params))
        if void:
            Reminder.objects.waiting().filter(pk__in=void).update(silenced_at=self.now)
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
        Reminder.objects.waiting().filter(pk__in=[told.rung.pk for told in wanted]).update(
            claim=claim,
            delivered_at=self.now,
            receiver=Case(*(When(pk__in=ids, then=person) for person, ids in rungs_for.items())),
        )
        taken = set(Reminder.objects.filter(claim=claim).values_list("pk", flat=True))
        return [told for told in wanted if told.rung.pk in taken]

    def _mailboxes(self, people: Iterable[int]) -> set[int]:
        users = {self.user_of[person] for person in people if person in self.user_of}
        rows = User.objects.filter(pk__in=users).exclude(email="")
        return set(rows.values_list("pk", flat=True))

    def _robots(self, owners: Iterable[int]) -> dict[int, int]:
        """Return the robot of each owner's team; owners without one are missing."""
        robots = dict(Team.objects.filter(robot__is_active=True).values_list("pk", "robot_id"))
        teams = {
            owner: self.duty.holders[owner].team_id
            for owner in owners
            if owner in self.duty.holders
        }
        return {owner: robots[team] for owner, team in teams.items() if team in robots}

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
        self._escalate()

    def _tell(self, prompt: Sequence[Told]) -> None:
        Notice.objects.bulk_create(
            [
                Notice(
                    receiver_id=self.user_of[told.receiver],
                    key=f"reminder:{told.rung.pk}",
                    kind=REMINDER,
                    params=told.params,
                    subject=subject_of(told.rung.followup_id),
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
        robot = self.robot_of.get(rung.owner_id)
        subject = subject_of(rung.followup_id)
        wait = self.now if rung.urgent else self.wait_of[told.receiver]
        if user in self.mail_of:
            yield notices.Outgoing(
                key=f"reminder:{rung.pk}:mail",
                kind=REMINDER,
                params=told.params,
                user_id=user,
                subject=subject,
                not_before=wait,
            )
        if robot:
            yield notices.Outgoing(
                key=f"reminder:{rung.pk}:robot",
                kind=REMINDER,
                params=told.params,
                robot_id=robot,
                subject=subject,
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
            notice.params = {"count": notice.params["count"] + len(late[person])}
            notice.read_at = None
            notice.save()
            ids = [told.rung.pk for told in late[person]]
            Reminder.objects.filter(pk__in=ids).update(digest=notice)

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

    def _escalate(self) -> None:
        """Put what went up into the timeline; offer what the owner cannot see to (FUP-4)."""
        up = [told for told in self.told if told.rung.stage not in policies.OWNER_STAGES]
        TimelineEntry.objects.bulk_create(
            [
                TimelineEntry(
                    complaint_id=told.rung.complaint_id,
                    at=self.now,
                    kind=EntryKind.ESCALATED,
                    params={
                        "followup": told.rung.number,
                        "stage": told.rung.stage,
                        "receiver": told.receiver,
                    },
                )
                for told in up
                if told.rung.complaint_id
            ],
            batch_size=AT_ONCE,
        )
        on_shift = {owner for owner in self.wait_of if self.duty.on_shift(owner)}
        HandoverOffer.objects.bulk_create(
            [
                HandoverOffer(
                    followup_id=told.rung.followup_id,
                    lead_id=told.receiver,
                    owner_id=told.rung.owner_id,
                    reason=(
                        OfferReason.ABSENT
                        if told.rung.owner_id in self.duty.away
                        else OfferReason.OFF_SHIFT
                    ),
                    key=f"due:{told.rung.pk}",
                    offered_at=self.now,
                    state=OfferState.OPEN,
                )
                for told in up
                if told.rung.stage == Stage.LEAD
                and told.receiver != told.rung.owner_id
                and told.rung.owner_id not in on_shift
            ],
            ignore_conflicts=True,
            batch_size=AT_ONCE,
        )
