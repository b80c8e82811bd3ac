from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LeaveKind(TextChoices):
    """What is asked for; the values are those of the absences that follow."""

    REST = "REST", _("rest day")
    PERSONAL = "PERSONAL", _("personal leave")
    EMERGENCY = "EMERGENCY", _("emergency leave")


class LeaveState(TextChoices):
    REQUESTED = "REQUESTED", _("waiting for a decision")
    APPROVED = "APPROVED", _("approved")
    REFUSED = "REFUSED", _("refused")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class Decision(TextChoices):
    APPROVED = "APPROVED", _("approved")
    REFUSED = "REFUSED", _("refused")
