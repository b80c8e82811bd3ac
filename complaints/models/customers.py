from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.enums import ContactKind
from complaints.querysets import CustomerQuerySet, OrderQuerySet
from portal.sealing import SealedTextField
from staff.people.enums import Platform
from staff.people.models import Person, Store


class Customer(models.Model):
    """A buyer, known by the name on the platform or by phone.

    The phone is stored sealed, found through `phone_hash` (portal.sealing.phone_hash) and listed
    as `phone_masked`.
    """

    name = models.CharField(_("name or platform name"), max_length=120)
    platform = models.CharField(_("platform"), max_length=10, choices=Platform.choices)
    company = models.CharField(_("company"), max_length=120, blank=True)
    phone = SealedTextField(_("phone"), blank=True, default="")
    phone_hash = models.CharField(max_length=40, blank=True, editable=False)
    phone_masked = models.CharField(_("phone, masked"), max_length=40, blank=True, editable=False)
    address = SealedTextField(_("address"), blank=True, default="")
    address_masked = models.CharField(
        _("address, masked"), max_length=20, blank=True, editable=False
    )
    is_valued = models.BooleanField(_("customer of high value"), default=False)
    created_at = models.DateTimeField(_("known since"))
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["name"], name="customer_name", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["phone_hash"], condition=~Q(phone_hash=""), name="customer_phone"),
            models.Index(fields=["platform", "name"], name="customer_platform_name"),
        ]

    def __str__(self) -> str:
        """Return the key: the audit log, which is never changed, keeps this text."""
        return f"{self.pk}"


class FormerContact(models.Model):
    """What a customer was reached by before; texts may still name it when the customer is erased.

    Read for that only (§10), and stored sealed.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="former_contacts", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ContactKind.choices)
    value = SealedTextField(_("former value"))
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("former contact of a customer")
        verbose_name_plural = _("former contacts of customers")
        constraints = [
            models.CheckConstraint(condition=~Q(value=""), name="former_contact_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.kind}"


class Product(models.Model):
    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def __str__(self) -> str:
        return self.name


class Order(models.Model):
    """An order of a store. Amounts in fen."""

    store = models.ForeignKey(
        Store, models.PROTECT, db_index=False, related_name="orders", verbose_name=_("store")
    )
    number = models.CharField(_("order number"), max_length=64)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="orders",
        verbose_name=_("customer"),
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("product"),
    )
    specification = models.CharField(_("specification"), max_length=200, blank=True)
    batch = models.CharField(_("batch"), max_length=80, blank=True)
    amount_fen = models.BigIntegerField(_("amount (fen)"), null=True, blank=True)
    bought_at = models.DateTimeField(_("bought at"), null=True, blank=True)
    promised_at = models.DateTimeField(_("promised to ship at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("shipped at"), null=True, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=80, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    remark_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author of the remark"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(
                fields=["store", "number"],
                name="order_once_in_store",
                violation_error_message=_("This store has an order of that number already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="order_amount_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["number"], name="order_number", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["customer", "-bought_at"], name="order_of_customer"),
            models.Index(
                fields=["promised_at", "id"],
                condition=Q(promised_at__isnull=False, shipped_at=None),
                name="order_promised",
            ),
        ]

    def __str__(self) -> str:
        return self.number
