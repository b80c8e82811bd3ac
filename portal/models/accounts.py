from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.enums import Language


class User(AbstractUser):
    """Who signs in; the name of the account is the staff number.

    A superuser is the system administrator, who stands outside the hierarchy (ORG-1).
    """

    language = models.CharField(
        _("language"),
        max_length=10,
        choices=Language.choices,
        blank=True,
        help_text=_("Empty: the language of the browser."),
    )
    home = models.JSONField(_("choices of the pages"), default=dict, blank=True)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]  # the stubs know plain texts only
        verbose_name_plural = _("users")  # type: ignore[assignment]  # the same

    def __str__(self) -> str:
        return f"{self.username} {self.first_name}".strip()
