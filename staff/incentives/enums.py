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


class PraiseKind(TextChoices):
    SERVICE = "SERVICE", _("delighted customer")
    RESULT = "RESULT", _("outstanding result")
    TEAMWORK = "TEAMWORK", _("teamwork")
    IDEA = "IDEA", _("improvement")
    HONOUR = "HONOUR", _("honour of a period")


class ReactionKind(TextChoices):
    APPLAUSE = "APPLAUSE", _("Applause")
    HEART = "HEART", _("Thank you")
    STAR = "STAR", _("A model for all")


class DemeritKind(TextChoices):
    """What was done on shift (ATT-14), or in service (INC-5)."""

    FILM = "FILM", _("watching films")
    GAME = "GAME", _("playing games")
    PRIVATE = "PRIVATE", _("other private use of the shift")
    ATTITUDE = "ATTITUDE", _("attitude towards a customer")
    OTHER = "OTHER", _("other breach of the rules")
