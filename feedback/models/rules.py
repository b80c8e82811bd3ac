from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from feedback.enums import ItemKind


class Topic(models.Model):
    """What items are about, for instance logistics or quality."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """Return the name in the active language."""
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class Rule(models.Model):
    """Words that suggest a kind or a topic. Only a rule of spam acts by itself (FBK-2)."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    words = models.TextField(
        _("words"), max_length=4000, help_text=_("One on each line; any of them counts.")
    )
    kind = models.CharField(
        _("suggests the kind"), max_length=10, choices=ItemKind.choices, blank=True
    )
    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("suggests the topic"),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("rule of triage")
        verbose_name_plural = _("rules of triage")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="") | Q(topic__isnull=False),
                name="rule_suggests_something",
                violation_error_message=_("A rule suggests a kind, a topic, or both."),
            )
        ]

    def __str__(self) -> str:
        return self.name
