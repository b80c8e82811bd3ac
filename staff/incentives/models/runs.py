from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from staff.incentives.enums import RunAct, RunState


class SettlementRun(models.Model):
    """Somebody asked in the portal to settle or publish a month; a task carries it out.

    The row is the wish and its outcome in one: what is waiting is found and done, however often
    the bell rings. `month` is its first day. While a task computes, `moved_at` is its mark, and
    `people_done` of `people_all` are computed.
    """

    month = models.DateField(_("month"))
    act = models.CharField(_("act"), max_length=10, choices=RunAct.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked for at"))
    rung_at = models.DateTimeField(_("rung at"))
    state = models.CharField(
        _("state"), max_length=10, choices=RunState.choices, default=RunState.WAITING
    )
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    moved_at = models.DateTimeField(_("moved at"), null=True, blank=True)
    people_done = models.PositiveIntegerField(_("people computed"), default=0)
    people_all = models.PositiveIntegerField(_("people to compute"), default=0)
    people = models.PositiveIntegerField(_("people"), default=0)
    lines = models.PositiveIntegerField(_("lines"), default=0)
    refusal = models.CharField(_("refusal"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("run of a settlement")
        verbose_name_plural = _("runs of settlements")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="settlementrun_first_of_month"),
            models.UniqueConstraint(
                fields=["month"],
                condition=Q(state=RunState.WAITING),
                name="settlementrun_one_waiting",
                violation_error_message=_("This month is being computed already."),
            ),
            models.CheckConstraint(
                condition=Q(people_done__lte=F("people_all")), name="settlementrun_done_of_all"
            ),
            models.CheckConstraint(
                condition=Q(state=RunState.WAITING, finished_at=None)
                | (~Q(state=RunState.WAITING) & Q(finished_at__isnull=False)),
                name="settlementrun_finished_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.act}"
