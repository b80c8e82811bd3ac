from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.money import Fen
from staff.incentives.querysets import AdjustmentQuerySet
from staff.people.models import Person


class Adjustment(models.Model):
    """An amount that somebody decided on for a person: a reward, or a share of a cost.

    A fact (INC-1): the settlement makes a line of it as long as it is not withdrawn, and takes the
    line back where it is. Below zero it costs the person. `source` names the decision behind it,
    once: `target:12:7`, `liability:5:7`.
    """

    source = models.CharField(_("source"), max_length=120, unique=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="adjustments")
    rule = models.CharField(_("rule"), max_length=12)
    day = models.DateField(_("date"))
    amount_fen = models.BigIntegerField(_("amount (fen)"))
    reason = models.CharField(_("reason"), max_length=500)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="decided_adjustments"
    )
    decided_at = models.DateTimeField(_("decided at"))
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="withdrawn_adjustments"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_because = models.CharField(_("withdrawn because"), max_length=500, blank=True)
    objects = AdjustmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("decided amount")
        verbose_name_plural = _("decided amounts")
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="adjustment_is_something"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("person")),
                name="adjustment_not_for_oneself",
                violation_error_message=_("Nobody decides on an amount of their own."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False))
                & ~Q(withdrawn_because=""),
                name="adjustment_withdrawal_is_whole",
            ),
        ]
        indexes = [models.Index(fields=["person", "day"], name="adjustment_by_month")]

    def __str__(self) -> str:
        return self.source

    @property
    def amount(self) -> Fen:
        return Fen(self.amount_fen)
