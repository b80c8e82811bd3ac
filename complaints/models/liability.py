from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import Bearer, Ground, LiabilityState
from complaints.models.cases import Complaint
from complaints.models.customers import Order
from complaints.querysets import ChaseQuerySet, LiabilityQuerySet, LiabilityShareQuerySet
from portal.money import Fen
from staff.incentives.models import Demerit
from staff.people.models import Person, Store

STANDING = (LiabilityState.PROPOSED, LiabilityState.DECIDED)


class Chase(models.Model):
    """The warehouse was asked where an order is (追问); never changed or deleted.

    It counts from the moment it was recorded: so none can be dated back.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="chases", verbose_name=_("order"))
    by = models.ForeignKey(
        Person, models.PROTECT, related_name="chases", verbose_name=_("chased by")
    )
    at = models.DateTimeField(_("recorded at"))
    text = models.CharField(_("what was asked, and whom"), max_length=500)
    objects = ChaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("chase to the warehouse")
        verbose_name_plural = _("chases to the warehouse")
        indexes = [models.Index(fields=["order", "at"], name="chase_of_order")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.at:%Y-%m-%d}"


class Liability(models.Model):
    """A cost that goes back to somebody's mistake, and who has to bear it (INC-4, INC-5).

    On a complaint, an order, or both. For one order, and for one complaint, a ground stands once:
    a case that is reopened or found in a second complaint is not charged again. `store` repeats
    that of the complaint or order.
    """

    complaint = models.ForeignKey(
        Complaint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="liabilities",
        verbose_name=_("complaint"),
    )
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="liabilities",
        verbose_name=_("order"),
    )
    store = models.ForeignKey(
        Store, models.PROTECT, related_name="liabilities", verbose_name=_("store")
    )
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    cost_fen = models.BigIntegerField(_("cost (fen)"))
    reason = models.CharField(_("what happened"), max_length=500)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=LiabilityState.choices,
        default=LiabilityState.PROPOSED,
    )
    proposed_by = models.ForeignKey(
        Person, models.PROTECT, related_name="proposed_liabilities", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="decided_liabilities"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision = models.CharField(_("reason of the decision"), max_length=500, blank=True)
    exempted_by = models.ForeignKey(
        Chase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("exempted")
    )
    overturned_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="overturned_liabilities"
    )
    overturned_at = models.DateTimeField(_("overturned at"), null=True, blank=True)
    overturned_because = models.CharField(_("overturned because"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = LiabilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("liability")
        verbose_name_plural = _("liabilities")
        constraints = [
            models.CheckConstraint(
                condition=Q(complaint__isnull=False) | Q(order__isnull=False),
                name="liability_is_about_something",
            ),
            models.CheckConstraint(condition=Q(cost_fen__gt=0), name="liability_costs_something"),
            models.UniqueConstraint(
                fields=["order", "ground"],
                condition=Q(state__in=STANDING),
                name="liability_once_on_order",
                violation_error_message=_("This order has a liability of that ground already."),
            ),
            models.UniqueConstraint(
                fields=["complaint", "ground"],
                condition=Q(state__in=STANDING),
                name="liability_once_on_complaint",
                violation_error_message=_("This complaint has a liability of that ground already."),
            ),
            models.CheckConstraint(
                condition=Q(state=LiabilityState.PROPOSED, decided_by=None, decided_at=None)
                | (
                    ~Q(state=LiabilityState.PROPOSED)
                    & Q(decided_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decision="")
                ),
                name="liability_decision_is_whole",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(state=LiabilityState.OVERTURNED) & Q(overturned_by=None, overturned_at=None)
                )
                | (
                    Q(state=LiabilityState.OVERTURNED, overturned_by__isnull=False)
                    & Q(overturned_at__isnull=False)
                    & ~Q(overturned_because="")
                ),
                name="liability_overturning_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["-proposed_at", "-id"], name="liability_newest"),
            models.Index(
                fields=["proposed_at"],
                condition=Q(state=LiabilityState.PROPOSED),
                name="liability_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def cost(self) -> Fen:
        return Fen(self.cost_fen)


class LiabilityShare(models.Model):
    """What one bears of a cost; together the shares are the cost, to the fen.

    Before the decision the weight is a proposal, and there is no amount. Who gets a demerit
    instead bears nothing (INC-5).
    """

    liability = models.ForeignKey(Liability, models.CASCADE, related_name="shares")
    position = models.PositiveSmallIntegerField(_("position"))
    bearer = models.CharField(_("bearer"), max_length=10, choices=Bearer.choices)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="liability_shares"
    )
    weight = models.PositiveIntegerField(_("parts"))
    amount_fen = models.BigIntegerField(_("amount (fen)"), null=True)
    demerit = models.ForeignKey(
        Demerit, models.PROTECT, null=True, blank=True, related_name="shares"
    )
    objects = LiabilityShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("share of a liability")
        verbose_name_plural = _("shares of liabilities")
        constraints = [
            models.UniqueConstraint(fields=["liability", "position"], name="share_in_order"),
            models.UniqueConstraint(
                fields=["liability", "bearer", "person"], name="share_once_for_person"
            ),
            models.UniqueConstraint(
                fields=["liability", "bearer"],
                condition=~Q(bearer=Bearer.PERSON),
                name="share_once_for_bearer",
            ),
            models.CheckConstraint(
                condition=Q(bearer=Bearer.PERSON, person__isnull=False)
                | (~Q(bearer=Bearer.PERSON) & Q(person=None)),
                name="share_is_somebodys",
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="share_weighs"),
            models.UniqueConstraint(
                fields=["demerit"],
                condition=Q(demerit__isnull=False),
                name="share_of_one_demerit",
            ),
            models.CheckConstraint(
                condition=Q(demerit=None) | Q(bearer=Bearer.PERSON, amount_fen=0),
                name="share_costs_or_marks",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="share_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.liability_id}:{self.position}"
