from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.channels import Channel
from portal.sealing import SealedTextField
from staff.people.models import Person


class Tally(models.Model):
    """How often something came from one address in one stretch of time.

    `key` is a keyed hash of what and of the address; rows are deleted after a day.
    """

    key = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally of visits")
        verbose_name_plural = _("tallies of visits")
        constraints = [models.UniqueConstraint(fields=["key", "begun_at"], name="tally_once")]
        indexes = [models.Index(fields=["begun_at"], name="tally_by_age")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Hook(models.Model):
    """The door by which a chat system posts to a channel; its secret is shown once.

    Answers are posted back to `reply_url`, signed with the same secret.
    """

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="hook")
    key = models.CharField(max_length=22, unique=True, editable=False)
    secret = SealedTextField()
    rotated_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    rotated_at = models.DateTimeField(_("secret made at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    reply_url = models.URLField(_("address for answers"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return f"{self.pk}"


class HookCall(models.Model):
    """A post that was accepted, so that the same one is refused; deleted after a day."""

    hook = models.ForeignKey(Hook, models.CASCADE, db_index=False, related_name="calls")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("call of a webhook")
        verbose_name_plural = _("calls of webhooks")
        constraints = [models.UniqueConstraint(fields=["hook", "digest"], name="hook_call_once")]
        indexes = [models.Index(fields=["at"], name="hook_call_by_age")]

    def __str__(self) -> str:
        return f"{self.pk}"
