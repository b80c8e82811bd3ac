from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.querysets import AuditQuerySet


class AuditEntry(models.Model):
    """One act: who, when, from where, what, before and after. Append-only in the database.

    Customers' personal values stand here as references or masked, never as free text, so that
    erasing a customer changes no row.
    """

    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    origin = models.CharField(_("from where"), max_length=64, blank=True)
    verb = models.CharField(_("what"), max_length=64)
    target_type = models.CharField(_("kind of object"), max_length=64, blank=True)
    target_id = models.CharField(_("key of the object"), max_length=64, blank=True)
    target_label = models.CharField(_("object"), max_length=120, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["target_type", "target_id", "-at"], name="audit_by_target"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb} {self.target_label}"
