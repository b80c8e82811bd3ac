from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Post(TextChoices):
    """Posts of ORG-1, from the top."""

    SUPERVISOR = "SUPERVISOR", _("supervisor")
    DEPUTY = "DEPUTY", _("deputy supervisor")
    LEAD = "LEAD", _("shift lead")
    PRESALE = "PRESALE", _("pre-sale agent")
    POSTSALE = "POSTSALE", _("post-sale agent")

    @property
    def rank(self) -> int:
        """0 for agents, 1 lead, 2 deputy, 3 supervisor."""
        return {Post.SUPERVISOR: 3, Post.DEPUTY: 2, Post.LEAD: 1}.get(self, 0)


class Platform(TextChoices):
    TMALL = "TMALL", _("Tmall")
    TAOBAO = "TAOBAO", _("Taobao")
    JD = "JD", _("JD")
    PINDUODUO = "PINDUODUO", _("Pinduoduo")
    DOUYIN = "DOUYIN", _("Douyin")
    OTHER = "OTHER", _("other platform")


class AbsenceKind(TextChoices):
    REST = "REST", _("rest day")
    PERSONAL = "PERSONAL", _("personal leave")
    EMERGENCY = "EMERGENCY", _("emergency leave")
    SICK = "SICK", _("sick")


class AbsenceState(TextChoices):
    APPROVED = "APPROVED", _("approved")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class Half(TextChoices):
    WHOLE = "WHOLE", _("whole day")
    FIRST = "FIRST", _("first half")
    SECOND = "SECOND", _("second half")
