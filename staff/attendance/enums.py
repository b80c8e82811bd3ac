from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    """The two boundaries of a shift."""

    IN = "IN", _("punch-in")
    OUT = "OUT", _("punch-out")


class MakeUpState(TextChoices):
    OPEN = "OPEN", _("undecided")
    CERTIFIED = "CERTIFIED", _("certified")
    REFUSED = "REFUSED", _("refused")
