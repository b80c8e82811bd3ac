from django.db import models
from django.utils.translation import gettext_lazy as _


class Throttle(models.Model):
    """How often something happened within the present span, for one visitor; kept for a day."""

    key = models.CharField(max_length=80, primary_key=True)
    began_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("throttle")
        verbose_name_plural = _("throttles")

    def __str__(self) -> str:
        return self.key
