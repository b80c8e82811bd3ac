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


class MailSafety(TextChoices):
    """How the line to a mail server is kept from listeners."""

    TLS = "TLS", _("TLS from the start")
    STARTTLS = "STARTTLS", _("TLS after greeting (STARTTLS)")
    NONE = "NONE", _("unprotected")


class MailPurpose(TextChoices):
    """Who takes what comes into a mailbox."""

    CASES = "CASES", _("Complaints")
    FEEDBACK = "FEEDBACK", _("Feedback")


class MailState(TextChoices):
    """What became of a mail."""

    NEW = "NEW", _("new")
    TAKEN = "TAKEN", _("taken")
    IGNORED = "IGNORED", _("ignored")


class AutomaticReason(TextChoices):
    """Why a mail counts as written by a machine (CMP-4): it answers nothing."""

    LOOP = "LOOP", _("our own mail that came back")
    BOUNCE = "BOUNCE", _("returned by a mail server")
    DECLARED = "DECLARED", _("declared as automatic")
    BULK = "BULK", _("sent to many")
    SUBJECT = "SUBJECT", _("subject of an automatic reply")
    FLOOD = "FLOOD", _("too many mails of one sender in an hour")
