"""Shifts that change hands after publication, and the calendar feed of a person."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.people.models import Person, Team
from staff.roster.enums import OpenShiftState, SwapState
from staff.roster.models.shifts import ShiftType
from staff.roster.querysets import OpenShiftQuerySet, SwapQuerySet

PENDING = (SwapState.ASKED, SwapState.AGREED)


class Swap(models.Model):
    """The asker gives a shift to a colleague and takes one of theirs, or none."""

    asker = models.ForeignKey(
        Person, models.CASCADE, related_name="swaps_asked", verbose_name=_("asked by")
    )
    colleague = models.ForeignKey(
        Person, models.CASCADE, related_name="swaps_offered", verbose_name=_("colleague")
    )
    team = models.ForeignKey(Team, models.CASCADE, related_name="swaps", verbose_name=_("team"))
    given_day = models.DateField(_("day given"))
    given_shift = models.ForeignKey(
        ShiftType, models.PROTECT, related_name="+", verbose_name=_("shift given")
    )
    taken_day = models.DateField(_("day taken"), null=True, blank=True)
    taken_shift = models.ForeignKey(
        ShiftType,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("shift taken"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=SwapState.choices, default=SwapState.ASKED
    )
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    answer = models.CharField(_("answer"), max_length=200, blank=True)
    objects = SwapQuerySet.as_manager()

    class Meta:
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("colleague")), name="swap_between_two"),
            models.CheckConstraint(
                condition=Q(taken_day=None, taken_shift=None)
                | Q(taken_day__isnull=False, taken_shift__isnull=False),
                name="swap_takes_day_with_shift",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="swap_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["asker", "given_day", "given_shift"],
                condition=Q(state__in=PENDING),
                name="swap_pending_once",
                violation_error_message=_("You have asked about this shift already."),
            ),
        ]

        indexes = [models.Index(fields=["team", "state"], name="swap_of_team")]

    def __str__(self) -> str:
        return f"{self.given_day}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING


class OpenShift(models.Model):
    """A shift that somebody may take, or that one person is asked to take (`offered_to`)."""

    team = models.ForeignKey(
        Team, models.CASCADE, related_name="open_shifts", verbose_name=_("team")
    )
    day = models.DateField(_("day"))
    shift_type = models.ForeignKey(
        ShiftType, models.PROTECT, related_name="open_shifts", verbose_name=_("shift")
    )
    offered_to = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="shifts_offered",
        verbose_name=_("offered to"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=OpenShiftState.choices, default=OpenShiftState.OPEN
    )
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(_("posted at"))
    taken_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="shifts_taken",
        verbose_name=_("taken by"),
    )
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    objects = OpenShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("open shift")
        verbose_name_plural = _("open shifts")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state=OpenShiftState.TAKEN, taken_by__isnull=False, taken_at__isnull=False
                )
                | (~Q(state=OpenShiftState.TAKEN) & Q(taken_by=None, taken_at=None)),
                name="open_shift_taken_by_somebody",
            )
        ]
        indexes = [models.Index(fields=["team", "state", "day"], name="open_shift_of_team")]

    def __str__(self) -> str:
        return f"{self.day}"


class CalendarFeed(models.Model):
    """The secret link to somebody's calendar; only the SHA-256 of the secret is kept."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"{self.pk}"
