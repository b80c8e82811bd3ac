from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from staff.rulebook.enums import DayKind, SpecialKind


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
        verbose_name = _("day of a calendar")
        verbose_name_plural = _("days of calendars")
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "day"],
                name="calendar_day_once",
                violation_error_message=_("This calendar has that day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class SpecialDay(models.Model):
    """A day that weighs more on a roster than others: 618, Double 11, a public holiday."""

    day = models.DateField(_("day"))
    kind = models.CharField(
        _("kind"), max_length=8, choices=SpecialKind.choices, default=SpecialKind.CAMPAIGN
    )
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=40)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "kind"],
                name="special_day_once",
                violation_error_message=_("This special day is there already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name_zh}"

    @property
    def name(self) -> str:
        """The name in the language of whoever reads it."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en
