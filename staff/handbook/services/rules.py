"""House rules are confirmed by name, told when a version begins, and reminded of each week."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from portal import audit
from staff.handbook.models import Acknowledgement, PolicyReminder
from staff.handbook.policies.reminders import next_morning
from staff.handbook.queries import rules as queries
from staff.handbook.queries.announcements import Reader
from staff.handbook.services.telling import News, settle_for, tell
from staff.people.models import Person
from staff.people.services import Refused
from staff.rulebook.models import Policy
from staff.rulebook.queries import habits

BEGUN, REMINDER, UNREAD = "rules.begun", "rules.reminder", "rules.unread"


class NotBegun(Refused):
    """A version that may still change is not confirmed."""

    code = "rules_not_begun"


def subject_of(policy_id: int) -> str:
    return f"rules:{policy_id}"


@transaction.atomic
def confirm(*, actor: Person, policy_id: int, now: datetime) -> bool:
    """Note that somebody has read a version; returns whether it was new. Raises NotBegun."""
    policy = Policy.objects.select_for_update().get(pk=policy_id)
    if policy.valid_from > timezone.localdate(now):
        raise NotBegun
    _row, fresh = Acknowledgement.objects.get_or_create(
        policy=policy, person=actor, defaults={"at": now}
    )
    if fresh:
        audit.record(actor=actor.user, verb="rules.confirmed", target=policy, at=now)
        settle_for([actor.pk], subject=subject_of(policy_id), now=now)
    return fresh


def _pause() -> timedelta:
    """Return what lies between the next morning and the reminder after it."""
    return habits.span("rules.remind_every") - timedelta(days=1)


@transaction.atomic
def act(*, policy_id: int, now: datetime) -> bool:
    """Tell of a version that has begun, or remind of it, once whoever comes first."""
    today = timezone.localdate(now)
    next_at = next_morning(timezone.localtime(now)) + _pause()
    policy = Policy.objects.get(pk=policy_id)
    waiting = [one for one in queries.readers(policy, day=today) if one.read_at is None]
    row, fresh = PolicyReminder.objects.get_or_create(policy=policy, defaults={"next_at": next_at})
    if fresh:
        _tell(policy, waiting, kind=BEGUN, key="begun", now=now)
        return True
    due = PolicyReminder.objects.filter(pk=row.pk, next_at__lte=now)
    if not due.update(next_at=next_at, reminded=row.reminded + 1):
        return False
    _tell(policy, waiting, kind=REMINDER, key=str(today), now=now)
    _tell_chiefs(policy, waiting, key=str(today), now=now)
    return True


def _news(policy: Policy, *, kind: str, key: str) -> News:
    subject = subject_of(policy.pk)
    params = {"day": policy.valid_from.isoformat()}
    return News(kind=kind, key=f"{subject}:{key}", subject=subject, params=params)


def _tell(
    policy: Policy, waiting: Collection[Reader], *, kind: str, key: str, now: datetime
) -> None:
    people = [one.place.person_id for one in waiting]
    tell(people, _news(policy, kind=kind, key=key), now=now)


def _tell_chiefs(policy: Policy, waiting: Collection[Reader], *, key: str, now: datetime) -> None:
    """Tell each chief how many of the own people have not confirmed."""
    counts: dict[int, int] = defaultdict(int)
    for one in waiting:
        if one.place.chief_id:
            counts[one.place.chief_id] += 1
    news = _news(policy, kind=UNREAD, key=f"{key}:unread")
    for chief, count in counts.items():
        params = {**news.params, "count": count}
        tell([chief], News(**vars(news) | {"params": params}), now=now)


def act_due(now: datetime) -> int:
    """Tell or remind of the version that holds; a step of the tick.

    The version with which the department began is told by its tile alone.
    """
    moment = oldest_due(now)
    policy = queries.in_force(timezone.localdate(now))
    if moment is None or policy is None:
        return 0
    return int(act(policy_id=policy.pk, now=now))


def oldest_due(now: datetime) -> datetime | None:
    """Return when the version that holds was to be told, or reminded of."""
    policy = queries.in_force(timezone.localdate(now))
    if policy is None or policy.valid_from == queries.first_version():
        return None
    next_at = PolicyReminder.objects.filter(policy=policy).values_list("next_at", flat=True).first()
    if next_at is None:
        return timezone.make_aware(datetime.combine(policy.valid_from, time()))
    return next_at if next_at <= now else None
