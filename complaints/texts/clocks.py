"""Sentences about what a case owes its customer, and what is left of the time (CMP-4)."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.policies.waiting import Refusal
from complaints.services import deadlines
from portal import notices

REFUSALS: Mapping[Refusal, Promise] = {
    Refusal.ACKNOWLEDGED: gettext_lazy("This case is acknowledged already."),
    Refusal.ANSWERED: gettext_lazy("The customer of this case has been answered already."),
    Refusal.NOT_WAITING: gettext_lazy("This case does not wait."),
    Refusal.NOT_AHEAD: gettext_lazy("The wait must end in the future."),
    Refusal.TOO_LONG: gettext_lazy("One wait lasts at most %(wait_days)s days."),
    Refusal.USED_UP: gettext_lazy("All waits of a case together last at most %(waits_days)s days."),
}


def of_refusal(reason: Refusal, *, wait_days: int, waits_days: int) -> str:
    """Return why a clock was not touched."""
    return str(REFUSALS[reason]) % {"wait_days": wait_days, "waits_days": waits_days}


def of_late(seconds: int) -> str:
    """Return by how much service time a deadline was missed, in whole minutes."""
    minutes = seconds // 60
    if not minutes:
        return _("late by less than a minute")
    if minutes < 120:  # noqa: PLR2004 -- beyond two hours, minutes alone are hard to read
        return ngettext("late by %(minutes)d min", "late by %(minutes)d min", minutes) % {
            "minutes": minutes
        }
    hours, rest = divmod(minutes, 60)
    return _("late by %(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


KINDS = [
    notices.Kind(
        code=deadlines.WAIT_OVER,
        icon="hourglass-bottom",
        label=gettext_lazy("Wait for a customer is over"),
        text=lambda params: _("The case %(case)s waits no longer; its clock runs again.") % params,
        url=lambda params: reverse("complaints:case", args=[params["case"]]),
    )
]

VERBS = {
    "complaint.acknowledged": gettext_lazy("Complaint acknowledged"),
    "complaint.answered": gettext_lazy("Complaint answered in substance"),
    "complaint.waiting": gettext_lazy("Complaint waits for the customer"),
    "complaint.resumed": gettext_lazy("Complaint waits no longer"),
}
