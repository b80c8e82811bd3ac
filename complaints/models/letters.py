from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import LandedBy, ReplyCounts
from complaints.models.cases import Attachment, Complaint
from complaints.querysets import CaseLetterQuerySet, CaseMailboxQuerySet
from portal.models import IncomingMail, Mailbox
from portal.sealing import SealedTextField
from staff.people.models import Person, Store, Team


class CaseMailbox(models.Model):
    """A mailbox for complaints, of a store or of a team that serves several.

    `address` is what replies are sent from; where the mail server delivers `name+tag@`, replies
    come back to such an address and find their case by it.
    """

    mailbox = models.OneToOneField(
        Mailbox, models.PROTECT, related_name="case_mailbox", verbose_name=_("mailbox")
    )
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case_mailboxes",
        verbose_name=_("store"),
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case_mailboxes",
        verbose_name=_("team"),
    )
    address = models.EmailField(_("address"))
    takes_tags = models.BooleanField(_("the server delivers name+tag@…"), default=False)
    signature = models.TextField(_("signature"), max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = CaseMailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox for complaints")
        verbose_name_plural = _("mailboxes for complaints")
        constraints = [
            models.CheckConstraint(
                condition=Q(store=None, team__isnull=False) | Q(store__isnull=False, team=None),
                name="case_mailbox_of_store_or_team",
                violation_error_message=_("A mailbox is that of a store or that of a team."),
            )
        ]

    def __str__(self) -> str:
        return self.address


class CaseLetter(models.Model):
    """A mail to a mailbox for complaints: of a case, waiting for one, or set aside.

    `landed_by` says how it found its case. Sender and text stand in the mail, sealed.
    """

    box = models.ForeignKey(CaseMailbox, models.PROTECT, related_name="letters")
    mail = models.OneToOneField(IncomingMail, models.PROTECT, related_name="case_letter")
    complaint = models.ForeignKey(
        Complaint, models.PROTECT, null=True, blank=True, related_name="letters"
    )
    landed_by = models.CharField(max_length=10, choices=LandedBy.choices, blank=True)
    landed_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_why = models.CharField(_("why it is no complaint"), max_length=200, blank=True)
    objects = CaseLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail of a complaint")
        verbose_name_plural = _("mails of complaints")
        constraints = [
            models.CheckConstraint(
                condition=Q(complaint=None, landed_at=None, landed_by="")
                | (Q(complaint__isnull=False, landed_at__isnull=False) & ~Q(landed_by="")),
                name="case_letter_landed_whole",
            ),
            models.CheckConstraint(
                condition=Q(set_aside_at=None) | Q(complaint=None),
                name="case_letter_lands_or_is_set_aside",
            ),
        ]
        indexes = [
            models.Index(
                fields=["box", "-id"],
                condition=Q(complaint=None, set_aside_at=None),
                name="case_letter_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class CaseReply(models.Model):
    """A mail that somebody wrote to the customer of a case; the outbox sends it.

    `message_id` is what answers refer to; `answers` is the mail that it replies to. `counts` is
    what its author said that it is to the clocks of the case (CMP-4).
    """

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="replies")
    box = models.ForeignKey(CaseMailbox, models.PROTECT, related_name="replies")
    answers = models.ForeignKey(
        CaseLetter, models.PROTECT, null=True, blank=True, related_name="replies"
    )
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    receiver = SealedTextField(_("receiver"))
    receiver_masked = models.CharField(max_length=80)
    subject = models.CharField(_("subject"), max_length=300)
    text = SealedTextField(_("text"))
    message_id = models.CharField(max_length=100, unique=True)
    counts = models.CharField(max_length=12, choices=ReplyCounts.choices, blank=True)
    files = models.ManyToManyField(Attachment, related_name="replies")

    class Meta:
        verbose_name = _("reply by mail")
        verbose_name_plural = _("replies by mail")
        indexes = [models.Index(fields=["complaint", "-written_at"], name="reply_of_case")]

    def __str__(self) -> str:
        return f"{self.pk}"
