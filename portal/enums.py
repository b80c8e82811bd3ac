from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Language(TextChoices):
    CHINESE = "zh-hans", _("Simplified Chinese")
    ENGLISH = "en", _("English")


class Channel(TextChoices):
    """Ways out of the portal (FUP-3)."""

    MAIL = "MAIL", _("E-mail")
    ROBOT = "ROBOT", _("Group robot")


class RobotKind(TextChoices):
    DINGTALK = "DINGTALK", _("DingTalk")
    WECOM = "WECOM", _("WeCom")
    FEISHU = "FEISHU", _("Feishu")
    JSON = "JSON", _("Webhook (JSON)")


class RunState(TextChoices):
    """Where an import stands."""

    CHECKING = "CHECKING", _("being checked")
    READY = "READY", _("checked, waiting for a go-ahead")
    WRITING = "WRITING", _("being written")
    DONE = "DONE", _("done")
    REJECTED = "REJECTED", _("rejected")
    FAILED = "FAILED", _("failed")


class ExportState(TextChoices):
    """Where a long export stands."""

    WRITING = "WRITING", _("being written")
    DONE = "DONE", _("done")
    FAILED = "FAILED", _("failed")
