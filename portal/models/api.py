"""Tokens of the interface for other systems, its kept answers, and webhooks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.querysets import ApiTokenQuerySet, WebhookQuerySet
from portal.sealing import SealedTextField


class ApiToken(models.Model):
    """What another system shows instead of a password; only its hash is kept.

    It sees and does what its user may at that moment, narrowed to its scopes.
    """

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("set up at"))
    expires_at = models.DateTimeField(_("token valid until"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    revoked_by = models.ForeignKey("portal.User", models.PROTECT, null=True, related_name="+")
    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_in_order"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_token_revoked_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hint} {self.name}"


class ApiCall(models.Model):
    """The answer to a creating call that named a key: the same key again gets it again."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("API call")
        verbose_name_plural = _("API calls")
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_call_once")]

    def __str__(self) -> str:
        return f"{self.token_id} {self.key}"


class Webhook(models.Model):
    """An address that is told, signed, what happens; it sees the stores that its owner sees.

    `store_ids` narrows them; empty means all of them. `failures` counts failed attempts since the
    last success; at a set number the webhook pauses, and its messages wait.
    """

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="webhooks")
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=500)
    secret = SealedTextField(_("secret"))
    events = models.JSONField(_("events"), default=list)
    store_ids = models.JSONField(_("stores"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    failures = models.PositiveIntegerField(default=0, editable=False)
    paused_at = models.DateTimeField(_("paused at"), null=True, editable=False)
    created_at = models.DateTimeField(_("set up at"))
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name
