from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import Stage
from portal.models import Notice
from staff.people.models import Person


class Rung(models.Model):
    """One rung of a ladder: planned before anybody is told, a delivery afterwards.

    `receiver` is fixed in the transaction that claims the rung (CMP-10). A silenced rung is never
    delivered.
    """

    stage = models.CharField(_("rung"), max_length=10, choices=Stage.choices)
    due_at = models.DateTimeField(_("due at"))
    receiver = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("receiver"),
    )
    claim = models.UUIDField(null=True, editable=False)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    silenced_at = models.DateTimeField(_("silenced at"), null=True)
    digest = models.ForeignKey(
        Notice,
        models.SET_NULL,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("told in a digest"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(claim__isnull=False),
                name="%(class)s_delivery_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(delivered_at=None, silenced_at=None),
                name="%(class)s_waiting",
            ),
            models.Index(
                fields=["claim"], condition=Q(claim__isnull=False), name="%(class)s_claim"
            ),
            models.Index(
                fields=["receiver"], condition=Q(receiver__isnull=False), name="%(class)s_told_to"
            ),
            models.Index(
                fields=["digest"], condition=Q(digest__isnull=False), name="%(class)s_of_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.stage}"
