from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.enums import ItemKind
from feedback.models.items import Item
from staff.people.models import Person


class LearntModel(models.Model):
    """A version of what was learnt from the department's own decisions (FBK-2).

    The weights lie in `file`, in the data folder; `sha256` proves that they are these. `facts`
    says for each question from how many examples it learnt, and how many of the newest, which it
    had not seen, it got right.
    """

    number = models.PositiveIntegerField(_("version"), unique=True)
    made_at = models.DateTimeField(_("learnt at"))
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    file = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)
    seconds = models.PositiveIntegerField(_("seconds it took"), default=0)
    is_active = models.BooleanField(_("in use"), default=False)

    class Meta:
        verbose_name = _("learnt model")
        verbose_name_plural = _("learnt models")
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="learnt_model_in_use_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Guess(models.Model):
    """What the learnt model suggested for an item when a person decided, for its hit rate."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="guess")
    model = models.ForeignKey(LearntModel, models.CASCADE, related_name="guesses")
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    decided = models.CharField(max_length=10, choices=ItemKind.choices)

    class Meta:
        verbose_name = _("learnt suggestion")
        verbose_name_plural = _("learnt suggestions")

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"
