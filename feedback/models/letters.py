from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.items import Item
from portal.models import IncomingMail


class Letter(models.Model):
    """A mail of the thread of an item; the first one made it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="letters")
    mail = models.OneToOneField(IncomingMail, models.PROTECT, related_name="letter")

    class Meta:
        verbose_name = _("mail of an item")
        verbose_name_plural = _("mails of items")

    def __str__(self) -> str:
        return f"{self.pk}"
