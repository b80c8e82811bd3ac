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


class Measure(TextChoices):
    """What a target is about (INC-2)."""

    FIRST_RESPONSE_MINUTES = "FIRST_RESPONSE_MINUTES", _("first-response time")
    HANDLING_MINUTES = "HANDLING_MINUTES", _("handling time of complaints")
    CLOSED_IN_TIME = "CLOSED_IN_TIME", _("complaints closed in time")
    SATISFACTION = "SATISFACTION", _("satisfaction")
    CONVERSION = "CONVERSION", _("conversion rate")
    INQUIRIES = "INQUIRIES", _("inquiries handled")
    REVIEWS_SAME_DAY = "REVIEWS_SAME_DAY", _("negative reviews answered the same day")
    FOLLOWUPS_IN_TIME = "FOLLOWUPS_IN_TIME", _("follow-ups in time")
    AUDIT_SCORE = "AUDIT_SCORE", _("audit score")


class Aim(TextChoices):
    """Whom a target is for."""

    PERSON = "PERSON", _("a person")
    TEAM = "TEAM", _("a team")
    POST = "POST", _("everybody of a post")
    STORE = "STORE", _("a store")


class Bound(TextChoices):
    AT_LEAST = "AT_LEAST", _("at least")
    AT_MOST = "AT_MOST", _("at most")


class Reward(TextChoices):
    """What a reached target gives (INC-2)."""

    NONE = "NONE", _("no reward")
    MONEY = "MONEY", _("money")
    GIFT = "GIFT", _("gift or trip")
    HONOUR = "HONOUR", _("honour")


class TargetState(TextChoices):
    RUNNING = "RUNNING", _("running")
    FROZEN = "FROZEN", _("ended")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


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


class RunAct(TextChoices):
    """What is asked for in the portal about a month."""

    SETTLE = "SETTLE", _("settle")
    PUBLISH = "PUBLISH", _("publish")


class RunState(TextChoices):
    WAITING = "WAITING", _("waiting")
    DONE = "DONE", _("done")
    REFUSED = "REFUSED", _("refused")
