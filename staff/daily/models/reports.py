from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.daily.enums import Figure, Reason, ReminderStage, ReportState
from staff.daily.querysets import (
    DailyReportQuerySet,
    QuestionQuerySet,
    ReportReminderQuerySet,
    UnfinishedOrderQuerySet,
)
from staff.people.enums import Post
from staff.people.models import Person, Store, Team
from staff.roster.models import ShiftType


class DailyReport(models.Model):
    """What somebody reports of a service day (DAY-1). Until it is filed only `draft` holds it.

    `draft` is what stands in the form, as it was typed; `editor` the page that saved it last, so
    that one page is never told of its own savings. Post, team and shift are those of the day. Due
    is the end of the shift, without one the end of the service day; `late_minutes` are whole.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="daily_reports", verbose_name=_("person")
    )
    day = models.DateField(_("service day"))
    post = models.CharField(_("post"), max_length=10, choices=Post.choices)
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    shift_type = models.ForeignKey(
        ShiftType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shift")
    )
    due_at = models.DateTimeField(_("due at"))
    state = models.CharField(
        _("state"), max_length=5, choices=ReportState.choices, default=ReportState.DRAFT
    )
    draft = models.JSONField(default=dict, blank=True, editable=False)
    editor = models.UUIDField(null=True, editable=False)
    learnt = models.TextField(_("learnt today"), max_length=4000, blank=True)
    lost_note = models.CharField(_("note on the orders not won"), max_length=500, blank=True)
    saved_at = models.DateTimeField(_("saved at"))
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    late_minutes = models.PositiveIntegerField(_("minutes late"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = DailyReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("daily report")
        verbose_name_plural = _("daily reports")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"],
                name="daily_report_once_a_day",
                violation_error_message=_("There is a report of this day already."),
            ),
            models.CheckConstraint(
                condition=Q(state=ReportState.DRAFT, filed_at=None, late_minutes=0)
                | Q(state=ReportState.FILED, filed_at__isnull=False),
                name="daily_report_filed_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "day", "shift_type"], name="daily_report_of_shift"),
            models.Index(fields=["day", "id"], name="daily_report_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.person_id}"


class ReportFigure(models.Model):
    """One figure of a filed report. `known` is what the portal knew when it was filed."""

    report = models.ForeignKey(DailyReport, models.CASCADE, db_index=False, related_name="figures")
    figure = models.CharField(_("figure"), max_length=15, choices=Figure.choices)
    known = models.PositiveIntegerField(_("known to the portal"), null=True, blank=True)
    value = models.PositiveIntegerField(_("reported"))

    class Meta:
        verbose_name = _("figure of a report")
        verbose_name_plural = _("figures of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "figure"], name="report_figure_once")
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.value}"


class ReportReason(models.Model):
    """How many inquiries did not become orders, for one reason."""

    report = models.ForeignKey(DailyReport, models.CASCADE, db_index=False, related_name="reasons")
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    count = models.PositiveIntegerField(_("count"))

    class Meta:
        verbose_name = _("reason of a report")
        verbose_name_plural = _("reasons of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "reason"], name="report_reason_once"),
            models.CheckConstraint(condition=Q(count__gte=1), name="report_reason_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.count}"


class ReportQuestion(models.Model):
    """What somebody did not understand on a day, and the answer once it is known.

    The lead marks the hard ones for the summary of the shift.
    """

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=500)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("answered by"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    is_hard = models.BooleanField(_("hard"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question of a report")
        verbose_name_plural = _("questions of reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="report_question_answer_is_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class UnfinishedOrder(models.Model):
    """An order that could not be finished in the shift (DAY-1).

    Once the report is filed, complaints makes a follow-up of it and says so here: `adopted_as` is
    the number under which it goes on.
    """

    report = models.ForeignKey(DailyReport, models.CASCADE, related_name="orders")
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    buyer = models.CharField(_("customer's platform name"), max_length=120)
    order_number = models.CharField(_("order number"), max_length=64)
    bought_on = models.DateField(_("bought on"))
    problem = models.CharField(_("problem"), max_length=300)
    asks = models.CharField(_("what the buyer asks for"), max_length=150)
    due_at = models.DateTimeField(_("by when"))
    adopted_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    adopted_as = models.CharField(_("taken up as"), max_length=20, blank=True)
    objects = UnfinishedOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("unfinished order")
        verbose_name_plural = _("unfinished orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(adopted_at=None, adopted_as="")
                | (Q(adopted_at__isnull=False) & ~Q(adopted_as="")),
                name="unfinished_order_adopted_is_whole",
            )
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(adopted_at=None), name="unfinished_order_waiting"
            )
        ]

    def __str__(self) -> str:
        return self.order_number


class ReportReminder(models.Model):
    """Somebody was told that the report of a day is missing: by the clock once for each stage."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    day = models.DateField(_("service day"))
    stage = models.CharField(_("stage"), max_length=6, choices=ReminderStage.choices)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    objects = ReportReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder of a report")
        verbose_name_plural = _("reminders of reports")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "stage"],
                condition=~Q(stage=ReminderStage.LEAD),
                name="report_reminder_once_a_stage",
            )
        ]
        indexes = [models.Index(fields=["day", "person"], name="report_reminder_of_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.stage}"
