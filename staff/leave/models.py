from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.querysets import LIVE, LeaveRequestQuerySet
from staff.people.enums import Half
from staff.people.models import Person

SOURCE = "leave:"


class LeaveRequest(models.Model):
    """Days off that a person asks for. Both days are included; a half day is one date."""

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="leave_requests", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LeaveKind.choices)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    half = models.CharField(
        _("part of the day"), max_length=6, choices=Half.choices, default=Half.WHOLE
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    call_taken_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="emergency_calls",
        verbose_name=_("call taken by"),
    )
    asked_at = models.DateTimeField(_("asked at"))
    state = models.CharField(
        _("state"), max_length=10, choices=LeaveState.choices, default=LeaveState.REQUESTED
    )
    decided_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leave_decisions",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    why = models.CharField(_("why it was decided so"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = LeaveRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for leave")
        verbose_name_plural = _("requests for leave")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="leave_in_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(half=Half.WHOLE) | Q(last_day=F("first_day")),
                name="leave_half_is_one_date",
                violation_error_message=_("Half a day is asked for one date at a time."),
            ),
            models.CheckConstraint(
                condition=Q(kind=LeaveKind.EMERGENCY, call_taken_by__isnull=False)
                | (~Q(kind=LeaveKind.EMERGENCY) & Q(call_taken_by=None)),
                name="leave_emergency_names_the_call",
                violation_error_message=_("An emergency says who took the call (LEAVE-3)."),
            ),
            models.CheckConstraint(
                condition=Q(
                    decided_by=None,
                    decided_at=None,
                    state__in=[LeaveState.REQUESTED, LeaveState.WITHDRAWN],
                )
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    state__in=[LeaveState.APPROVED, LeaveState.REFUSED, LeaveState.WITHDRAWN],
                ),
                name="leave_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("person")),
                name="leave_not_decided_by_oneself",
                violation_error_message=_("Nobody decides their own request."),
            ),
            models.CheckConstraint(
                condition=Q(state=LeaveState.WITHDRAWN, withdrawn_at__isnull=False)
                | (~Q(state=LeaveState.WITHDRAWN) & Q(withdrawn_at=None)),
                name="leave_withdrawal_is_whole",
            ),
            models.UniqueConstraint(
                fields=["person", "first_day", "kind"],
                condition=Q(state__in=LIVE),
                name="leave_once_from_a_day",
                violation_error_message=_("There is a request of this kind from that day already."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "first_day"], name="leave_of_person"),
            models.Index(
                fields=["asked_at"],
                condition=Q(state=LeaveState.REQUESTED),
                name="leave_waiting",
            ),
            models.Index(fields=["first_day", "last_day"], name="leave_span"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.first_day}"

    @property
    def source(self) -> str:
        """What the absences of this request name as theirs."""
        return f"{SOURCE}{self.pk}"

    @property
    def days(self) -> int:
        """The number of calendar days."""
        return (self.last_day - self.first_day).days + 1
