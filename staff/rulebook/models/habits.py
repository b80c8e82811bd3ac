from django.db import models
from django.utils.translation import gettext_lazy as _


class Habit(models.Model):
    """A number of daily work that the department has changed; without a row the default holds."""

    code = models.CharField(_("number"), max_length=40, primary_key=True)
    value = models.PositiveIntegerField(_("value"))

    class Meta:
        verbose_name = _("number of daily work")
        verbose_name_plural = _("numbers of daily work")

    def __str__(self) -> str:
        return self.code
