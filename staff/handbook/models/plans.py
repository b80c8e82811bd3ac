"""Contingency plans, what they propose, and what came of them when triggered (DAY-6)."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.handbook.enums import PlanKind
from staff.handbook.querysets import (
    PlanQuerySet,
    PlanRunQuerySet,
    PlanTaskQuerySet,
    ProposalQuerySet,
)
from staff.people.enums import Post
from staff.people.models import Person

LONGEST_MINUTES = 7 * 24 * 60


class Plan(models.Model):
    """Who does what by when in an emergency."""

    kind = models.CharField(_("kind"), max_length=8, choices=PlanKind.choices)
    title = models.CharField(_("title"), max_length=80)
    occasion = models.TextField(_("when it is triggered"), max_length=1000)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="plans", verbose_name=_("owner"))
    made_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed at"))
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("contingency plan")
        verbose_name_plural = _("contingency plans")
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(archived_at=None),
                name="plan_title_once",
                violation_error_message=_("There is a plan of this title already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class PlanStep(models.Model):
    """Something to do within so many minutes of the trigger, by one or by each of a post."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(_("what is to be done"), max_length=300)
    post = models.CharField(_("by whom"), max_length=10, choices=Post.choices)
    each = models.BooleanField(_("each of them"), default=False)
    minutes = models.PositiveIntegerField(
        _("within (minutes)"), validators=[MaxValueValidator(LONGEST_MINUTES)]
    )

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="plan_step_once"),
            models.CheckConstraint(
                condition=Q(minutes__lte=LONGEST_MINUTES), name="plan_step_within_a_week"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}.{self.position}"


class PlanRun(models.Model):
    """A plan that was triggered: running until ended, then reviewed.

    `title` is that of the plan at the time. `next_at` is when the tick asks for the review.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="runs")
    title = models.CharField(_("title"), max_length=80)
    reason = models.CharField(_("reason"), max_length=500)
    link = models.CharField(_("what it is about"), max_length=200, blank=True)
    triggered_by = models.ForeignKey(Person, models.PROTECT, related_name="plan_runs")
    triggered_at = models.DateTimeField(_("triggered at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("how it ended"), max_length=1000, blank=True)
    went_well = models.TextField(_("what went well"), max_length=2000, blank=True)
    to_change = models.TextField(_("what to change"), max_length=2000, blank=True)
    plan_updated = models.BooleanField(_("the plan was updated"), default=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    objects = PlanRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("triggered plan")
        verbose_name_plural = _("triggered plans")
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(ended_at=None), name="plan_runs_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, outcome="")
                | (Q(ended_at__gte=F("triggered_at"), ended_by__isnull=False) & ~Q(outcome="")),
                name="plan_run_ended_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, went_well="", to_change="")
                | (
                    Q(reviewed_at__isnull=False, reviewed_by__isnull=False, ended_at__isnull=False)
                    & ~Q(went_well="")
                    & ~Q(to_change="")
                ),
                name="plan_run_reviewed_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], condition=Q(next_at__isnull=False), name="plan_run_next"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class PlanTask(models.Model):
    """A step of a plan that runs, with its owner. `next_at` is when the tick acts on it.

    `stage` counts how far it went up since it was due: 1 owner and deputy, 2 supervisor.
    """

    run = models.ForeignKey(PlanRun, models.CASCADE, related_name="tasks")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(_("what is to be done"), max_length=300)
    post = models.CharField(_("by whom"), max_length=10, choices=Post.choices)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="plan_tasks", verbose_name=_("owner")
    )
    due_at = models.DateTimeField(_("due at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)
    stage = models.PositiveSmallIntegerField(default=0, editable=False)
    next_at = models.DateTimeField(null=True, blank=True, editable=False)
    objects = PlanTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task of a plan")
        verbose_name_plural = _("tasks of plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="plan_task_done_whole",
            ),
            models.UniqueConstraint(
                fields=["run", "position", "owner"], name="plan_task_once_each"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=Q(next_at__isnull=False),
                name="plan_task_next",
            ),
            models.Index(
                fields=["owner", "due_at"], condition=Q(done_at=None), name="plan_task_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}.{self.position}"


class Proposal(models.Model):
    """Somebody or something proposes to trigger a plan of a kind; a lead decides.

    `run` is what came of it, `dismissed_why` why nothing did.
    """

    kind = models.CharField(_("kind"), max_length=8, choices=PlanKind.choices)
    reason = models.CharField(_("reason"), max_length=500)
    link = models.CharField(_("what it is about"), max_length=200, blank=True)
    proposed_at = models.DateTimeField(_("proposed at"))
    run = models.OneToOneField(
        PlanRun, models.PROTECT, null=True, blank=True, related_name="proposal"
    )
    dismissed_at = models.DateTimeField(_("dismissed at"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    dismissed_why = models.CharField(_("why not"), max_length=200, blank=True)
    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed trigger")
        verbose_name_plural = _("proposed triggers")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "link"],
                condition=Q(run=None, dismissed_at=None),
                name="proposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissed_by=None, dismissed_why="")
                | (
                    Q(dismissed_at__isnull=False, dismissed_by__isnull=False, run=None)
                    & ~Q(dismissed_why="")
                ),
                name="proposal_dismissed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
