"""Who has confirmed which version of the policy, by name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from staff.handbook.querysets import AcknowledgementQuerySet
from staff.people.models import Person
from staff.rulebook.models import Policy


class Acknowledgement(models.Model):
    """Somebody has read a version of the policy that had begun. Never changed or deleted."""

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="acknowledgements")
    at = models.DateTimeField(_("confirmed at"))
    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("confirmed house rules")
        verbose_name_plural = _("confirmed house rules")
        constraints = [
            models.UniqueConstraint(fields=["policy", "person"], name="acknowledgement_once")
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.person_id}"


class PolicyReminder(models.Model):
    """When the tick reminds next of a version of the policy; written when it has been told."""

    policy = models.OneToOneField(Policy, models.CASCADE, related_name="+")
    next_at = models.DateTimeField()
    reminded = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reminder of house rules")
        verbose_name_plural = _("reminders of house rules")

    def __str__(self) -> str:
        return f"{self.policy_id}"
