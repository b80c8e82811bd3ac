from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import Channel, ChaseResult, UnpaidState
from complaints.models.customers import Order
from complaints.querysets import UnpaidQuerySet
from staff.daily.enums import Reason
from staff.people.models import Person, Store


class OrderRemark(models.Model):
    """One version of an order's remark (DAY-3); never changed or deleted.

    One that came with an import has its text only. Who wrote the version that stood when the
    order left may be liable for it (INC-4).
    """

    order = models.ForeignKey(Order, models.PROTECT, db_index=False, related_name="remarks")
    version = models.PositiveIntegerField(_("version"))
    logistics = models.CharField(_("logistics"), max_length=120, blank=True)
    gift = models.CharField(_("gift of an order"), max_length=120, blank=True)
    wishes = models.CharField(_("other requests"), max_length=160, blank=True)
    author = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="order_remarks",
        verbose_name=_("author of the remark"),
    )
    at = models.DateTimeField(_("written at"))
    text = models.CharField(_("remark"), max_length=500)

    class Meta:
        verbose_name = _("order remark")
        verbose_name_plural = _("order remarks")
        constraints = [
            models.UniqueConstraint(fields=["order", "version"], name="remark_version_once"),
            models.CheckConstraint(
                condition=Q(logistics="", gift="", wishes="")
                | (Q(author__isnull=False) & ~Q(logistics="") & ~Q(gift="") & ~Q(wishes="")),
                name="remark_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.version}"

    @property
    def is_form(self) -> bool:
        """Whether it was written on the form, so that its parts are known."""
        return bool(self.logistics)


class ShippingPromise(models.Model):
    """Somebody promised the customer when an order ships; never changed or deleted (INC-4)."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="promises")
    promised_at = models.DateTimeField(_("promised to ship at"))
    by = models.ForeignKey(
        Person, models.PROTECT, related_name="shipping_promises", verbose_name=_("promised by")
    )
    at = models.DateTimeField(_("promise recorded at"))

    class Meta:
        verbose_name = _("promise of shipping")
        verbose_name_plural = _("promises of shipping")

    def __str__(self) -> str:
        return f"{self.order_id} {self.promised_at:%Y-%m-%d}"


class UnpaidOrder(models.Model):
    """An order that is placed but not paid, until it is paid or lost.

    `store` repeats that of the order. `won_by` is who chased last before it was paid; the
    follow-ups on it are those of the order (FUP-1).
    """

    order = models.OneToOneField(Order, models.PROTECT, related_name="unpaid")
    store = models.ForeignKey(
        Store, models.PROTECT, db_index=False, related_name="unpaid_orders", verbose_name=_("store")
    )
    owner = models.ForeignKey(
        Person, models.PROTECT, related_name="unpaid_orders", verbose_name=_("owner")
    )
    placed_at = models.DateTimeField(_("placed at"))
    pay_until = models.DateTimeField(_("to be paid until"), null=True)
    note = models.CharField(_("what the customer hesitates about"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=4, choices=UnpaidState.choices, default=UnpaidState.OPEN
    )
    paid_at = models.DateTimeField(_("paid at"), null=True)
    won_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        related_name="orders_won_back",
        verbose_name=_("won back by"),
    )
    lost_because = models.CharField(
        _("lost because of"), max_length=10, choices=Reason.choices, blank=True
    )
    lost_note = models.CharField(_("in words"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("closed as paid or lost at"), null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(_("noted at"))
    noted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = UnpaidQuerySet.as_manager()

    class Meta:
        verbose_name = _("unpaid order")
        verbose_name_plural = _("unpaid orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=UnpaidState.OPEN, closed_at=None, closed_by=None)
                | (~Q(state=UnpaidState.OPEN) & Q(closed_at__isnull=False)),
                name="unpaid_closed_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(UnpaidState.WON, UnpaidState.PAID), paid_at__isnull=False)
                | (~Q(state__in=(UnpaidState.WON, UnpaidState.PAID)) & Q(paid_at=None)),
                name="unpaid_paid_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=UnpaidState.WON, won_by__isnull=False)
                | (~Q(state=UnpaidState.WON) & Q(won_by=None)),
                name="unpaid_won_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state=UnpaidState.LOST) & ~Q(lost_because=""))
                | (~Q(state=UnpaidState.LOST) & Q(lost_because="")),
                name="unpaid_lost_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(pay_until=None) | Q(pay_until__gt=F("placed_at")),
                name="unpaid_in_order",
                violation_error_message=_("It is to be paid after it was placed."),
            ),
        ]
        indexes = [
            models.Index(fields=["store", "state", "-placed_at", "-id"], name="unpaid_of_store"),
            models.Index(fields=["won_by", "paid_at"], name="unpaid_won"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}"


class UnpaidChase(models.Model):
    """The customer was reminded to pay: when, through what, in which words, and the result.

    Never changed or deleted: it decides for whom a payment counts.
    """

    unpaid = models.ForeignKey(UnpaidOrder, models.PROTECT, related_name="chases")
    by = models.ForeignKey(Person, models.PROTECT, db_index=False, related_name="unpaid_chases")
    at = models.DateTimeField(_("chased at"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    words = models.CharField(_("what was said"), max_length=500)
    result = models.CharField(_("result"), max_length=8, choices=ChaseResult.choices)

    class Meta:
        verbose_name = _("chase of a payment")
        verbose_name_plural = _("chases of payments")
        indexes = [models.Index(fields=["by", "at"], name="unpaid_chase_of_person")]

    def __str__(self) -> str:
        return f"{self.unpaid_id} {self.at:%Y-%m-%d}"
