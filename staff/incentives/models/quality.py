"""Scorecards with their versions, samples, audits and calibrations (INC-7).

Weights and scores are whole basis points: 10,000 are 100 %.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.incentives.policies.quality import FULL, MOST_POINTS
from staff.incentives.querysets import AuditQuerySet, CalibrationQuerySet, SampleQuerySet
from staff.people.models import Person


class Scorecard(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")

    def __str__(self) -> str:
        return self.name


class ScorecardVersion(models.Model):
    """What a scorecard asks. Once an audit used it, the database refuses to change it."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("version of a scorecard")
        verbose_name_plural = _("versions of scorecards")
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "number"], name="scorecard_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Criterion(models.Model):
    """One line of a scorecard. With 0 points in one that `knocks_out`, the audit has 0."""

    version = models.ForeignKey(ScorecardVersion, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("criterion"), max_length=80)
    help = models.CharField(_("what is looked at"), max_length=300, blank=True)
    weight_bp = models.PositiveIntegerField(_("weight (basis points)"))
    most = models.PositiveSmallIntegerField(_("most points"), default=5)
    knocks_out = models.BooleanField(_("0 points fail the whole"), default=False)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="criterion_position_once"),
            models.CheckConstraint(
                condition=Q(weight_bp__gte=1, weight_bp__lte=FULL), name="criterion_weight_sane"
            ),
            models.CheckConstraint(
                condition=Q(most__gte=1, most__lte=MOST_POINTS), name="criterion_points_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Sample(models.Model):
    """Cases of a person drawn at random. The same seed draws the same keys from the same pool."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="samples")
    auditor = models.ForeignKey(Person, models.PROTECT, related_name="samples_drawn")
    source = models.CharField(_("drawn from"), max_length=20)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    seed = models.PositiveIntegerField(_("seed"))
    pool = models.PositiveIntegerField(_("size of the pool"))
    keys = models.JSONField(_("drawn"))
    drawn_at = models.DateTimeField(_("drawn at"))
    objects = SampleQuerySet.as_manager()

    class Meta:
        verbose_name = _("sample")
        verbose_name_plural = _("samples")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="sample_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seed}"


class Calibration(models.Model):
    """Two auditors score the same item, each without seeing the other's score.

    Its audits say how far the auditors agree; in the person's own score they do not count.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="calibrations")
    version = models.ForeignKey(ScorecardVersion, models.PROTECT, related_name="calibrations")
    source = models.CharField(_("source"), max_length=20, blank=True)
    reference = models.CharField(_("conversation or case"), max_length=200)
    first = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    objects = CalibrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")
        constraints = [
            models.CheckConstraint(
                condition=~Q(first=F("second")) & ~Q(first=F("person")) & ~Q(second=F("person")),
                name="calibration_by_two",
                violation_error_message=_("A calibration takes two different auditors."),
            ),
        ]

    def __str__(self) -> str:
        """Return the key: the audit log keeps this text, and a reference may name a customer."""
        return f"{self.pk}"


class QualityAudit(models.Model):
    """A conversation or case of a person, scored against a version of a scorecard.

    `source` is empty for a reference in free words. Never changed once given.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="audits")
    auditor = models.ForeignKey(Person, models.PROTECT, related_name="audits_made")
    version = models.ForeignKey(ScorecardVersion, models.PROTECT, related_name="audits")
    source = models.CharField(_("source"), max_length=20, blank=True)
    reference = models.CharField(_("conversation or case"), max_length=200)
    sample = models.ForeignKey(Sample, models.PROTECT, null=True, blank=True, related_name="audits")
    calibration = models.ForeignKey(
        Calibration, models.PROTECT, null=True, blank=True, related_name="audits"
    )
    total_bp = models.PositiveIntegerField(_("score (basis points)"))
    comment = models.CharField(_("comment"), max_length=1000, blank=True)
    audited_at = models.DateTimeField(_("audited at"))
    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality audit")
        verbose_name_plural = _("quality audits")
        constraints = [
            models.CheckConstraint(
                condition=~Q(auditor=F("person")),
                name="audit_not_of_oneself",
                violation_error_message=_("Nobody audits themselves."),
            ),
            models.CheckConstraint(condition=Q(total_bp__lte=FULL), name="audit_score_sane"),
            models.UniqueConstraint(
                fields=["calibration", "auditor"],
                condition=Q(calibration__isnull=False),
                name="calibration_scored_once",
            ),
            models.UniqueConstraint(
                fields=["source", "reference", "person", "auditor"],
                condition=~Q(source="") & Q(calibration=None),
                name="audit_once_per_item",
                violation_error_message=_("You have audited this item already."),
            ),
        ]
        indexes = [models.Index(fields=["person", "audited_at"], name="audit_by_person")]

    def __str__(self) -> str:
        """Return the key: the audit log keeps this text, and a reference may name a customer."""
        return f"{self.pk}"


class AuditScore(models.Model):
    """The points of one criterion; none where the criterion did not apply."""

    audit = models.ForeignKey(QualityAudit, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(_("points"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("score of a criterion")
        verbose_name_plural = _("scores of criteria")
        constraints = [
            models.UniqueConstraint(fields=["audit", "criterion"], name="audit_score_once"),
        ]

    def __str__(self) -> str:
        return f"{self.points}"
