"""What the rules, drafts and exchanges of the roster are called."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RuleKind(TextChoices):
    """The vocabulary of the rules of a roster."""

    ONE_A_DAY = "ONE_A_DAY", _("one shift a day")
    OVERLAP = "OVERLAP", _("shifts do not overlap (SHIFT-6)")
    REST_HOURS = "REST_HOURS", _("hours of rest between shifts (SHIFT-6)")
    SUCCESSION = "SUCCESSION", _("forbidden order of shifts")
    MOST_DAYS_RUNNING = "MOST_DAYS_RUNNING", _("most days worked in a row")
    LEAST_DAYS_RUNNING = "LEAST_DAYS_RUNNING", _("fewest days worked in a row")
    MOST_OF_SHIFT_RUNNING = "MOST_OF_SHIFT_RUNNING", _("most shifts of a kind in a row")
    LEAST_DAYS_OFF = "LEAST_DAYS_OFF", _("fewest days off in a row")
    REST_DAYS = "REST_DAYS", _("days off in a period")
    MINUTES = "MINUTES", _("minutes in a period")
    MOST_OF_SHIFT = "MOST_OF_SHIFT", _("most shifts of a kind in the month")
    WEEKENDS = "WEEKENDS", _("most weekends in the month")
    ABSENCE = "ABSENCE", _("a rest day or leave is kept free")
    WISH = "WISH", _("wishes are met")
    LEAD = "LEAD", _("one lead for each shift (ORG-7)")
    COVER = "COVER", _("enough people on each shift")
    SKILLS = "SKILLS", _("skills on each shift")
    FAIR_SHARE = "FAIR_SHARE", _("fair share")
    FIXED = "FIXED", _("fixed days stay")
    CHANGE = "CHANGE", _("what is published changes little")


class PublicationKind(TextChoices):
    MONTH = "MONTH", _("a month")
    CHANGES = "CHANGES", _("later changes")


class SwapState(TextChoices):
    ASKED = "ASKED", _("waits for the colleague")
    AGREED = "AGREED", _("waits for the lead")
    APPROVED = "APPROVED", _("approved")
    DECLINED = "DECLINED", _("declined by the colleague")
    REFUSED = "REFUSED", _("refused")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class OpenShiftState(TextChoices):
    OPEN = "OPEN", pgettext_lazy("open shift", "open")
    TAKEN = "TAKEN", pgettext_lazy("open shift", "taken")
    CLOSED = "CLOSED", _("closed")
