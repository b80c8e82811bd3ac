"""Scorecards in versions: what is audited, and with which weight (INC-7)."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from portal import audit as log
from portal import submissions
from staff.incentives.models import Criterion, Scorecard, ScorecardVersion
from staff.incentives.policies import quality as policies
from staff.incentives.services.recognition import user_of
from staff.people.models import Person
from staff.people.services import Refused


class ScorecardChanged(Refused):
    """Somebody else has saved a newer version since this one was read."""

    code = "scorecard_changed"


class NameTaken(Refused):
    code = "scorecard_name_taken"


class BadWeights(Refused):
    """The weights make no scorecard; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Line:
    """A criterion as it is asked for."""

    title: str
    help: str
    weight_bp: int
    most: int
    knocks_out: bool


def _same(version: ScorecardVersion, lines: Sequence[Line]) -> bool:
    names = ("title", "help", "weight_bp", "most", "knocks_out")
    there = version.criteria.order_by("position").values_list(*names)
    return list(there) == [tuple(asdict(line)[name] for name in names) for line in lines]


@transaction.atomic
def add_scorecard(
    *, actor: Person, name: str, lines: Sequence[Line], form_key: uuid.UUID, now: datetime
) -> Scorecard:
    """Add a scorecard with its first version.

    Raises BadWeights, NameTaken, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    if why := policies.why_not_weights([line.weight_bp for line in lines]):
        raise BadWeights(why)
    scorecard, fresh = Scorecard.objects.get_or_create(name=name)
    if not fresh:
        raise NameTaken
    _add_version(scorecard, lines, number=1, actor=actor, now=now)
    submissions.finish(submission, result=reverse("staff:scorecard", args=[scorecard.pk]))
    return scorecard


@transaction.atomic
def change_scorecard(
    *, actor: Person, scorecard_id: int, seen: int, lines: Sequence[Line], now: datetime
) -> ScorecardVersion:
    """Add a version; the ones before stay as they are. `seen` is the version that was changed.

    The same lines again add nothing. Raises BadWeights and ScorecardChanged.
    """
    if why := policies.why_not_weights([line.weight_bp for line in lines]):
        raise BadWeights(why)
    scorecard = Scorecard.objects.select_for_update().get(pk=scorecard_id)
    last = scorecard.versions.order_by("-number")[0]
    if _same(last, lines):
        return last
    if last.number != seen:
        raise ScorecardChanged
    return _add_version(scorecard, lines, number=last.number + 1, actor=actor, now=now)


def _add_version(
    scorecard: Scorecard, lines: Sequence[Line], *, number: int, actor: Person, now: datetime
) -> ScorecardVersion:
    version = ScorecardVersion.objects.create(
        scorecard=scorecard, number=number, made_by=actor, made_at=now
    )
    Criterion.objects.bulk_create(
        [
            Criterion(version=version, position=position, **asdict(line))
            for position, line in enumerate(lines, start=1)
        ]
    )
    log.record(
        actor=actor.user,
        verb="scorecard.saved",
        target=scorecard,
        at=now,
        after={"version": number, "criteria": len(lines)},
    )
    return version


@transaction.atomic
def set_in_use(*, actor: Person, scorecard_id: int, active: bool, now: datetime) -> bool:
    """Take a scorecard out of use, or into use again; returns whether that changed anything."""
    rows = Scorecard.objects.filter(pk=scorecard_id).exclude(is_active=active)
    if not rows.update(is_active=active):
        return False
    scorecard = Scorecard.objects.get(pk=scorecard_id)
    verb = "scorecard.in_use" if active else "scorecard.out_of_use"
    log.record(actor=actor.user, verb=verb, target=scorecard, at=now)
    return True
