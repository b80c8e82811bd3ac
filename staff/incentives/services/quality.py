"""Scorecards, samples, audits and calibrations (INC-7)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal import audit as log
from portal import notices, sampling, submissions
from staff.incentives.models import (
    AuditScore,
    Calibration,
    Criterion,
    QualityAudit,
    Sample,
    Scorecard,
    ScorecardVersion,
)
from staff.incentives.policies import quality as policies
from staff.incentives.queries import quality as queries
from staff.incentives.services.recognition import user_ids, user_of
from staff.people.access import Scope
from staff.people.models import Person
from staff.people.services import Refused

AUDITED, ASKED, COMPARED = "audit.given", "calibration.asked", "calibration.done"


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


class EmptyPool(Refused):
    """There is nothing to draw from."""

    code = "empty_pool"


class NothingApplied(Refused):
    """Not one criterion applied."""

    code = "nothing_applied"


class AlreadyAudited(Refused):
    """One has audited this item already; `audit` is that one."""

    code = "already_audited"

    def __init__(self, audit: QualityAudit) -> None:
        super().__init__()
        self.audit = audit


class NotAnAuditor(Refused):
    """An auditor of a calibration is not above the person, or both are the same."""

    code = "not_an_auditor"


class NotInPeriod(Refused):
    """The days of a sample are out of order or too many."""

    code = "not_in_period"


@dataclass(frozen=True, kw_only=True)
class Line:
    """A criterion as it is asked for."""

    title: str
    help: str
    weight_bp: int
    most: int
    knocks_out: bool


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What an auditor gives in a criterion; no points where it did not apply."""

    points: int | None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is audited; `source` is empty for a reference in free words."""

    person_id: int
    version_id: int
    reference: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What an auditor gives for the whole."""

    marks: Mapping[int, Mark]
    comment: str = ""
    sample_id: int | None = None
    calibration_id: int | None = None


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


def _marked(version_id: int, marks: Mapping[int, Mark]) -> list[tuple[Criterion, Mark]]:
    """Pair the marks with the criteria of the version. Raises ValueError and NothingApplied."""
    criteria = list(Criterion.objects.filter(version_id=version_id).order_by("position"))
    if {criterion.pk for criterion in criteria} != set(marks):
        raise ValueError("the marks belong to another scorecard")
    if all(mark.points is None for mark in marks.values()):
        raise NothingApplied
    return [(criterion, marks[criterion.pk]) for criterion in criteria]


def _score(marked: Sequence[tuple[Criterion, Mark]]) -> int:
    return policies.total_bp(
        [
            policies.Part(
                weight_bp=criterion.weight_bp,
                most=criterion.most,
                points=mark.points,
                knocks_out=criterion.knocks_out,
            )
            for criterion, mark in marked
        ]
    )


def _earlier(actor: Person, target: Target, given: Given) -> QualityAudit | None:
    rows = QualityAudit.objects.filter(auditor=actor)
    if given.calibration_id is not None:
        return rows.filter(calibration_id=given.calibration_id).first()
    if not target.source:
        return None
    return rows.filter(
        calibration=None,
        person_id=target.person_id,
        source=target.source,
        reference=target.reference,
    ).first()


@transaction.atomic
def give_audit(
    *, actor: Person, target: Target, given: Given, form_key: uuid.UUID, now: datetime
) -> QualityAudit:
    """Score an item. The person is told; of a calibration the two auditors, once both are done.

    Raises AlreadyAudited, NothingApplied, NotAnAuditor, ValueError for marks of another
    scorecard, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    person = Person.objects.select_for_update().get(pk=target.person_id)
    if person.pk == actor.pk:
        raise NotAnAuditor
    if earlier := _earlier(actor, target, given):
        raise AlreadyAudited(earlier)
    marked = _marked(target.version_id, given.marks)
    audit = QualityAudit.objects.create(
        person=person,
        auditor=actor,
        version_id=target.version_id,
        source=target.source,
        reference=target.reference,
        sample_id=given.sample_id,
        calibration_id=given.calibration_id,
        total_bp=_score(marked),
        comment=given.comment,
        audited_at=now,
    )
    AuditScore.objects.bulk_create(
        [
            AuditScore(audit=audit, criterion=criterion, points=mark.points, note=mark.note)
            for criterion, mark in marked
        ]
    )
    log.record(
        actor=actor.user,
        verb=AUDITED,
        target=audit,
        at=now,
        after={"person": person.number, "calibration": given.calibration_id},
    )
    if given.calibration_id is None:
        path = reverse("staff:quality_audit", args=[audit.pk])
        _tell([person.pk], kind=AUDITED, key=f"audit:{audit.pk}", now=now, audit=audit.pk,
              by=actor.name)  # fmt: skip
    else:
        path = reverse("staff:calibration", args=[given.calibration_id])
        _finish(given.calibration_id, actor=actor, now=now)
    submissions.finish(submission, result=path)
    return audit


def _finish(calibration_id: int, *, actor: Person, now: datetime) -> None:
    """Close a calibration with the second audit, and tell both auditors."""
    calibration = Calibration.objects.select_for_update().get(pk=calibration_id)
    pair = [calibration.first_id, calibration.second_id]
    if actor.pk not in pair:
        raise NotAnAuditor
    notices.settle(f"calibration:{calibration_id}", now=now, receivers=user_ids([actor.pk]))
    if set(calibration.audits.values_list("auditor_id", flat=True)) != set(pair):
        return
    calibration.done_at = now
    calibration.save(update_fields=["done_at"])
    _tell(
        pair, kind=COMPARED, key=f"calibration:{calibration_id}:done", now=now,
        calibration=calibration_id, person=calibration.person.name,
    )  # fmt: skip


def _tell(
    person_ids: Sequence[int], *, kind: str, key: str, now: datetime, **params: object
) -> None:
    subject = key.removesuffix(":done")
    drafts = [
        notices.Draft(receiver_id=user_id, key=key, kind=kind, params=params, subject=subject)
        for user_id in user_ids(person_ids)
    ]
    notices.send(drafts, now=now)


@transaction.atomic
def ask_calibration(
    *,
    actor: Person,
    target: Target,
    auditors: tuple[int, int],
    form_key: uuid.UUID,
    now: datetime,
) -> Calibration:
    """Have one item scored by two people of the chain above the person, each by themselves.

    Raises NotAnAuditor, and AlreadySubmitted for a form sent twice.
    """
    submission = submissions.claim(key=form_key, user=user_of(actor), now=now)
    fit = queries.auditors_of(target.person_id, today=timezone.localdate(now))
    if len({*auditors} & {one.person_id for one in fit}) != len(auditors):
        raise NotAnAuditor
    calibration = Calibration.objects.create(
        person_id=target.person_id,
        version_id=target.version_id,
        source=target.source,
        reference=target.reference,
        first_id=auditors[0],
        second_id=auditors[1],
        asked_by=actor,
        asked_at=now,
    )
    log.record(
        actor=actor.user,
        verb=ASKED,
        target=calibration,
        at=now,
        after={"person": calibration.person.number},
    )
    others = [person_id for person_id in auditors if person_id != actor.pk]
    _tell(
        others, kind=ASKED, key=f"calibration:{calibration.pk}", now=now, by=actor.name,
        calibration=calibration.pk, person=calibration.person.name,
    )  # fmt: skip
    submissions.finish(submission, result=reverse("staff:calibration", args=[calibration.pk]))
    return calibration
