from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.enums import SetupMarkKind


class SetupMark(models.Model):
    """What somebody said about an item of the check-list: not needed, or fits as it is."""

    code = models.CharField(_("item of the check-list"), max_length=40, primary_key=True)
    kind = models.CharField(_("kind"), max_length=12, choices=SetupMarkKind.choices)
    reason = models.CharField(_("why not needed"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        "portal.User", models.PROTECT, related_name="+", verbose_name=_("who")
    )
    made_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("mark of the check-list")
        verbose_name_plural = _("marks of the check-list")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=SetupMarkKind.NOT_NEEDED) | ~Q(reason=""),
                name="setup_mark_says_why",
                violation_error_message=_("Please say why this is not needed."),
            )
        ]

    def __str__(self) -> str:
        return self.code
