from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import EntryKind, FollowUpState, OfferReason, OfferState
from complaints.models.cases import Complaint
from complaints.models.customers import Order
from complaints.models.rungs import Rung
from complaints.querysets import FollowUpQuerySet, MoveQuerySet, OfferQuerySet, ReminderQuerySet
from staff.people.models import Person, Store


class FollowUp(models.Model):
    """A promise with an owner and a due time, on a complaint or an order (FUP-1).

    `store` repeats that of the complaint or order, so that lists are scoped by one index.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    complaint = models.ForeignKey(
        Complaint,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="followups",
        verbose_name=_("complaint"),
    )
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="followups",
        verbose_name=_("order"),
    )
    store = models.ForeignKey(
        Store, models.PROTECT, db_index=False, related_name="followups", verbose_name=_("store")
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, db_index=False, related_name="followups", verbose_name=_("owner")
    )
    assigned_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="assigned_followups",
        verbose_name=_("assigned by"),
    )
    purpose = models.CharField(_("what is to be done"), max_length=500)
    due_at = models.DateTimeField(_("due at"))
    urgent = models.BooleanField(
        _("urgent"), default=False, help_text=_("Mail and robots do not wait for the next shift.")
    )
    state = models.CharField(
        _("state"), max_length=6, choices=FollowUpState.choices, default=FollowUpState.OPEN
    )
    outcome = models.CharField(_("outcome"), max_length=1000, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    rescheduled = models.PositiveSmallIntegerField(_("times rescheduled"), default=0)
    reference = models.CharField(_("external number"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created at"))
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.CheckConstraint(
                condition=Q(complaint__isnull=False) | Q(order__isnull=False),
                name="followup_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.OPEN, done_at=None)
                | Q(state=FollowUpState.DONE, done_at__isnull=False),
                name="followup_done_is_whole",
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference=""),
                name="followup_reference_once",
                violation_error_message=_("There is a follow-up of that external number already."),
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "state", "due_at", "id"], name="followup_of_owner"),
            models.Index(fields=["state", "due_at", "id"], name="followup_by_due"),
            models.Index(fields=["store", "state", "due_at", "id"], name="followup_of_store"),
            models.Index(fields=["complaint", "due_at"], name="followup_of_case"),
            models.Index(fields=["order", "due_at"], name="followup_of_order"),
            models.Index(
                fields=["state", "due_at", "id"], condition=Q(urgent=True), name="followup_urgent"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class FollowUpMove(models.Model):
    """One change of a follow-up, with the reason in words."""

    followup = models.ForeignKey(FollowUp, models.CASCADE, db_index=False, related_name="moves")
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    from_owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    to_owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    from_due_at = models.DateTimeField(null=True)
    to_due_at = models.DateTimeField(null=True)
    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of a follow-up")
        verbose_name_plural = _("changes of follow-ups")
        indexes = [models.Index(fields=["followup", "-at", "-id"], name="move_of_followup")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"


class Reminder(Rung):
    """One rung of a follow-up's ladder.

    `followup_due_at` is the due instant for which the rung was made.
    """

    followup = models.ForeignKey(FollowUp, models.CASCADE, db_index=False, related_name="reminders")
    followup_due_at = models.DateTimeField(_("due time of the follow-up"))
    objects = ReminderQuerySet.as_manager()

    class Meta(Rung.Meta):
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["followup", "stage", "followup_due_at", "receiver"],
                name="reminder_once_for_receiver",
            ),
            models.UniqueConstraint(
                fields=["followup", "stage", "followup_due_at"],
                condition=Q(delivered_at=None),
                name="reminder_once_waiting",
            ),
            *Rung.Meta.constraints,
        ]


class HandoverOffer(models.Model):
    """A follow-up that is offered to a lead because its owner cannot see to it (FUP-4, FUP-5)."""

    followup = models.ForeignKey(FollowUp, models.CASCADE, db_index=False, related_name="offers")
    lead = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="handover_offers")
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=10, choices=OfferReason.choices)
    day = models.DateField(_("day"), null=True)
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=OfferState.choices, default=OfferState.OPEN
    )
    offered_at = models.DateTimeField(_("offered at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    taken_version = models.PositiveIntegerField(null=True, editable=False)
    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offered hand-over")
        verbose_name_plural = _("offered hand-overs")
        indexes = [
            models.Index(fields=["lead", "state", "-offered_at"], name="offer_of_lead"),
            models.Index(fields=["followup", "state"], name="offer_of_followup"),
        ]

    def __str__(self) -> str:
        return self.key
