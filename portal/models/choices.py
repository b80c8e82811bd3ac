from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.enums import NOTICE_CHANNELS, WayMode

CHANNELS = [(channel.value, channel.label) for channel in NOTICE_CHANNELS]


class ChannelRule(models.Model):
    """What the department allows for notices of one topic by one channel."""

    topic = models.CharField(_("topic"), max_length=40)
    channel = models.CharField(_("channel"), max_length=8, choices=CHANNELS)
    mode = models.CharField(_("allowed"), max_length=8, choices=WayMode.choices)

    class Meta:
        verbose_name = _("rule for notices")
        verbose_name_plural = _("rules for notices")
        constraints = [
            models.UniqueConstraint(fields=["topic", "channel"], name="channel_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel}"


class ChannelChoice(models.Model):
    """Whether somebody wants notices of one topic by one channel, where they may choose."""

    user = models.ForeignKey("portal.User", models.CASCADE, related_name="channel_choices")
    topic = models.CharField(_("topic"), max_length=40)
    channel = models.CharField(_("channel"), max_length=8, choices=CHANNELS)
    wanted = models.BooleanField(_("is wanted"))

    class Meta:
        verbose_name = _("choice of a channel")
        verbose_name_plural = _("choices of channels")
        constraints = [
            models.UniqueConstraint(fields=["user", "topic", "channel"], name="channel_choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel}"


class DigestPlan(models.Model):
    """When the weekly digest is written, in the department's zone. One row; none: the defaults."""

    weekday = models.PositiveSmallIntegerField(
        _("weekday"), default=1, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    at = models.TimeField(_("at"), default=time(8, 0))
    is_on = models.BooleanField(_("is sent"), default=True)

    class Meta:
        verbose_name = _("weekly digest")
        verbose_name_plural = _("weekly digests")

    def __str__(self) -> str:
        return f"{self.weekday} {self.at:%H:%M}"


class OwnWords(models.Model):
    """Words of the department that mails and robots carry below the sentence of a topic."""

    topic = models.CharField(_("topic"), max_length=40, primary_key=True)
    text_zh = models.CharField(_("words in Chinese"), max_length=300, blank=True)
    text_en = models.CharField(_("words in English"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("words of the department")
        verbose_name_plural = _("words of the department")

    def __str__(self) -> str:
        return self.topic
