from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.enums import Threat


class Escalated(models.Model):
    """Whether a case goes up at once (CMP-10).

    `escalated_because` holds codes of EscalationReason with a space between, in the order in which
    they came.
    """

    threat = models.CharField(
        _("threat"), max_length=10, choices=Threat.choices, default=Threat.NONE
    )
    escalated_at = models.DateTimeField(_("escalated at"), null=True, editable=False)
    escalated_because = models.CharField(max_length=60, blank=True, editable=False, default="")

    class Meta:
        abstract = True

    @property
    def reasons(self) -> list[str]:
        return self.escalated_because.split()
