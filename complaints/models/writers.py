from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.remedies import Proposal
from staff.people.models import Person


class ProposalWriter(models.Model):
    """Somebody who wrote on a proposal, or on the one whose place it takes: they never decide it.

    The last one is the proposal's proposer as well.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, db_index=False, related_name="writers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("writer of a proposal")
        verbose_name_plural = _("writers of proposals")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "person"], name="proposal_writer_once")
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.person_id}"
