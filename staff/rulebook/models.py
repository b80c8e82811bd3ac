from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from staff.rulebook.enums import DayKind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def _minutes(
    label: "StrPromise", default: int, source: str
) -> "models.PositiveIntegerField[int, int]":
    return models.PositiveIntegerField(
        label, default=default, validators=[MaxValueValidator(60 * 24 * 30)], help_text=source
    )


class Policy(models.Model):
    """The numbers of the house rules from a day on, until the next version begins."""

    valid_from = models.DateField(_("valid from"), unique=True)
    remind_before_minutes = _minutes(_("reminder before the due time (minutes)"), 30, "FUP-2")
    lead_after_minutes = _minutes(_("shift lead after (minutes of service time)"), 0, "CMP-10")
    deputy_after_minutes = _minutes(_("deputy after (minutes of service time)"), 30, "CMP-10")
    supervisor_after_minutes = _minutes(
        _("supervisor after (minutes of service time)"), 90, "CMP-10"
    )
    digest_after_minutes = _minutes(_("one digest when later than (minutes)"), 5, "FUP-6")
    repeat_days = models.PositiveSmallIntegerField(
        _("a complaint counts as repeated within (days)"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text="CMP-13",
    )
    rest_hours = models.PositiveSmallIntegerField(
        _("hours between two shifts of a person, at least"),
        default=11,
        validators=[MaxValueValidator(48)],
        help_text="SHIFT-6",
    )
    note = models.CharField(_("why this version"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lead_after_minutes__lte=models.F("deputy_after_minutes"))
                & models.Q(deputy_after_minutes__lte=models.F("supervisor_after_minutes")),
                name="policy_ladder_ascends",
                violation_error_message=_("The ladder must not descend: lead, deputy, supervisor."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}"


class Calendar(models.Model):
    """When a department works. The desk's own calendar has the code `desk` (SHIFT-5)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    windows = models.JSONField(
        _("windows"),
        help_text=_(
            'Pairs of start and end, for instance [["08:30", "17:30"], ["17:00", "01:00"]].'
        ),
    )
    weekdays = models.CharField(
        _("working weekdays"),
        max_length=7,
        default="1234567",
        help_text=_("1 is Monday, 7 is Sunday."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def __str__(self) -> str:
        return self.code


class CalendarDay(models.Model):
    """A day on which a calendar departs from its weekdays (调休)."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=8, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                name="calendar_day_once",
                violation_error_message=_("This calendar has that day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
