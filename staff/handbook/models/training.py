"""Courses, and who has done them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.handbook.querysets import CompletionQuerySet, CourseQuerySet
from staff.people.models import Person

LONGEST_MONTHS = 60


class Course(models.Model):
    """What people of some posts (none named: of all) are to have done, once or again."""

    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what it is about"), max_length=2000)
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="courses", verbose_name=_("owner")
    )
    posts = models.JSONField(_("posts"), default=list, blank=True)
    again_months = models.PositiveSmallIntegerField(
        _("due again after (months)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MONTHS)],
    )
    made_at = models.DateTimeField(_("made at"))
    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(
                fields=["title"],
                condition=Q(archived_at=None),
                name="course_title_once",
                violation_error_message=_("There is a course of this title already."),
            ),
            models.CheckConstraint(
                condition=Q(again_months=None)
                | Q(again_months__gte=1, again_months__lte=LONGEST_MONTHS),
                name="course_again_within_years",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class Completion(models.Model):
    """Somebody has done a course on a day. `due_on` is when again, fixed at that time.

    `is_latest` marks the newest of a person that was not withdrawn: that one counts, and of that
    one the tick reminds.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="completions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="completions")
    done_on = models.DateField(_("done on"))
    due_on = models.DateField(_("due again on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    is_latest = models.BooleanField(default=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+"
    )
    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("course done")
        verbose_name_plural = _("courses done")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "person", "done_on"],
                condition=Q(withdrawn_at=None),
                name="completion_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["course", "person"],
                condition=Q(is_latest=True),
                name="completion_one_latest",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gt=F("done_on")),
                name="completion_due_after_done",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, is_latest=False),
                name="completion_withdrawn_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(is_latest=True, reminded_at=None),
                name="completion_to_remind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.course_id} {self.person_id} {self.done_on}"
