from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.people.models import Person, Team
from staff.roster.querysets import AssignmentQuerySet


class ShiftType(models.Model):
    """A shift by the wall clock; an end not after the start lies on the next day (SHIFT-1)."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=40)
    name_en = models.CharField(_("name in English"), max_length=40)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#4c78a8",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("A colour looks like #4c78a8."))],
    )
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("shift type")
        verbose_name_plural = _("shift types")

    def __str__(self) -> str:
        return self.code


class Assignment(models.Model):
    """A person works a shift on a day. `[starts_at, ends_at)`; the day is that of the start."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="assignments", verbose_name=_("person")
    )
    shift_type = models.ForeignKey(
        ShiftType, models.PROTECT, related_name="assignments", verbose_name=_("shift")
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assignments",
        verbose_name=_("team"),
    )
    day = models.DateField(_("day"))
    is_lead = models.BooleanField(_("leads the shift"), default=False)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    rest_reason = models.CharField(_("reason for a short rest"), max_length=200, blank=True)
    rest_reason_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("short rest allowed by"),
    )
    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift of a person")
        verbose_name_plural = _("shifts of people")
        constraints = [
            models.UniqueConstraint(fields=["person", "day", "shift_type"], name="assignment_once"),
            models.UniqueConstraint(
                fields=["team", "day", "shift_type"],
                condition=Q(is_lead=True),
                name="assignment_one_lead",
                violation_error_message=_("This shift has a lead already (ORG-7)."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="assignment_in_order"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "ends_at"], name="assignment_span"),
            models.Index(fields=["person", "starts_at"], name="assignment_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"
