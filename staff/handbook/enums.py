from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ArticleKind(TextChoices):
    SCRIPT = "SCRIPT", _("script")
    KNOWLEDGE = "KNOWLEDGE", _("product knowledge")


class VoteKind(TextChoices):
    """What somebody did with a version of an article."""

    COPIED = "COPIED", _("copied")
    NO_HELP = "NO_HELP", _("did not help")


class AnnouncementKind(TextChoices):
    CAMPAIGN = "CAMPAIGN", _("campaign")
    RULE = "RULE", _("rule")
    PRODUCT = "PRODUCT", _("product and stock")
    SYSTEM = "SYSTEM", _("system and platform")
    OTHER = "OTHER", _("other news")


class PlanKind(TextChoices):
    """The kinds of contingency of DAY-6, and those of the department's own."""

    SYSTEM_FAILURE = "SYSTEM", _("system failure")
    DATA_LEAK = "LEAK", _("data leak")
    COMPLAINT_WAVE = "WAVE", _("wave of complaints")
    COURIER_STOPPAGE = "COURIER", _("courier stoppage")
    OWN = "OWN", _("own plan")


class TrainingState(TextChoices):
    """How somebody stands towards a course."""

    MISSING = "MISSING", _("not done yet")
    OVERDUE = "OVERDUE", _("due again")
    SOON = "SOON", _("due again soon")
    VALID = "VALID", _("done")
