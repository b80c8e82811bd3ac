from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.rulebook.models.fields import count, fen, minutes

MONDAY, SUNDAY = 1, 7


class AttendanceNumbers(models.Model):
    """Lateness, absence, make-ups and red packets (house rules §3)."""

    late_1_minutes = minutes(_("first step of lateness: up to (minutes)"), 10, "ATT-1")
    late_1_fen = fen(_("red packet of the first step"), 10_00, "ATT-1")
    late_2_minutes = minutes(_("second step of lateness: up to (minutes)"), 20, "ATT-2")
    late_2_fen = fen(_("red packet of the second step"), 20_00, "ATT-2")
    late_3_minutes = minutes(_("third step of lateness: up to (minutes)"), 30, "ATT-3")
    late_3_fen = fen(_("red packet of the third step"), 50_00, "ATT-3")
    red_packet_parts = count(_("parts of a red packet"), 5, "ATT-1", least=1, most=100)
    too_late_half_days = count(
        _("absence for more minutes than that (half days)"), 1, "ATT-4", most=2
    )
    no_punch_half_days = count(_("absence without any punch (half days)"), 2, "ATT-5", most=2)
    absence_1_half_days = count(_("first step of absence: from (half days)"), 1, "ATT-6", least=1)
    absence_1_wage_days = count(_("wages deducted at the first step (days)"), 3, "ATT-6", most=31)
    absence_2_half_days = count(_("second step of absence: from (half days)"), 2, "ATT-7", least=1)
    absence_2_wage_days = count(_("wages deducted at the second step (days)"), 5, "ATT-7", most=31)
    absence_3_half_days = count(_("third step of absence: from (half days)"), 4, "ATT-8", least=1)
    absence_3_wage_days = count(_("wages deducted at the third step (days)"), 10, "ATT-8", most=31)
    absence_4_half_days = count(
        _("the month's wages are forfeited from (half days of absence)"), 6, "ATT-9", least=1
    )
    full_attendance_fen = fen(_("full-attendance bonus"), 200_00, "ATT-10")
    publish_weekday = models.PositiveSmallIntegerField(
        _("weekday on which the week before is published (1 is Monday)"),
        default=MONDAY,
        validators=[MinValueValidator(MONDAY), MaxValueValidator(SUNDAY)],
        help_text="ATT-11",
    )
    publish_at = models.TimeField(_("... at"), default=time(10), help_text="ATT-11")
    doubling_factor = count(
        _("an unpaid red packet then costs so many times its amount"), 2, "ATT-11", least=1, most=10
    )
    free_makeups = count(_("make-ups of a month that are free"), 3, "ATT-13", most=62)
    makeup_out_fen = fen(_("red packet for a further made-up punch-out"), 10_00, "ATT-13")
    missing_in_half_days = count(
        _("absence for a missing punch-in (half days)"), 1, "ATT-13", most=2
    )
    missing_out_half_days = count(
        _("absence for a missing punch-out (half days)"), 1, "ATT-13", most=2
    )
    punch_before_hours = count(
        _("a punch belongs to a start up to (hours before it)"), 4, "§3", most=12
    )
    punch_after_hours = count(
        _("a punch belongs to an end up to (hours after it)"), 6, "§3", most=12
    )

    class Meta:
        abstract = True


class LeaveNumbers(models.Model):
    """Rest days and personal leave (house rules §4)."""

    rest_days = count(_("rest days of a calendar month"), 2, "LEAVE-1", most=31)
    rest_notice_days = count(_("a rest day is asked for ahead by (days)"), 2, "LEAVE-1", most=60)
    leave_notice_days = count(_("leave is asked for ahead by (days)"), 1, "LEAVE-3", most=60)
    rest_lost_half_days = count(
        _("no rest days in the next month with more leave than (half days)"), 6, "LEAVE-5", most=62
    )
    leave_year_half_days = count(
        _("personal leave of a calendar year (half days)"), 60, "LEAVE-6", most=732
    )

    class Meta:
        abstract = True


class PayNumbers(models.Model):
    """Disputes and limits of a month's statement (house rules §5)."""

    dispute_days = count(_("a line can be disputed for (calendar days)"), 3, "INC-6", most=60)
    deduction_cap_percent = count(
        _("share of the month's pay that deductions may take (%)"), 100, "INC-9", most=100
    )
    least_pay_fen = fen(_("paid out in any case"), 0, "INC-9")
    deduction_warning_percent = count(
        _("the supervisor is warned when deductions exceed (%)"), 20, "INC-9", most=100
    )

    class Meta:
        abstract = True
