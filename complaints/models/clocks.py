from django.db import models
from django.utils.translation import gettext_lazy as _


class Clocks(models.Model):
    """What a case owes the customer, as the policies work it out from its history (CMP-4).

    Written by services.deadlines alone, and always the same when worked out again. `..._late` and
    the two sums are service time in seconds; a deadline that was met in time has no lateness.
    `due_at` is the next deadline that is not met. Cases without deadlines came before the clocks.
    The start of the remedy and the revisit run by the clock; their lateness is plain seconds.
    """

    acknowledge_by = models.DateTimeField(_("acknowledge by"), null=True, editable=False)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, editable=False)
    acknowledged_late = models.PositiveIntegerField(null=True, editable=False)
    answer_by = models.DateTimeField(_("answer by"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_late = models.PositiveIntegerField(null=True, editable=False)
    start_by = models.DateTimeField(_("remedy started by"), null=True, editable=False)
    started_at = models.DateTimeField(_("remedy started at"), null=True, editable=False)
    started_late = models.PositiveIntegerField(null=True, editable=False)
    revisit_by = models.DateTimeField(_("revisit by"), null=True, editable=False)
    revisited_at = models.DateTimeField(_("revisited at"), null=True, editable=False)
    revisited_late = models.PositiveIntegerField(null=True, editable=False)
    used_seconds = models.PositiveIntegerField(default=0, editable=False)
    waited_seconds = models.PositiveIntegerField(default=0, editable=False)
    waiting_until = models.DateTimeField(
        _("waiting for the customer until"), null=True, editable=False
    )
    due_at = models.DateTimeField(_("due at"), null=True, editable=False)

    class Meta:
        abstract = True
