"""Samples: items drawn at random to be audited, with the seed that drew them (INC-7)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from portal import audit as log
from portal import sampling, submissions
from staff.incentives.models import Sample
from staff.incentives.policies import quality as policies
from staff.incentives.services.recognition import user_of
from staff.people.access import Scope
from staff.people.models import Person
from staff.people.services import Refused


class EmptyPool(Refused):
    """There is nothing to draw from."""

    code = "empty_pool"


class NotInPeriod(Refused):
    """The days of a sample are out of order or too many."""

    code = "not_in_period"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a sample is drawn from: a person's items of a source in days, both included."""

    person_id: int
    source: str
    first_day: date
    last_day: date
    size: int
    seed: int


@transaction.atomic
def draw_sample(
    *, actor: Person, scope: Scope, wanted: Wanted, form_key: uuid.UUID, now: datetime
) -> Sample:
    """Draw at random from what the auditor may see, and keep seed, pool and draw.

    Raises EmptyPool, NotInPeriod, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    if wanted.last_day < wanted.first_day:
        raise NotInPeriod
    source = sampling.find(wanted.source)
    pool = source.keys(scope, wanted.person_id, wanted.first_day, wanted.last_day) if source else ()
    if not pool:
        raise EmptyPool
    sample = Sample.objects.create(
        person_id=wanted.person_id,
        auditor=actor,
        source=wanted.source,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        seed=wanted.seed,
        pool=len(pool),
        keys=policies.draw(pool, seed=wanted.seed, size=wanted.size),
        drawn_at=now,
    )
    log.record(
        actor=actor.user,
        verb="sample.drawn",
        target=sample,
        at=now,
        after={"person": sample.person.number, "pool": sample.pool, "drawn": len(sample.keys)},
    )
    submissions.finish(submission, result=reverse("staff:sample", args=[sample.pk]))
    return sample
