"""Mailboxes that are read, and what came in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.enums import AutomaticReason, MailPurpose, MailSafety, MailState
from portal.querysets import MailboxQuerySet
from portal.sealing import SealedTextField


class Mailbox(models.Model):
    """A folder on an IMAP server. Reading changes nothing there.

    `last_uid` is written together with the mail it belongs to; whose store or team the mailbox
    is, the app that takes the mails knows.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    purpose = models.CharField(_("purpose"), max_length=10, choices=MailPurpose.choices)
    host = models.CharField(_("mail server"), max_length=200)
    port = models.PositiveIntegerField(_("port"), default=993)
    safety = models.CharField(
        _("protection"), max_length=10, choices=MailSafety.choices, default=MailSafety.TLS
    )
    username = models.CharField(_("user name"), max_length=200)
    password = SealedTextField(_("password"), blank=True, default="")
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    is_active = models.BooleanField(_("is read"), default=True)
    uid_validity = models.BigIntegerField(null=True, blank=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    next_read_at = models.DateTimeField(null=True, editable=False)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    last_read_at = models.DateTimeField(_("last read"), null=True, editable=False)
    last_item_at = models.DateTimeField(_("last mail"), null=True, editable=False)
    last_error = models.CharField(max_length=20, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    failures = models.PositiveIntegerField(default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints = [
            models.CheckConstraint(
                condition=Q(port__gte=1, port__lte=65535), name="mailbox_port_exists"
            ),
            models.CheckConstraint(
                condition=Q(lease=None, leased_until=None)
                | Q(lease__isnull=False, leased_until__isnull=False),
                name="mailbox_lease_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IncomingMail(models.Model):
    """A mail as it could be read; its sender and text are stored sealed.

    `references` also names what a mail server sends back; `tags` holds what stood after a plus in
    the addresses that it was sent to.
    """

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="mails")
    identity = models.CharField(max_length=64, editable=False)
    uid = models.BigIntegerField()
    message_id = models.CharField(max_length=500, blank=True)
    in_reply_to = models.CharField(max_length=500, blank=True)
    references = models.TextField(blank=True)
    tags = models.CharField(max_length=500, blank=True)
    sender = SealedTextField(_("sender"), blank=True, default="")
    sender_name = SealedTextField(_("name of the sender"), blank=True, default="")
    sender_hash = models.CharField(max_length=40, blank=True, editable=False)
    sender_masked = models.CharField(_("sender, masked"), max_length=80, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    body = SealedTextField(_("text"), blank=True, default="")
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"))
    size = models.PositiveBigIntegerField(_("size in bytes"))
    is_whole = models.BooleanField(_("could be read whole"), default=True)
    automatic = models.CharField(
        _("automatic"), max_length=10, choices=AutomaticReason.choices, blank=True
    )
    state = models.CharField(
        _("state"), max_length=10, choices=MailState.choices, default=MailState.NEW
    )
    taken_kind = models.CharField(max_length=40, blank=True)
    taken_key = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "identity"], name="mail_once_in_mailbox"),
            models.CheckConstraint(
                condition=Q(state=MailState.TAKEN) & ~Q(taken_kind="") & ~Q(taken_key="")
                | ~Q(state=MailState.TAKEN) & Q(taken_kind="", taken_key=""),
                name="mail_taken_by_something",
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "state", "-received_at"], name="mail_of_mailbox"),
            models.Index(fields=["sender_hash", "received_at"], name="mail_of_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}/{self.uid}"


class IncomingFile(models.Model):
    """A file that came with a mail; one that was not taken leaves its name and the reason."""

    mail = models.ForeignKey(IncomingMail, models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.FileField(upload_to="mails/%Y/%m/", max_length=200, blank=True)
    refused = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = _("file of a mail")
        verbose_name_plural = _("files of mails")
        constraints = [
            models.CheckConstraint(
                condition=(Q(refused="") & ~Q(file="")) | (~Q(refused="") & Q(file="")),
                name="mail_file_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name
