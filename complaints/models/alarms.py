from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.enums import AlarmClock
from complaints.models.cases import Complaint
from complaints.models.rungs import Rung
from complaints.querysets import CaseAlarmQuerySet


class CaseAlarm(Rung):
    """One rung of the ladder of a case (CMP-10).

    `deadline` is the moment for which the rung was made: of the deadline that the clock runs to,
    or of the escalation. A rung of a deadline exists once, told or not: moved away and back, the
    deadline tells nobody twice.
    """

    complaint = models.ForeignKey(Complaint, models.CASCADE, db_index=False, related_name="alarms")
    clock = models.CharField(_("deadline"), max_length=12, choices=AlarmClock.choices)
    deadline = models.DateTimeField(_("moment of the deadline"))
    objects = CaseAlarmQuerySet.as_manager()

    class Meta(Rung.Meta):
        verbose_name = _("alarm of a case")
        verbose_name_plural = _("alarms of cases")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "clock", "stage", "deadline"], name="casealarm_once"
            ),
            *Rung.Meta.constraints,
        ]
