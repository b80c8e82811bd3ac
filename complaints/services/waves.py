"""Notices waves of complaints and proposes the plan for them, once for each (CMP-13, DAY-6)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from complaints.models import Wave
from complaints.queries import waves as queries
from complaints.queries.waves import Crest
from portal import audit
from staff.handbook.enums import PlanKind
from staff.handbook.services import runs
from staff.rulebook import queries as rulebook

Says = Callable[[Wave], str]


def watch(now: datetime, *, says: Says) -> int:
    """Notice the waves of the last minutes; a step of the tick. Returns how many are new.

    `says` makes the reason of the proposal. Two ticks side by side notice a wave once: the
    database holds one that goes on for each thing.
    """
    policy = rulebook.policy_on(timezone.localdate(now))
    since = now - timedelta(minutes=policy.wave_minutes)
    Wave.objects.filter(ended_at=None, last_at__lte=since).update(ended_at=now)
    fresh = 0
    for crest in queries.crests(since=since, now=now, most=policy.wave_cases):
        fresh += _notice(crest, minutes=policy.wave_minutes, says=says, now=now)
    return fresh


def _notice(crest: Crest, *, minutes: int, says: Says, now: datetime) -> bool:
    about = {
        "type_id": crest.type_id, "product_id": crest.product_id, "store_id": crest.store_id
    }  # fmt: skip
    going_on = Wave.objects.filter(ended_at=None, **about)
    if going_on.update(last_at=crest.last):
        going_on.filter(cases__lt=crest.count).update(cases=crest.count)
        return False
    try:
        with transaction.atomic():
            _propose(crest, about, minutes=minutes, says=says, now=now)
    except IntegrityError:  # another tick was first
        return False
    return True


def _propose(
    crest: Crest, about: dict[str, int | None], *, minutes: int, says: Says, now: datetime
) -> None:
    made = Wave.objects.create(
        **about, began_at=crest.first, last_at=crest.last, cases=crest.count, minutes=minutes,
        seen_at=now,
    )  # fmt: skip
    runs.propose(
        plan_kind=PlanKind.COMPLAINT_WAVE, reason=says(made),
        link=reverse("complaints:wave", args=[made.pk]), now=now,
    )  # fmt: skip
    audit.record(
        actor=None, verb="complaint.wave", target=made, at=now,
        after={**about, "cases": crest.count},
    )  # fmt: skip
