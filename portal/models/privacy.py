"""What was erased, for whom by reference only (§10)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.enums import ErasureReason


class Erasure(models.Model):
    """One person's data was erased. Nothing here names the person.

    `counts` says how many rows changed by place; `stores` whose data it was, for who may see the
    line. `noted_at` is when the line came into the file beside the database.
    """

    at = models.DateTimeField(_("erased at"))
    actor = models.ForeignKey(
        "portal.User", models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    reason = models.CharField(_("reason"), max_length=10, choices=ErasureReason.choices)
    reference = models.CharField(_("number of the request"), max_length=40, blank=True)
    even_open = models.BooleanField(_("with open cases"), default=False)
    counts = models.JSONField(default=dict)
    stores = models.JSONField(default=list)
    noted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = [
            models.Index(fields=["-at", "-id"], name="erasure_newest"),
            models.Index(
                fields=["id"], condition=models.Q(noted_at=None), name="erasure_not_noted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class ErasedKey(models.Model):
    """By what an erased person is known again after a backup was restored: a key, keyed hashes.

    `key` is that of the row, `mark` the keyed hash of what made the person recognisable then.
    """

    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    mark = models.CharField(max_length=40, blank=True)

    class Meta:
        verbose_name = _("key of an erased person")
        verbose_name_plural = _("keys of erased persons")
        constraints = [
            models.UniqueConstraint(fields=["erasure", "kind", "key"], name="erased_key_once")
        ]
        indexes = [models.Index(fields=["kind", "key"], name="erased_key")]

    def __str__(self) -> str:
        return f"{self.erasure_id} {self.kind}"


class Masking(models.Model):
    """Stands only within the transaction that masks texts, so nobody else ever sees a row of it.

    Triggers that keep texts from being changed let them be masked meanwhile (portal.guards).
    """

    class Meta:
        verbose_name = _("masking")
        verbose_name_plural = _("maskings")

    def __str__(self) -> str:
        return f"{self.pk}"
