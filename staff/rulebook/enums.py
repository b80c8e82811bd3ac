from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class DayKind(TextChoices):
    HOLIDAY = "HOLIDAY", _("public holiday")
    WORKDAY = "WORKDAY", _("make-up working day")


class SpecialKind(TextChoices):
    CAMPAIGN = "CAMPAIGN", _("shopping festival")
    HOLIDAY = "HOLIDAY", _("public holiday")
    OTHER = "OTHER", _("other special day")
