"""Scorecards in use, the parts of an audit, samples, and scores over time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Max, Prefetch, QuerySet
from django.urls import reverse

from portal import sampling
from portal.period import Month
from staff.daily.queries import known
from staff.incentives.models import (
    AuditScore,
    Calibration,
    Criterion,
    QualityAudit,
    Scorecard,
    ScorecardVersion,
)
from staff.incentives.policies import quality as policies
from staff.incentives.policies.targets import MeasuredValue
from staff.incentives.queries.measures import Asked
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.queries import Member, above, members
from staff.rulebook import queries as rulebook

MONTHS_SHOWN = 12


def latest_versions(
    *, active: bool = True, start: int = 0, size: int | None = None
) -> list[ScorecardVersion]:
    """Return the newest version of each scorecard with its criteria, in two queries."""
    rows = ScorecardVersion.objects.annotate(newest=Max("scorecard__versions__number")).filter(
        number=F("newest")
    )
    if active:
        rows = rows.filter(scorecard__is_active=True)
    stop = None if size is None else start + size
    return list(_with_criteria(rows).order_by("scorecard__name")[start:stop])


def _with_criteria(rows: QuerySet[ScorecardVersion]) -> QuerySet[ScorecardVersion]:
    criteria = Criterion.objects.order_by("position")
    return rows.select_related("scorecard", "made_by").prefetch_related(
        Prefetch("criteria", queryset=criteria)
    )


def versions_of(scorecard: Scorecard) -> list[ScorecardVersion]:
    """Return all versions of a scorecard, newest first, with their criteria."""
    return list(_with_criteria(scorecard.versions.all()).order_by("-number"))


def part_of(score: AuditScore) -> policies.Part:
    criterion = score.criterion
    return policies.Part(
        weight_bp=criterion.weight_bp,
        most=criterion.most,
        points=score.points,
        knocks_out=criterion.knocks_out,
    )


def scores_of(audit: QualityAudit) -> list[AuditScore]:
    """Return the points of an audit in the order of the scorecard."""
    return list(audit.scores.select_related("criterion").order_by("criterion__position"))


@dataclass(frozen=True)
class Compared:
    """Two audits of one item, side by side."""

    audits: tuple[QualityAudit, QualityAudit]
    rows: tuple[tuple[AuditScore, AuditScore, policies.Gap], ...]
    deviation: policies.Deviation


def compared(calibration: Calibration) -> Compared | None:
    """Return both audits of a calibration, None until both are there."""
    found = {
        audit.auditor_id: audit
        for audit in calibration.audits.select_related("auditor").order_by("pk")
    }
    first, second = (found.get(key) for key in (calibration.first_id, calibration.second_id))
    if first is None or second is None:
        return None
    scores = scores_of(first), scores_of(second)
    parts = [[part_of(score) for score in some] for some in scores]
    deviation = policies.deviation(parts[0], parts[1])
    rows = tuple(zip(scores[0], scores[1], deviation.gaps, strict=True))
    return Compared((first, second), rows, deviation)


@dataclass(frozen=True)
class MonthScore:
    """The mean of a month's audits; None where there was none."""

    month: date
    mean_bp: int | None
    count: int


def trend(scope: Scope, person_id: int, *, today: date) -> list[MonthScore]:
    """Return the scores of the last twelve months that one may see, oldest first.

    Months before the first audit are left out; the present month is always there. A month is
    that of service days, as in the measure.
    """
    months = [Month.of(today)]
    while len(months) < MONTHS_SHOWN:
        months.insert(0, months[0].previous())
    desk = rulebook.timetable()
    begin = known.span_of(months[0].first_day, desk)[0]
    rows = QualityAudit.objects.visible_to(scope).filter(person_id=person_id, audited_at__gte=begin)
    found: dict[date, list[int]] = defaultdict(list)
    for at, total in rows.values_list("audited_at", "total_bp"):
        found[desk.service_day(at).replace(day=1)].append(total)
    begun = min(found, default=months[-1].first_day)
    return [
        MonthScore(
            month.first_day, policies.mean_bp(found[month.first_day]), len(found[month.first_day])
        )
        for month in months
        if month.first_day >= begun
    ]


@dataclass(frozen=True)
class ListedCalibration:
    """A calibration with what each auditor has given; how far apart is told once both have."""

    row: Calibration
    first_bp: int | None
    second_bp: int | None

    @property
    def apart_bp(self) -> int | None:
        if self.first_bp is None or self.second_bp is None:
            return None
        return abs(self.first_bp - self.second_bp)


def calibrations(scope: Scope) -> QuerySet[Calibration]:
    """Return the calibrations that one may see, with their people."""
    return Calibration.objects.visible_to(scope).select_related("person", "first", "second")


def with_scores(rows: Sequence[Calibration]) -> list[ListedCalibration]:
    """Add what each auditor has given, in one query."""
    totals = {
        (audit.calibration_id, audit.auditor_id): audit.total_bp
        for audit in QualityAudit.objects.filter(calibration__in=rows)
    }
    return [
        ListedCalibration(
            row, totals.get((row.pk, row.first_id)), totals.get((row.pk, row.second_id))
        )
        for row in rows
    ]


def auditors_of(person_id: int, *, today: date) -> list[Member]:
    """Return who may audit somebody: the chain above, from the lead up."""
    chain = above(person_id, members(today))
    return [one for one in chain if one.post.rank >= Post.LEAD.rank]


def items_of(
    scope: Scope, references: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], sampling.Item]:
    """Return the items behind pairs of source and key, as far as one may see them."""
    keys: dict[str, list[str]] = defaultdict(list)
    for source, key in references:
        keys[source].append(key)
    return {
        (code, key): item
        for code, wanted in keys.items()
        if (found := sampling.find(code))
        for key, item in found.items(scope, wanted).items()
    }


def audited(scope: Scope, keys: Sequence[str], *, source: str) -> dict[str, int]:
    """Return which of the keys one has audited already, with the audit."""
    rows = QualityAudit.objects.visible_to(scope).filter(
        auditor_id=scope.person_id or 0, source=source, reference__in=keys
    )
    return dict(rows.values_list("reference", "pk"))


def audit_scores(asked: Asked) -> Iterable[MeasuredValue]:
    """Return the scores of audits that count, in hundredths of a point, for targets."""
    rows = QualityAudit.objects.counted().filter(
        person_id__in=asked.person_ids, audited_at__gte=asked.since, audited_at__lt=asked.until
    )
    for pk, at, total, person in rows.values_list("pk", "audited_at", "total_bp", "person_id"):
        yield MeasuredValue(
            key=f"audit:{pk}",
            at=at,
            value=total,
            person_id=person,
            url=reverse("staff:quality_audit", args=[pk]),
        )
