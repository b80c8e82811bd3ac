"""A roster before it is published, and what was published when."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.people.models import Person, Team
from staff.roster.enums import PublicationKind
from staff.roster.models.shifts import ShiftType


class Wish(models.Model):
    """What somebody would like on a day: a shift, or without one a rest day."""

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="roster_wishes", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    shift_type = models.ForeignKey(
        ShiftType,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="wishes",
        verbose_name=_("shift"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day"],
                name="wish_once_a_day",
                violation_error_message=_("There is a wish for this day already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class DraftCell(models.Model):
    """What is wanted of a person on a day, over what is published.

    A draft is the set of its changed cells. `turns` is a list of `[shift type, team, lead]`;
    empty is a free day. `base` is the fingerprint of the published cell that it was made upon:
    where that has changed since, the cell is a conflict and must be looked at.
    """

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="draft_cells", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    team = models.ForeignKey(
        Team, models.CASCADE, related_name="draft_cells", verbose_name=_("team")
    )
    turns = models.JSONField(_("shifts"), default=list)
    base = models.CharField(max_length=200, blank=True)
    is_fixed = models.BooleanField(_("fixed"), default=False)
    reason = models.CharField(_("reason for a short rest"), max_length=200, blank=True)
    reason_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(_("changed at"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("draft of a day")
        verbose_name_plural = _("drafts of days")
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="draft_cell_once"),
            models.CheckConstraint(
                condition=Q(reason="", reason_by=None)
                | (~Q(reason="") & Q(reason_by__isnull=False)),
                name="draft_reason_with_name",
            ),
        ]
        indexes = [models.Index(fields=["team", "day"], name="draft_cell_of_team")]

    def __str__(self) -> str:
        return f"{self.day}"


class DraftStep(models.Model):
    """One act upon a draft with the cells as they were before, so that it can be undone."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="draft_steps")
    month = models.DateField(_("month"))
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("done at"))
    before = models.JSONField(default=list)

    class Meta:
        verbose_name = _("step of a draft")
        verbose_name_plural = _("steps of drafts")
        indexes = [models.Index(fields=["team", "month", "done_by"], name="draft_step_of_user")]

    def __str__(self) -> str:
        return f"{self.month}"


class Publication(models.Model):
    """The roster of a team and month was published, for the first time or with changes."""

    team = models.ForeignKey(
        Team, models.CASCADE, related_name="publications", verbose_name=_("team")
    )
    month = models.DateField(_("month"))
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=PublicationKind.choices)
    changed_days = models.PositiveIntegerField(_("days changed"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "month", "number"], name="publication_numbered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.number}"


class PublicationReceipt(models.Model):
    """Somebody whose days changed with a publication, what changed, and when it was seen.

    `changes` is a list of `[day, turns before, turns after]`, turns as in DraftCell.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="receipts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="roster_receipts")
    changes = models.JSONField(default=list)
    seen_at = models.DateTimeField(_("seen at"), null=True, blank=True)

    class Meta:
        verbose_name = _("receipt of a publication")
        verbose_name_plural = _("receipts of publications")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "person"], name="publication_receipt_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
