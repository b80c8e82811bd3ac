from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    HOLIDAY = "HOLIDAY", _("public holiday")
    WORKDAY = "WORKDAY", _("make-up working day")


class SpecialKind(TextChoices):
    CAMPAIGN = "CAMPAIGN", _("shopping festival")
    HOLIDAY = "HOLIDAY", _("public holiday")
    OTHER = "OTHER", _("other special day")


class VersionState(TextChoices):
    PAST = "PAST", _("past")
    IN_FORCE = "IN_FORCE", _("in force")
    COMING = "COMING", _("coming")


class Unit(TextChoices):
    """How a number of the policy is said."""

    YUAN = "YUAN", _("yuan")
    HALF_DAYS = "HALF_DAYS", _("days (halves too)")
    DAYS = "DAYS", _("days")
    HOURS = "HOURS", _("hours")
    MINUTES = "MINUTES", _("minutes")
    PERCENT = "PERCENT", "%"
    YEARS = "YEARS", _("years")
    CLOCK = "CLOCK", _("by the clock")
    WEEKDAY = "WEEKDAY", _("day of the week")
    COUNT = "COUNT", _("a number")
