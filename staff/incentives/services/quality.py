"""Audits and calibrations: an item scored by one, or by two each by themselves (INC-7)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from portal import audit as log
from portal import notices, submissions
from staff.incentives.models import (
    AuditScore,
    Calibration,
    Criterion,
    QualityAudit,
)
from staff.incentives.policies import quality as policies
from staff.incentives.queries import quality as queries
from staff.incentives.services.recognition import user_ids, user_of
from staff.people.models import Person
from staff.people.services import Refused

AUDITED, ASKED, COMPARED = "audit.given", "calibration.asked", "calibration.done"


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
