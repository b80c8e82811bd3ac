"""Praise, reactions and demerits: given, and taken back with a reason."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from portal import audit, notices, submissions
from portal.models import User
from staff.incentives.enums import DemeritKind, PraiseKind, ReactionKind
from staff.incentives.models import Demerit, Praise, PraiseReceiver, Reaction
from staff.people.models import Person, Posting
from staff.people.services import Refused

PRAISED, MARKED, UNMARKED = "praise.given", "demerit.recorded", "demerit.withdrawn"


class AlreadyWithdrawn(Refused):
    """Somebody has taken it back already."""

    code = "already_withdrawn"


class NobodyPraised(Refused):
    """The team has nobody on that day but the one who praises."""

    code = "nobody_praised"


class OneselfPraised(Refused):
    """Nobody praises themselves."""

    code = "oneself_praised"


class OneselfMarked(Refused):
    """Nobody records a demerit of their own."""

    code = "oneself_marked"


class DecidedElsewhere(Refused):
    """It is part of a decision, and taken back with that."""

    code = "decided_elsewhere"


class NotEmployed(Refused):
    """The person was not employed on the day."""

    code = "not_employed_then"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a praise says. Exactly one of person and team is set."""

    kind: PraiseKind
    title: str
    text: str
    person_id: int | None = None
    team_id: int | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was seen on a shift (ATT-14)."""

    person_id: int
    day: date
    kind: DemeritKind
    reason: str
    evidence: str


def user_of(actor: Person) -> User:
    """Return the sign-in of whoever acts. Raises ValueError for somebody without one."""
    if actor.user is None:
        raise ValueError("whoever acts has a sign-in")
    return actor.user


def user_ids(person_ids: Sequence[int]) -> list[int]:
    """Return the sign-ins of people who have one."""
    rows = Person.objects.filter(pk__in=person_ids, user__isnull=False)
    return [user for user in rows.values_list("user_id", flat=True) if user]


def in_team(team_id: int, *, on: date) -> list[int]:
    """Return who is in a team on a day and employed."""
    rows = Posting.objects.on(on).filter(team_id=team_id, person__in=Person.objects.employed(on))
    return sorted(rows.values_list("person_id", flat=True))


def _receivers(actor: Person, words: Words, *, now: datetime) -> list[int]:
    if words.person_id is not None:
        if words.person_id == actor.pk:
            raise OneselfPraised
        return [words.person_id]
    members = in_team(words.team_id or 0, on=timezone.localdate(now))
    found = [person_id for person_id in members if person_id != actor.pk]
    if not found:
        raise NobodyPraised
    return found


@transaction.atomic
def praise(*, actor: Person, words: Words, form_key: uuid.UUID, now: datetime) -> Praise:
    """Praise somebody or a team on the wall, and tell them.

    Raises OneselfPraised, NobodyPraised, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    receivers = _receivers(actor, words, now=now)
    given = Praise.objects.create(
        person_id=words.person_id,
        team_id=words.team_id,
        kind=words.kind,
        title=words.title,
        text=words.text,
        source=words.source,
        given_by=actor,
        given_at=now,
    )
    PraiseReceiver.objects.bulk_create(
        [PraiseReceiver(praise=given, person_id=person_id) for person_id in receivers]
    )
    audit.record(
        actor=actor.user,
        verb=PRAISED,
        target=given,
        at=now,
        after={"kind": words.kind, "people": len(receivers), "source": words.source},
    )
    params = {"praise": given.pk, "by": actor.name, "title": given.title}
    if given.team:
        params["team"] = given.team.name
    _tell(given, receivers, kind=PRAISED, params=params, now=now)
    submissions.finish(submission, result=reverse("staff:praise", args=[given.pk]))
    return given


def _tell(
    target: Model, person_ids: Sequence[int], *, kind: str, params: dict[str, Any], now: datetime
) -> None:
    subject = f"{target._meta.model_name}:{target.pk}"
    notices.send(
        [
            notices.Draft(
                receiver_id=user_id, key=f"{subject}:{kind}", kind=kind, params=params,
                subject=subject,
            )
            for user_id in user_ids(person_ids)
        ],
        now=now,
    )  # fmt: skip


def _withdraw(target: Praise | Demerit, *, actor: Person, why: str, now: datetime) -> None:
    """Take it back by a conditional UPDATE, so that of two at once one is told."""
    rows = type(target).objects.filter(pk=target.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=now, withdrawn_by=actor, withdrawn_why=why):
        raise AlreadyWithdrawn
    target.refresh_from_db()


@transaction.atomic
def withdraw_praise(*, actor: Person, praise_id: int, why: str, now: datetime) -> Praise:
    """Take a praise from the wall; the row stays. Raises AlreadyWithdrawn."""
    given = Praise.objects.get(pk=praise_id)
    _withdraw(given, actor=actor, why=why, now=now)
    audit.record(actor=actor.user, verb="praise.withdrawn", target=given, at=now)
    notices.settle(f"praise:{given.pk}", now=now)
    return given


@transaction.atomic
def react(*, actor: Person, praise_id: int, kind: ReactionKind, on: bool, now: datetime) -> None:
    """Set or clear one's reaction of a kind; whatever comes twice or at once leaves one row.

    Reactions are not in the audit log: the row itself says who, and none has a consequence.
    Raises AlreadyWithdrawn where the praise has left the wall by `now`.
    """
    given = Praise.objects.select_for_update().get(pk=praise_id)
    if given.withdrawn_at is not None and given.withdrawn_at <= now:
        raise AlreadyWithdrawn
    mine = Reaction(praise=given, person=actor, kind=kind)
    if on:
        Reaction.objects.bulk_create([mine], ignore_conflicts=True)
    else:
        Reaction.objects.filter(praise=given, person=actor, kind=kind).delete()


@transaction.atomic
def record_demerit(*, actor: Person, seen: Seen, form_key: uuid.UUID, now: datetime) -> Demerit:
    """Record a demerit and tell the person (ATT-14). It carries no amount.

    Raises OneselfMarked, NotEmployed, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    demerit = _mark(actor, seen, now=now)
    submissions.finish(submission, result=reverse("staff:demerit", args=[demerit.pk]))
    return demerit


@transaction.atomic
def decide_demerit(*, actor: Person, seen: Seen, source: str, now: datetime) -> Demerit:
    """Record a demerit that is part of a decision, which `source` names (INC-5).

    Raises OneselfMarked, NotEmployed, and IntegrityError where the decision has one already.
    """
    return _mark(actor, seen, source=source, now=now)


def _mark(actor: Person, seen: Seen, *, source: str = "", now: datetime) -> Demerit:
    if seen.person_id == actor.pk:
        raise OneselfMarked
    if not Person.objects.employed(seen.day).filter(pk=seen.person_id).exists():
        raise NotEmployed
    demerit = Demerit.objects.create(
        person_id=seen.person_id,
        day=seen.day,
        kind=seen.kind,
        reason=seen.reason,
        evidence=seen.evidence,
        source=source,
        recorded_by=actor,
        recorded_at=now,
    )
    facts = {"person": demerit.person.number, "day": seen.day.isoformat(), "kind": seen.kind}
    audit.record(actor=actor.user, verb=MARKED, target=demerit, at=now, after=facts)
    params = {"demerit": demerit.pk, "by": actor.name, "day": seen.day.isoformat()}
    _tell(demerit, [seen.person_id], kind=MARKED, params=params | {"kind": seen.kind}, now=now)
    return demerit


@transaction.atomic
def withdraw_demerit(*, actor: Person, demerit_id: int, why: str, now: datetime) -> Demerit:
    """Take a demerit back with a reason; it stays visible as withdrawn.

    Raises AlreadyWithdrawn, and DecidedElsewhere for one that is part of a decision.
    """
    demerit = Demerit.objects.get(pk=demerit_id)
    if demerit.source:
        raise DecidedElsewhere
    return _unmark(demerit, actor=actor, why=why, now=now)


@transaction.atomic
def undo_demerits(
    *, actor: Person, sources: Collection[str], why: str, now: datetime
) -> list[Demerit]:
    """Take back the demerits of decisions that are undone; those taken back before stay so."""
    rows = Demerit.objects.select_for_update().filter(source__in=sources, withdrawn_at=None)
    return [_unmark(row, actor=actor, why=why, now=now) for row in rows.order_by("pk")]


def _unmark(demerit: Demerit, *, actor: Person, why: str, now: datetime) -> Demerit:
    _withdraw(demerit, actor=actor, why=why, now=now)
    facts = {"person": demerit.person.number, "day": demerit.day.isoformat()}
    audit.record(actor=actor.user, verb=UNMARKED, target=demerit, at=now, after=facts)
    notices.settle(f"demerit:{demerit.pk}", now=now)
    params = {"demerit": demerit.pk, "by": actor.name, "day": demerit.day.isoformat()}
    _tell(demerit, [demerit.person_id], kind=UNMARKED, params=params, now=now)
    return demerit
