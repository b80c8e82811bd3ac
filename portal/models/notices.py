from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.enums import Channel, RobotKind
from portal.querysets import NoticeQuerySet, OutboxQuerySet, RobotQuerySet
from portal.sealing import SealedTextField


class Notice(models.Model):
    """Something that one user is told in the portal: a kind and parameters.

    It is rendered in the reader's language. `key` makes it appear once for each receiver (FUP-2).
    """

    receiver = models.ForeignKey(
        "portal.User", models.CASCADE, related_name="notices", verbose_name=_("receiver")
    )
    key = models.CharField(_("key"), max_length=120)
    kind = models.CharField(_("kind"), max_length=64)
    params = models.JSONField(_("parameters"), default=dict)
    subject = models.CharField(_("subject"), max_length=64, blank=True)
    urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["receiver", "key"], name="notice_once_for_receiver")
        ]
        indexes = [
            models.Index(fields=["receiver", "-id"], name="notice_newest"),
            models.Index(
                fields=["receiver", "-id"], condition=Q(read_at=None), name="notice_unread"
            ),
            models.Index(fields=["subject"], condition=Q(read_at=None), name="notice_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.kind}"


class Robot(models.Model):
    """A group robot of a team's chat (FUP-3).

    Until `busy_until` somebody speaks through it, or its chat takes no further message: nobody
    else may use it.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=RobotKind.choices)
    address = SealedTextField(
        _("address"),
        help_text=_(
            "DingTalk: dingtalk://secret@token, WeCom: wecombot://key, Feishu: feishu://secret@token."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    busy_until = models.DateTimeField(null=True, editable=False)
    objects = RobotQuerySet.as_manager()

    class Meta:
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")

    def __str__(self) -> str:
        return self.name


class OutboxMessage(models.Model):
    """A message on its way out. `key` is stable: a second copy carries the same (FUP-2).

    What a robot is told together has one `parcel`, fixed before it is sent for the first time, so
    that a second copy is of the same messages. A letter goes to somebody outside: whom to and what
    it says, the app that wrote it keeps (portal.letters).
    """

    key = models.CharField(_("key"), max_length=160, unique=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    user = models.ForeignKey(
        "portal.User",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("receiver"),
    )
    robot = models.ForeignKey(
        Robot,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("group robot"),
    )
    webhook = models.ForeignKey(
        "portal.Webhook", models.CASCADE, null=True, blank=True, related_name="messages"
    )
    kind = models.CharField(_("kind"), max_length=64)
    params = models.JSONField(_("parameters"), default=dict)
    subject = models.CharField(_("subject"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created at"))
    not_before = models.DateTimeField(_("not before"))
    next_try_at = models.DateTimeField(_("next try at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    parcel = models.UUIDField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    gave_up_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)
    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(channel=Channel.MAIL, user__isnull=False, robot=None, webhook=None)
                    | Q(channel=Channel.ROBOT, robot__isnull=False, webhook=None)
                    | Q(channel=Channel.LETTER, user=None, robot=None, webhook=None)
                    | Q(channel=Channel.WEBHOOK, webhook__isnull=False, user=None, robot=None)
                ),
                name="outbox_has_an_address",
            ),
            models.CheckConstraint(
                condition=Q(lease=None, leased_until=None)
                | Q(lease__isnull=False, leased_until__isnull=False),
                name="outbox_lease_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(sent_at=None, gave_up_at=None, withdrawn_at=None),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["robot", "next_try_at", "id"],
                condition=Q(robot__isnull=False, sent_at=None, gave_up_at=None, withdrawn_at=None),
                name="outbox_of_robot",
            ),
            models.Index(
                fields=["-gave_up_at"], condition=Q(gave_up_at__isnull=False), name="outbox_failed"
            ),
            models.Index(fields=["subject"], condition=Q(sent_at=None), name="outbox_subject"),
        ]

    def __str__(self) -> str:
        return self.key
