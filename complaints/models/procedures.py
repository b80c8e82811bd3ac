from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import ProcedureKind
from complaints.models.cases import Attachment, Complaint
from complaints.models.followups import FollowUp
from staff.people.models import Person


class Procedure(models.Model):
    """A lost parcel, missing items or a dispute: a checklist with a deadline (CMP-11, CMP-12)."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="procedures")
    kind = models.CharField(_("kind of procedure"), max_length=8, choices=ProcedureKind.choices)
    deadline_at = models.DateTimeField(_("deadline"), null=True)
    begun_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(_("begun at"))
    ended_at = models.DateTimeField(_("procedure ended at"), null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    result = models.CharField(_("how it ended"), max_length=500, blank=True)
    followup = models.OneToOneField(FollowUp, models.SET_NULL, null=True, related_name="procedure")

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "kind"],
                condition=Q(ended_at=None),
                name="procedure_once_at_a_time",
                violation_error_message=_("This procedure runs already."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="procedure_ended_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ProcedureKind.DISPUTE) | Q(deadline_at__isnull=False),
                name="procedure_dispute_has_deadline",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"


class ProcedureStep(models.Model):
    """A step of a checklist that was done, with what it rests on."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, db_index=False, related_name="steps")
    code = models.CharField(max_length=24)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    note = models.CharField(_("what it rests on"), max_length=500, blank=True)
    file = models.ForeignKey(Attachment, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("step of a procedure")
        verbose_name_plural = _("steps of procedures")
        constraints = [
            models.UniqueConstraint(fields=["procedure", "code"], name="procedure_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.code}"
