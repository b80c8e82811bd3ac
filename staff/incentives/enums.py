from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MonthState(TextChoices):
    """A draft may be replaced, a published month is corrected, a closed one never changes."""

    DRAFT = "DRAFT", _("draft")
    PUBLISHED = "PUBLISHED", _("published")
    CLOSED = "CLOSED", _("closed")


class Settling(TextChoices):
    """Where a line is settled: on the payroll, or in the team's group."""

    PAYROLL = "PAYROLL", _("payroll")
    RED_PACKET = "RED_PACKET", _("red packet")


class DisputeState(TextChoices):
    OPEN = "OPEN", _("waiting for an answer")
    UPHELD = "UPHELD", _("the line stands")
    REVERSED = "REVERSED", _("the line is taken back")
