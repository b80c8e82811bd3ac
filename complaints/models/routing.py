from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.people.models import Team


class Routed(models.Model):
    """Whether somebody chose the owner of a case by hand: then no rule moves it (ORG-4)."""

    owner_pinned = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True


class TeamRouting(models.Model):
    """Whether the rules give the cases of a team's stores to its people; without a row they do."""

    team = models.OneToOneField(
        Team, models.CASCADE, related_name="routing", verbose_name=_("team")
    )
    is_automatic = models.BooleanField(
        _("cases without owner are given by the rules"),
        default=True,
        help_text=_(
            "By shipping state, skill, who is on shift, and evenly. Otherwise they wait for a lead."
        ),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("routing of a team")
        verbose_name_plural = _("routing of teams")

    def __str__(self) -> str:
        return f"{self.pk}"
