"""Revisits, root cause and prevention: what a case needs before it is closed (CMP-9, CMP-14)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, Channel, EntryKind, Revisited
from complaints.models import (
    CauseKind,
    Complaint,
    PersonalLink,
    PreventiveMeasure,
    Revisit,
    RootCause,
)
from complaints.models.closing import BEST_SCORE
from complaints.policies import revisits as policies
from complaints.policies.stages import SCORED
from complaints.services import deadlines, links, stages
from complaints.services.timeline import note_down
from portal import audit, notices, submissions
from staff.people.enums import Post
from staff.people.models import Person
from staff.roster import queries as roster
from staff.rulebook import queries as rulebook

REOPENED, MEASURE = "complaint.reopened", "complaint.measure"


class ChangedMeanwhile(Exception):
    """Somebody has changed it since it was read."""


class NotNow(Exception):
    """The stage of the case does not allow it; `stage` is where it is."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What the call sheet says of an attempt to reach the customer."""

    channel: str
    outcome: Revisited
    score: int | None = None
    words: str = ""
    thanked: bool = False


@transaction.atomic
def revisit(
    *,
    actor: Person,
    complaint_id: int,
    attempt: Attempt,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> Revisit:
    """Record an attempt; a customer who is not satisfied sends the case back (CMP-14).

    Raises NotNow when the case is not at its revisit, AlreadySubmitted.
    """
    if form_key and actor.user:
        claim = submissions.claim(key=form_key, user=actor.user, now=now)
    complaint = stages.locked(complaint_id)
    if complaint.stage != CaseStage.REVISIT:
        raise NotNow(complaint.stage)
    made = _record(complaint, attempt, actor=actor, link=None, now=now)
    if form_key and actor.user:
        submissions.finish(claim, result=reverse("complaints:case", args=[complaint.number]))
    return made


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a customer said after a case: by a survey, or on the phone to `by`."""

    score: int
    words: str = ""
    channel: str = Channel.SURVEY
    by: Person | None = None


@transaction.atomic
def vote(*, link: PersonalLink, score: int, words: str, now: datetime) -> Revisit:
    """Count a score from a personal link once; a low one reopens the case (CMP-14).

    Raises links.Gone for the second of two votes, and for a case that is at work again.
    """
    complaint = stages.locked(link.complaint_id)
    if complaint.stage not in SCORED:
        raise links.Gone
    links.use(link, now=now)
    attempt = _scored(Heard(score=score, words=words), now=now)
    return _record(complaint, attempt, actor=None, link=link, now=now)


@transaction.atomic
def hear(*, complaint_id: int, turn: int, heard: Heard, now: datetime) -> Revisit | None:
    """Count a score that was asked for after this `turn` of the case (CMP-14).

    None, and nothing happens, for a case that was reopened since or is at work: the same answer
    reopens it once. Who calls sees to it that one link is one score.
    """
    complaint = stages.locked(complaint_id)
    if complaint.stage not in SCORED or complaint.reopened != turn:
        return None
    attempt = _scored(heard, now=now)
    return _record(complaint, attempt, actor=heard.by, link=None, now=now)


def _scored(heard: Heard, *, now: datetime) -> Attempt:
    policy = rulebook.policy_on(timezone.localdate(now))
    return Attempt(
        channel=heard.channel,
        outcome=policies.outcome_of(heard.score, reopening=policy.reopening_score),
        score=heard.score,
        words=heard.words,
        thanked=True,
    )


def _record(
    complaint: Complaint,
    attempt: Attempt,
    *,
    actor: Person | None,
    link: PersonalLink | None,
    now: datetime,
) -> Revisit:
    made = Revisit.objects.create(
        complaint=complaint, turn=complaint.reopened, at=now, by=actor, channel=attempt.channel,
        outcome=attempt.outcome, score=attempt.score, words=attempt.words,
        thanked=attempt.thanked and attempt.outcome != Revisited.NOT_REACHED, link=link,
    )  # fmt: skip
    note_down(
        [complaint.pk], kind=EntryKind.REVISITED, actor=actor, now=now,
        params={"outcome": attempt.outcome, "score": attempt.score, "revisit": made.pk},
    )  # fmt: skip
    audit.record(
        actor=actor.user if actor else None, verb="complaint.revisited", target=complaint,
        at=now, after={"outcome": attempt.outcome, "score": attempt.score},
    )  # fmt: skip
    if attempt.outcome == Revisited.NOT_SATISFIED:
        _reopen(complaint, attempt, actor=actor, now=now)
    else:
        deadlines.recount([complaint.pk], now=now)
    return made


def _reopen(complaint: Complaint, attempt: Attempt, *, actor: Person | None, now: datetime) -> None:
    """Send the case back once, and tell its owner and the lead on duty."""
    reason = attempt.words or f"{attempt.score or '–'}/{BEST_SCORE}"
    stages.step(complaint, CaseStage.INVESTIGATION, actor=actor, now=now, reason=reason)
    duty = roster.duty_at(now)
    people: set[int] = set()
    if complaint.owner_id is not None:
        people.add(complaint.owner_id)
        chain = [one.person_id for one in duty.chain(complaint.owner_id)]
        lead = duty.lead_on_duty(complaint.owner_id)
        people |= {lead} if lead is not None else set(chain[:1])
    else:
        people |= {key for key, one in duty.holders.items() if one.post == Post.SUPERVISOR}
    users = set(roster.user_ids(people).values()) - {actor.user_id if actor else None}
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"{REOPENED}:{complaint.pk}:{complaint.reopened}",
                kind=REOPENED,
                params={"case": complaint.number, "score": attempt.score},
                subject=f"complaint:{complaint.pk}",
            )
            for user in sorted(users)
        ],
        now=now,
    )


@transaction.atomic
def find_cause(
    *, actor: Person, complaint_id: int, kind: CauseKind, text: str, version: int, now: datetime
) -> RootCause:
    """Write down the root cause; `version` is 0 for the first time. Raises ChangedMeanwhile."""
    complaint = stages.locked(complaint_id)
    found = RootCause.objects.filter(complaint=complaint).first()
    if (found.version if found else 0) != version:
        raise ChangedMeanwhile
    made, _fresh = RootCause.objects.update_or_create(
        complaint=complaint,
        defaults={"kind": kind, "text": text, "by": actor, "at": now, "version": version + 1},
    )
    note_down(
        [complaint.pk], kind=EntryKind.CAUSE, actor=actor, now=now, params={"cause": kind.code}
    )
    audit.record(
        actor=actor.user, verb="complaint.cause", target=complaint, at=now,
        before={"cause": found.kind.code} if found else {}, after={"cause": kind.code},
    )  # fmt: skip
    return made


@dataclass(frozen=True, kw_only=True)
class Prevention:
    """What is to be done so that it does not happen again, by whom, until which day."""

    what: str
    owner_id: int
    due_on: date


@transaction.atomic
def prevent(
    *,
    actor: Person,
    complaint_id: int,
    prevention: Prevention,
    now: datetime,
    form_key: uuid.UUID | None = None,
) -> PreventiveMeasure:
    """Add a preventive measure and tell its owner. Raises AlreadySubmitted."""
    if form_key and actor.user:
        claim = submissions.claim(key=form_key, user=actor.user, now=now)
    complaint = stages.locked(complaint_id)
    made = PreventiveMeasure.objects.create(
        complaint=complaint, what=prevention.what, owner_id=prevention.owner_id,
        due_on=prevention.due_on, made_by=actor, made_at=now,
    )  # fmt: skip
    note_down(
        [complaint.pk], kind=EntryKind.MEASURE, actor=actor, now=now, params={"measure": made.pk}
    )
    audit.record(
        actor=actor.user, verb="measure.made", target=complaint, at=now,
        after={"measure": made.pk, "owner": made.owner_id, "due_on": made.due_on.isoformat()},
    )  # fmt: skip
    if made.owner.user_id and made.owner != actor:
        notices.send(
            [
                notices.Draft(
                    receiver_id=made.owner.user_id,
                    key=f"{MEASURE}:{made.pk}",
                    kind=MEASURE,
                    params={"case": complaint.number},
                    subject=f"measure:{made.pk}",
                )
            ],
            now=now,
        )
    if form_key and actor.user:
        submissions.finish(claim, result=reverse("complaints:cause", args=[complaint.number]))
    return made


@transaction.atomic
def end_measure(
    *, actor: Person, measure_id: int, effect: str, done_on: date, version: int, now: datetime
) -> PreventiveMeasure:
    """Note that a measure is done, and its effect. Raises ChangedMeanwhile."""
    rows = PreventiveMeasure.objects.select_for_update(of=("self",)).select_related("complaint")
    made: PreventiveMeasure = rows.get(pk=measure_id)
    if made.version != version:
        raise ChangedMeanwhile
    made.done_on, made.effect = done_on, effect
    made.version += 1
    made.save(update_fields=["done_on", "effect", "version"])
    audit.record(
        actor=actor.user, verb="measure.done", target=made.complaint, at=now,
        after={"measure": made.pk},
    )  # fmt: skip
    notices.settle(f"measure:{made.pk}", now=now)
    return made
