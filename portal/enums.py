from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Language(TextChoices):
    CHINESE = "zh-hans", _("Simplified Chinese")
    ENGLISH = "en", _("English")


class Channel(TextChoices):
    """Ways out of the portal (FUP-3)."""

    MAIL = "MAIL", _("E-mail")
    ROBOT = "ROBOT", _("Group robot")
    LETTER = "LETTER", _("Letter to somebody outside")
    WEBHOOK = "WEBHOOK", _("Webhook")


NOTICE_CHANNELS = (Channel.MAIL, Channel.ROBOT)
"""What notices go by; letters and webhooks are for those outside."""


class ApiScope(TextChoices):
    """What a token may be used for, by thing; never more than its person may."""

    PEOPLE = "people:read", _("People and stores: read")
    SHIFTS = "shifts:read", _("Shifts: read")
    PUNCHES = "punches:read", _("Punches: read")
    PUNCHES_WRITE = "punches:write", _("Punches: add")
    ORDERS = "orders:read", _("Orders: read")
    ORDERS_WRITE = "orders:write", _("Orders: add and change")
    COMPLAINTS = "complaints:read", _("Complaints and proposals: read")
    COMPLAINTS_WRITE = "complaints:write", _("Complaints and proposals: register, change, decide")
    CONTACTS = "contacts:read", _("Phone and address of a case: look at, logged")
    FOLLOWUPS = "followups:read", _("Follow-ups: read")
    FOLLOWUPS_WRITE = "followups:write", _("Follow-ups: assign, finish, move, hand over")
    FEEDBACK = "feedback:read", _("Feedback: read")
    FEEDBACK_WRITE = "feedback:write", _("Feedback: add and change")
    MEASURES = "measures:read", _("Measures and figures: read")


class WayMode(TextChoices):
    """What the department allows for notices of a topic by a channel."""

    NEVER = "NEVER", pgettext_lazy("notices", "never")
    ASKED = "ASKED", _("who wants it")
    OFFERED = "OFFERED", _("unless declined")
    ALWAYS = "ALWAYS", _("always")


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


class ErasureReason(TextChoices):
    """Why somebody's data was erased (§10)."""

    REQUEST = "REQUEST", _("asked for by the person")
    UNLAWFUL = "UNLAWFUL", _("should not have been kept")
    RETENTION = "RETENTION", _("the retention time is over")
    AGAIN = "AGAIN", _("again, after a backup was restored")


class SetupMarkKind(TextChoices):
    """What is said about an item of the check-list."""

    NOT_NEEDED = "NOT_NEEDED", _("not needed")
    FITS = "FITS", _("fits as it is")
