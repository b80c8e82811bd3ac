from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from feedback.enums import AfterWay
from feedback.models.surveys import Invitation


class AfterCase(models.Model):
    """The survey after a case: each case is asked about once, or left out with a reason.

    `turn` says how often the case had been reopened when it was closed: a low score about this
    closing reopens it once (CMP-14). The invitation's agent held the case at that moment. A mail
    that did not arrive (`failed_at`) leaves the link to the owner of the case.
    """

    complaint = models.OneToOneField(Complaint, models.CASCADE, related_name="after_case")
    turn = models.PositiveSmallIntegerField(default=0)
    invitation = models.OneToOneField(
        Invitation, models.PROTECT, null=True, related_name="after_case"
    )
    way = models.CharField(_("how the link goes out"), max_length=7, choices=AfterWay.choices)
    made_at = models.DateTimeField(_("when"))
    failed_at = models.DateTimeField(_("mail came back at"), null=True)
    handed_at = models.DateTimeField(_("link taken to send at"), null=True)

    class Meta:
        verbose_name = _("survey after a case")
        verbose_name_plural = _("surveys after cases")
        constraints = [
            models.CheckConstraint(
                condition=Q(way=AfterWay.LEFT_OUT, invitation=None)
                | ~Q(way=AfterWay.LEFT_OUT) & Q(invitation__isnull=False),
                name="after_case_asks_or_not",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
