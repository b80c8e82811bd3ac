from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.attendance.enums import MakeUpState, Side
from staff.attendance.querysets import (
    MakeUpQuerySet,
    PunchQuerySet,
    RedPacketPaymentQuerySet,
    WeekPublicationQuerySet,
)
from staff.people.models import Person, Team


class Punch(models.Model):
    """One moment at which somebody clocked, to the second; evidence that is never changed.

    `kind` is what the clock itself said, empty where it said nothing. `sheet`, `row` and `column`
    say where in which file it stood, as a spreadsheet shows it. `remark` keeps the verdict of the
    clock's own program, which never judges.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="punches", verbose_name=_("person")
    )
    punched_at = models.DateTimeField(_("punched at"))
    kind = models.CharField(_("kind"), max_length=3, choices=Side.choices, blank=True)
    source = models.CharField(_("source"), max_length=40, blank=True)
    reference = models.CharField(_("serial number"), max_length=80, blank=True)
    file_name = models.CharField(_("file"), max_length=255, blank=True)
    file_sha256 = models.CharField(
        _("SHA-256 of the file"),
        max_length=64,
        blank=True,
        validators=[RegexValidator(r"^[0-9a-f]{64}\Z")],
    )
    sheet = models.CharField(_("sheet"), max_length=80, blank=True)
    row = models.PositiveIntegerField(_("row"), null=True, blank=True)
    column = models.CharField(_("column"), max_length=80, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    objects = PunchQuerySet.as_manager()

    class Meta:
        verbose_name = _("punch")
        verbose_name_plural = _("punches")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "punched_at"],
                name="punch_once_a_second",
                violation_error_message=_("This person has a punch at that second already."),
            )
        ]
        indexes = [models.Index(fields=["punched_at"], name="punch_by_time")]

    def __str__(self) -> str:
        return f"{self.punched_at:%Y-%m-%d %H:%M:%S}"


class MakeUp(models.Model):
    """A request to make up a missing punch (ATT-13). `day` is that of the shift.

    `certified_by` is who answers for it, or who is named while it is open; `decided_by` the sign-in
    that recorded the decision (none for a command).
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="makeups", verbose_name=_("person")
    )
    day = models.DateField(_("date of the shift"))
    side = models.CharField(_("missing punch"), max_length=3, choices=Side.choices)
    asked_at = models.DateTimeField(_("asked for at"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    state = models.CharField(
        _("decision"), max_length=10, choices=MakeUpState.choices, default=MakeUpState.OPEN
    )
    certified_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("certified by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = MakeUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("make-up of a punch")
        verbose_name_plural = _("make-ups of punches")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "side"],
                name="makeup_once",
                violation_error_message=_("This punch was asked for already."),
            ),
            models.CheckConstraint(
                condition=Q(state=MakeUpState.OPEN, decided_at=None, decided_by=None)
                | (~Q(state=MakeUpState.OPEN) & Q(decided_at__isnull=False)),
                name="makeup_decided_or_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=MakeUpState.CERTIFIED) | Q(certified_by__isnull=False),
                name="makeup_certified_by_somebody",
                violation_error_message=_("Who certifies a punch is named (ATT-13)."),
            ),
            models.CheckConstraint(
                condition=Q(certified_by=None) | ~Q(certified_by=models.F("person")),
                name="makeup_not_by_oneself",
                violation_error_message=_("Nobody certifies their own punch."),
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="makeup_by_state")]

    def __str__(self) -> str:
        return f"{self.day} {self.side}"


class RedPacketPayment(models.Model):
    """A red packet given in the team group, for one shift and side (ATT-1 to ATT-3, ATT-11).

    It settles the event, and its doubling if there is one. A payment recorded by mistake is
    withdrawn, never deleted.
    """

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="red_packet_payments", verbose_name=_("person")
    )
    day = models.DateField(_("date of the shift"))
    side = models.CharField(_("red packet for"), max_length=3, choices=Side.choices)
    paid_at = models.DateTimeField(_("paid at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    objects = RedPacketPaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of a red packet")
        verbose_name_plural = _("payments of red packets")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "side"],
                condition=Q(withdrawn_at=None),
                name="red_packet_paid_once",
                violation_error_message=_("This red packet is recorded as paid already."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None) | Q(withdrawn_at__isnull=False),
                name="red_packet_withdrawn_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="red_packet_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.side}"


class WeekPublication(models.Model):
    """The week of a team was published (ATT-11); `first_day` is the first of its seven days."""

    team = models.ForeignKey(
        Team, models.PROTECT, related_name="week_publications", verbose_name=_("team")
    )
    first_day = models.DateField(_("first day"))
    published_at = models.DateTimeField(_("published at"))
    objects = WeekPublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("published week")
        verbose_name_plural = _("published weeks")
        constraints = [
            models.UniqueConstraint(fields=["team", "first_day"], name="week_published_once")
        ]

    def __str__(self) -> str:
        return f"{self.first_day}"
