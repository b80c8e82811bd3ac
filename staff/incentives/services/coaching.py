"""Coaching entries: recorded, changed, confirmed, closed, and reminded of (INC-7)."""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal import audit, notices, submissions
from staff.incentives.models import Coaching
from staff.incentives.services.recognition import user_ids, user_of
from staff.people.models import Person
from staff.people.queries import above, members
from staff.people.services import Refused

COACHED, DUE, CLOSED = "coaching.recorded", "coaching.due", "coaching.closed"
BATCH = 100


class ChangedMeanwhile(Refused):
    """Somebody else has saved the entry since it was read; `current` is how it stands."""

    code = "coaching_changed"

    def __init__(self, current: Coaching) -> None:
        super().__init__()
        self.current = current


class AlreadyClosed(Refused):
    """The entry is closed and stays as it is."""

    code = "coaching_closed"


class OneselfCoached(Refused):
    """Nobody coaches themselves."""

    code = "oneself_coached"


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What a coaching entry says."""

    held_on: date
    topic: str
    agreement: str
    due_on: date | None


def subject_of(coaching: Coaching) -> str:
    return f"coaching:{coaching.pk}"


def _tell(coaching: Coaching, to: Mapping[int, str], *, kind: str, now: datetime) -> None:
    """Tell users by id, each with the key of the event."""
    params: dict[str, Any] = {
        "coaching": coaching.pk,
        "person": coaching.person.name,
        "coach": coaching.coach.name,
        "day": coaching.held_on.isoformat(),
    }
    subject = subject_of(coaching)
    drafts = [
        notices.Draft(
            receiver_id=user_id, key=f"{subject}:{key}", kind=kind, params=params, subject=subject
        )
        for user_id, key in to.items()
    ]
    notices.send(drafts, now=now)


def _users(coaching: Coaching, *person_ids: int, key: str) -> dict[int, str]:
    return dict.fromkeys(user_ids(person_ids), f"{key}:{coaching.version}")


def _record(coaching: Coaching, *, actor: Person, verb: str, now: datetime) -> None:
    due = coaching.due_on.isoformat() if coaching.due_on else ""
    audit.record(
        actor=actor.user,
        verb=verb,
        target=coaching,
        at=now,
        after={"person": coaching.person.number, "due": due},
    )


@transaction.atomic
def record_coaching(
    *, actor: Person, person_id: int, talk: Talk, form_key: uuid.UUID, now: datetime
) -> Coaching:
    """Write a talk down and tell the person.

    Raises OneselfCoached, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    if person_id == actor.pk:
        raise OneselfCoached
    coaching = Coaching.objects.create(
        person_id=person_id, coach=actor, recorded_at=now, **asdict(talk)
    )
    _record(coaching, actor=actor, verb=COACHED, now=now)
    _tell(coaching, _users(coaching, person_id, key="recorded"), kind=COACHED, now=now)
    submissions.finish(submission, result=reverse("staff:coaching", args=[coaching.pk]))
    return coaching


def _open(coaching_id: int, *, version: int | None = None) -> Coaching:
    """Lock an open entry. Raises AlreadyClosed and ChangedMeanwhile."""
    coaching = Coaching.objects.select_for_update().get(pk=coaching_id)
    if coaching.closed_at is not None:
        raise AlreadyClosed
    if version is not None and coaching.version != version:
        raise ChangedMeanwhile(coaching)
    return coaching


@transaction.atomic
def change_coaching(
    *, actor: Person, coaching_id: int, version: int, talk: Talk, now: datetime
) -> Coaching:
    """Change an open entry; the person confirms it anew, and is told.

    A new day of follow-up is reminded of again. Raises AlreadyClosed and ChangedMeanwhile.
    """
    coaching = _open(coaching_id, version=version)
    if coaching.due_on != talk.due_on:
        coaching.reminded_at = None
    for name, value in asdict(talk).items():
        setattr(coaching, name, value)
    coaching.read_at = None
    coaching.version += 1
    coaching.save()
    _record(coaching, actor=actor, verb="coaching.changed", now=now)
    notices.settle(subject_of(coaching), now=now)
    _tell(coaching, _users(coaching, coaching.person_id, key="recorded"), kind=COACHED, now=now)
    return coaching


@transaction.atomic
def confirm_coaching(*, actor: Person, coaching_id: int, version: int, now: datetime) -> Coaching:
    """Note that the person has read what was agreed; a second time changes nothing.

    Raises AlreadyClosed, and ChangedMeanwhile where other words stand there by now.
    """
    coaching = _open(coaching_id, version=version)
    if coaching.read_at is None:
        coaching.read_at = now
        coaching.save(update_fields=["read_at"])
        _record(coaching, actor=actor, verb="coaching.confirmed", now=now)
        notices.settle(subject_of(coaching), now=now, receivers=user_ids([actor.pk]))
    return coaching


@transaction.atomic
def close_coaching(
    *, actor: Person, coaching_id: int, version: int, outcome: str, now: datetime
) -> Coaching:
    """Close an entry with what came of it, and tell the person.

    Raises AlreadyClosed and ChangedMeanwhile.
    """
    coaching = _open(coaching_id, version=version)
    coaching.outcome, coaching.closed_at, coaching.closed_by = outcome, now, actor
    coaching.version += 1
    coaching.save()
    _record(coaching, actor=actor, verb=CLOSED, now=now)
    notices.settle(subject_of(coaching), now=now)
    _tell(coaching, _users(coaching, coaching.person_id, key="closed"), kind=CLOSED, now=now)
    return coaching


@transaction.atomic
def remind(*, coaching_id: int, now: datetime) -> bool:
    """Remind person and coach of one follow-up, once whoever comes first.

    Where the coach is no longer above the person, the nearest chief is told instead.
    """
    today = timezone.localdate(now)
    due = Coaching.objects.to_remind(today).filter(pk=coaching_id)
    if not due.update(reminded_at=now):
        return False
    coaching = Coaching.objects.select_related("person", "coach").get(pk=coaching_id)
    key = f"due:{coaching.due_on}"
    chain = [one.person_id for one in above(coaching.person_id, members(today))]
    chief = coaching.coach_id if coaching.coach_id in chain else next(iter(chain), 0)
    _tell(coaching, _users(coaching, chief, coaching.person_id, key=key), kind=DUE, now=now)
    return True


def remind_due(now: datetime) -> int:
    """Remind of follow-ups whose day has come; a step of the tick, safe side by side."""
    due = Coaching.objects.to_remind(timezone.localdate(now)).order_by("due_on", "pk")
    found = list(due.values_list("pk", flat=True)[:BATCH])
    return sum(remind(coaching_id=coaching_id, now=now) for coaching_id in found)


def oldest_due(now: datetime) -> datetime | None:
    """Return the beginning of the day of the oldest follow-up not reminded of."""
    due = Coaching.objects.to_remind(timezone.localdate(now)).order_by("due_on")
    day = due.values_list("due_on", flat=True).first()
    return timezone.make_aware(datetime.combine(day, time())) if day else None
