from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import Channel as Source
from feedback.enums import ChannelState
from feedback.querysets import ChannelQuerySet
from portal.models import Mailbox
from staff.people.models import Person, Store, Team

LONGEST_RHYTHM = 24 * 365


class Channel(models.Model):
    """A way by which customers reach the department (FBK-1).

    An item belongs to the channel of its source that names its store, else the team of the
    store, else neither. What comes into `mailbox` are items of this channel.
    """

    name = models.CharField(
        _("name"),
        max_length=80,
        unique=True,
        error_messages={"unique": _("There is a channel of this name already.")},
    )
    source = models.CharField(_("kind"), max_length=12, choices=Source.choices)
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_channels",
        verbose_name=_("store"),
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_channels",
        verbose_name=_("team"),
    )
    owner = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_channels",
        verbose_name=_("owner"),
    )
    state = models.CharField(
        _("state"), max_length=6, choices=ChannelState.choices, default=ChannelState.ACTIVE
    )
    quiet_hours = models.PositiveIntegerField(
        _("silence is normal for (hours)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_RHYTHM)],
        help_text=_("After that the silence is noticed. Empty: never."),
    )
    mailbox = models.OneToOneField(
        Mailbox,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_channel",
        verbose_name=_("mailbox"),
        error_messages={"unique": _("Another channel takes the mails of this mailbox.")},
    )
    last_received_at = models.DateTimeField(_("last item"), null=True, editable=False)
    watched_since = models.DateTimeField(_("watched since"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "store"],
                condition=Q(store__isnull=False),
                name="channel_once_for_store",
                violation_error_message=_("There is a channel of this kind there already."),
            ),
            models.UniqueConstraint(
                fields=["source", "team"],
                condition=Q(team__isnull=False),
                name="channel_once_for_team",
                violation_error_message=_("There is a channel of this kind there already."),
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(store=None, team=None),
                name="channel_once_for_all",
                violation_error_message=_("There is a channel of this kind there already."),
            ),
            models.CheckConstraint(
                condition=Q(store=None) | Q(team=None),
                name="channel_of_store_or_team",
                violation_error_message=_("A channel belongs to a store or to a team, not both."),
            ),
            models.CheckConstraint(
                condition=Q(mailbox=None) | Q(source=Source.MAIL, store__isnull=False),
                name="channel_mailbox_of_a_store",
                violation_error_message=_("A mailbox belongs to the e-mail channel of a store."),
            ),
            models.CheckConstraint(
                condition=Q(quiet_hours=None)
                | Q(quiet_hours__gte=1, quiet_hours__lte=LONGEST_RHYTHM),
                name="channel_rhythm_sensible",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Silence(models.Model):
    """A channel that was silent for longer than normal; told once, ended by the next item."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="silences")
    since = models.DateTimeField(_("silent since"))
    noticed_at = models.DateTimeField(_("noticed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("silence")
        verbose_name_plural = _("silences")
        constraints = [
            models.UniqueConstraint(fields=["channel", "since"], name="silence_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
