from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from staff.rulebook.models.attendance import AttendanceNumbers, LeaveNumbers, PayNumbers
from staff.rulebook.models.fields import count, fen, minutes


class ReminderNumbers(models.Model):
    """Follow-ups, their reminders and the ladder (house rules §8)."""

    remind_before_minutes = minutes(_("reminder before the due time (minutes)"), 30, "FUP-2")
    lead_after_minutes = minutes(_("shift lead after (minutes of service time)"), 0, "CMP-10")
    deputy_after_minutes = minutes(_("deputy after (minutes of service time)"), 30, "CMP-10")
    supervisor_after_minutes = minutes(
        _("supervisor after (minutes of service time)"), 90, "CMP-10"
    )
    digest_after_minutes = minutes(_("one digest when later than (minutes)"), 5, "FUP-6")

    class Meta:
        abstract = True


class ComplaintNumbers(models.Model):
    """Deadlines, approvals and repeats of complaints (house rules §7), and of feedback (§9)."""

    acknowledge_minutes = minutes(_("acknowledged within (minutes of service time)"), 30, "CMP-4")
    same_day_until = models.TimeField(
        _("answered the same service day when received before"), default=time(17), help_text="CMP-4"
    )
    answer_minutes = minutes(
        _("answer to later ones within (minutes of service time)"), 480, "CMP-4"
    )
    remedy_start_hours = count(_("remedy started within (hours by the clock)"), 24, "CMP-4")
    revisit_hours = count(_("revisit within (hours by the clock)"), 72, "CMP-4")
    minor_percent = count(_("budgets of minor cases (%)"), 200, "CMP-4", least=1, most=1000)
    ordinary_percent = count(_("budgets of ordinary cases (%)"), 100, "CMP-4", least=1, most=1000)
    serious_percent = count(_("budgets of serious cases (%)"), 50, "CMP-4", least=1, most=1000)
    critical_percent = count(_("budgets of critical cases (%)"), 25, "CMP-4", least=1, most=1000)
    wait_days = count(
        _("one wait for the customer lasts at most (days)"), 7, "CMP-4", least=1, most=60
    )
    waits_days = count(_("all waits of a case last at most (days)"), 14, "CMP-4", least=1, most=180)
    lead_approves_fen = fen(_("the lead approves up to"), 50_00, "CMP-7")
    deputy_approves_fen = fen(_("the deputy approves up to"), 500_00, "CMP-7")
    revisit_attempts = count(_("attempts to reach the customer"), 3, "CMP-9", least=1, most=20)
    link_days = count(
        _("a customer's personal link is good for (days)"), 14, "CMP-8", least=1, most=90
    )
    repeat_days = count(
        _("a complaint counts as repeated within (days)"), 30, "CMP-13", least=1, most=366
    )
    escalated_repeat = count(
        _("complaints of one customer within those days that escalate at once"), 3, "CMP-10",
        least=2, most=100,
    )  # fmt: skip
    wave_cases = count(
        _("more complaints about one thing than this are a wave"), 10, "CMP-13",
        least=2, most=1000,
    )  # fmt: skip
    wave_minutes = count(_("… within (minutes)"), 60, "CMP-13", least=5, most=1440)
    reopening_score = count(_("a score up to this reopens the case"), 2, "CMP-14", most=5)
    triage_days = count(_("feedback is triaged within (service days)"), 1, "FBK-2", least=1)
    negative_stars = count(_("a review with at most so many stars is negative"), 2, "FBK-3", most=5)
    retention_years = count(
        _("customers' data is made anonymous after (years)"), 3, "§10", least=1, most=30
    )

    class Meta:
        abstract = True


class Policy(ReminderNumbers, AttendanceNumbers, LeaveNumbers, PayNumbers, ComplaintNumbers):
    """The numbers of the house rules from a day on, until the next version begins."""

    valid_from = models.DateField(_("valid from"), unique=True)
    rest_hours = count(_("hours between two shifts of a person, at least"), 11, "SHIFT-6", most=48)
    note = models.CharField(_("why this version"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(lead_after_minutes__lte=F("deputy_after_minutes"))
                & Q(deputy_after_minutes__lte=F("supervisor_after_minutes")),
                name="policy_ladder_ascends",
                violation_error_message=_("The ladder must not descend: lead, deputy, supervisor."),
            ),
            models.CheckConstraint(
                condition=Q(late_1_minutes__lte=F("late_2_minutes"))
                & Q(late_2_minutes__lte=F("late_3_minutes")),
                name="policy_lateness_ascends",
                violation_error_message=_("The steps of lateness must not descend."),
            ),
            models.CheckConstraint(
                condition=Q(absence_1_half_days__lt=F("absence_2_half_days"))
                & Q(absence_2_half_days__lt=F("absence_3_half_days"))
                & Q(absence_3_half_days__lt=F("absence_4_half_days")),
                name="policy_absence_ascends",
                violation_error_message=_("The steps of absence must ascend."),
            ),
            models.CheckConstraint(
                condition=Q(lead_approves_fen__lte=F("deputy_approves_fen")),
                name="policy_approval_ascends",
                violation_error_message=_("The deputy approves at least what the lead does."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"
