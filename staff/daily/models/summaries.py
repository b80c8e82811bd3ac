from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.daily.enums import Department, Figure, SummaryState
from staff.daily.querysets import ShiftSummaryQuerySet
from staff.people.models import Person, Team
from staff.roster.models import ShiftType


class ShiftSummary(models.Model):
    """What the lead says of a shift (DAY-2). Its figures and reasons are sums of the reports."""

    team = models.ForeignKey(
        Team, models.PROTECT, db_index=False, related_name="+", verbose_name=_("team")
    )
    day = models.DateField(_("service day"))
    shift_type = models.ForeignKey(
        ShiftType, models.PROTECT, related_name="+", verbose_name=_("shift")
    )
    state = models.CharField(
        _("state"), max_length=5, choices=SummaryState.choices, default=SummaryState.DRAFT
    )
    hard_presale = models.TextField(_("hard questions, pre-sale"), max_length=2000, blank=True)
    hard_postsale = models.TextField(_("hard questions, post-sale"), max_length=2000, blank=True)
    lost_note = models.TextField(
        _("orders not won: what is behind it"), max_length=2000, blank=True
    )
    note = models.TextField(_("for those who read this"), max_length=2000, blank=True)
    saved_at = models.DateTimeField(_("saved at"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sent by")
    )
    missing = models.PositiveIntegerField(_("reports missing when it was sent"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = ShiftSummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift summary")
        verbose_name_plural = _("shift summaries")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "day", "shift_type"], name="shift_summary_once_a_shift"
            ),
            models.CheckConstraint(
                condition=Q(state=SummaryState.DRAFT, sent_at=None, sent_by=None)
                | Q(state=SummaryState.SENT, sent_at__isnull=False, sent_by__isnull=False),
                name="shift_summary_sent_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["day", "id"], name="shift_summary_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.team_id}"


class SummaryCheck(models.Model):
    """The lead has checked one figure; `value` is the sum that was checked."""

    summary = models.ForeignKey(ShiftSummary, models.CASCADE, db_index=False, related_name="checks")
    figure = models.CharField(_("figure"), max_length=15, choices=Figure.choices)
    value = models.PositiveIntegerField(_("checked sum"))
    checked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("checked figure")
        verbose_name_plural = _("checked figures")
        constraints = [
            models.UniqueConstraint(fields=["summary", "figure"], name="summary_check_once")
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.value}"


class PassedOn(models.Model):
    """A finding of the shift for operations or product."""

    summary = models.ForeignKey(ShiftSummary, models.CASCADE, related_name="passed_on")
    department = models.CharField(_("department"), max_length=10, choices=Department.choices)
    text = models.CharField(_("what they should know"), max_length=500)

    class Meta:
        verbose_name = _("finding passed on")
        verbose_name_plural = _("findings passed on")

    def __str__(self) -> str:
        return f"{self.pk} {self.department}"


class HandedOver(models.Model):
    """Open work at the moment a summary was sent: what, whose, due when; no customer's data."""

    summary = models.ForeignKey(ShiftSummary, models.CASCADE, related_name="handed_over")
    kind = models.CharField(_("kind"), max_length=20)
    number = models.CharField(_("number"), max_length=40)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("owner"))
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)

    class Meta:
        verbose_name = _("work handed over")
        verbose_name_plural = _("work handed over")
        constraints = [
            models.UniqueConstraint(fields=["summary", "kind", "number"], name="handed_over_once")
        ]

    def __str__(self) -> str:
        return self.number
