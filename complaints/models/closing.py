from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.enums import Channel, LinkPurpose, Revisited, Side
from complaints.models.cases import Complaint
from complaints.models.remedies import CaseTask, Proposal
from complaints.querysets import IncidentQuerySet, MeasureQuerySet
from staff.people.models import Person, Store

BEST_SCORE = 5


class PersonalLink(models.Model):
    """A link for somebody without an account: its 128 random bits are kept as a hash only.

    `language` is the one that the page opens in. A link is used once.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=5, choices=LinkPurpose.choices)
    proposal = models.ForeignKey(Proposal, models.CASCADE, null=True, related_name="links")
    task = models.ForeignKey(CaseTask, models.CASCADE, null=True, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True)
    void_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose=LinkPurpose.AGREE, proposal__isnull=False, task=None)
                | Q(purpose=LinkPurpose.TASK, proposal=None, task__isnull=False)
                | Q(purpose=LinkPurpose.SCORE, proposal=None, task=None),
                name="link_has_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.purpose}"


class Revisit(models.Model):
    """An attempt to hear whether the customer is satisfied (CMP-9, CMP-14).

    `turn` counts how often the case had been reopened then: attempts count for one turn.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="revisits")
    turn = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="revisits")
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    outcome = models.CharField(_("outcome"), max_length=13, choices=Revisited.choices)
    score = models.PositiveSmallIntegerField(_("score (1 to 5)"), null=True)
    words = models.TextField(_("what the customer said"), max_length=2000, blank=True)
    thanked = models.BooleanField(_("the customer was thanked"), default=False)
    link = models.OneToOneField(PersonalLink, models.PROTECT, null=True, related_name="revisit")

    class Meta:
        verbose_name = _("revisit")
        verbose_name_plural = _("revisits")
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=BEST_SCORE),
                name="revisit_score_in_range",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Revisited.NOT_REACHED) | Q(score=None, thanked=False),
                name="revisit_not_reached_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.outcome}"


class CauseKind(models.Model):
    """A root cause by name; departments add their own. `side` is where it lies."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60)
    side = models.CharField(_("where it lies"), max_length=10, choices=Side.choices)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("root cause")
        verbose_name_plural = _("root causes")

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """Return the name in the active language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en

    @property
    def is_ours(self) -> bool:
        """Whether it lies with us or the warehouse, so that a measure is owed (CMP-9)."""
        return self.side in (Side.OURS, Side.WAREHOUSE)


class RootCause(models.Model):
    """Why it came to the complaint (CMP-9)."""

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="root_cause")
    kind = models.ForeignKey(CauseKind, models.PROTECT, related_name="found")
    text = models.CharField(_("how it came about"), max_length=1000)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("root cause of a case")
        verbose_name_plural = _("root causes of cases")

    def __str__(self) -> str:
        return f"{self.complaint_id}"


class PreventiveMeasure(models.Model):
    """What is done so that it does not happen again (CMP-9), by whom, until when, and its effect.

    `store_id` of the case decides who sees it.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="measures")
    what = models.CharField(_("preventive measure"), max_length=500)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="preventive_measures", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due on"))
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    done_on = models.DateField(_("done on"), null=True)
    effect = models.CharField(_("effect"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("preventive measure")
        verbose_name_plural = _("preventive measures")
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_on=None), name="measure_open_by_due")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.pk}"


class Incident(models.Model):
    """One cause behind several complaints: one measure, and one message to all (CMP-13)."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("what is behind it"), max_length=200)
    store = models.ForeignKey(
        Store, models.PROTECT, related_name="incidents", verbose_name=_("store")
    )
    cause = models.ForeignKey(
        CauseKind, models.PROTECT, null=True, related_name="incidents", verbose_name=_("root cause")
    )
    measure = models.CharField(_("one measure for all"), max_length=500, blank=True)
    message = models.TextField(_("one message to all"), max_length=2000, blank=True)
    told_at = models.DateTimeField(_("told to all at"), null=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("incident closed at"), null=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        indexes = [models.Index(fields=["-opened_at", "-id"], name="incident_newest")]

    def __str__(self) -> str:
        return self.number
