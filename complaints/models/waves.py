from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.cases import ComplaintType
from complaints.models.customers import Product
from complaints.querysets import WaveQuerySet
from staff.people.models import Store


class Wave(models.Model):
    """More complaints about one thing within an hour than usual (CMP-13, DAY-6).

    About a product, whatever the store, or about a store; either of one type. It lasts as long as
    complaints follow each other within the policy's minutes; while it does it is proposed once.
    """

    type = models.ForeignKey(
        ComplaintType, models.PROTECT, related_name="waves", verbose_name=_("type")
    )
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="waves",
        verbose_name=_("product"),
    )
    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="waves", verbose_name=_("store")
    )
    began_at = models.DateTimeField(_("began"))
    last_at = models.DateTimeField(_("last complaint"))
    cases = models.PositiveIntegerField(_("cases"))
    minutes = models.PositiveSmallIntegerField(_("within minutes"))
    seen_at = models.DateTimeField(_("noticed"))
    ended_at = models.DateTimeField(_("over since"), null=True, blank=True)
    objects = WaveQuerySet.as_manager()

    class Meta:
        verbose_name = _("wave of complaints")
        verbose_name_plural = _("waves of complaints")
        constraints = [
            models.CheckConstraint(
                condition=Q(product=None, store__isnull=False)
                | Q(product__isnull=False, store=None),
                name="wave_of_product_or_store",
            ),
            models.UniqueConstraint(
                fields=["type", "product"],
                condition=Q(ended_at=None, product__isnull=False),
                name="wave_of_product_once",
            ),
            models.UniqueConstraint(
                fields=["type", "store"],
                condition=Q(ended_at=None, store__isnull=False),
                name="wave_of_store_once",
            ),
        ]
        indexes = [models.Index(fields=["-seen_at", "-id"], name="wave_newest")]

    def __str__(self) -> str:
        return f"{self.pk}"
