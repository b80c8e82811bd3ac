"""Sentences about the ladder of cases: what is owed, who hears of it, why at once (CMP-10)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import AlarmClock, EscalationReason, Stage
from complaints.services import alarms
from portal import notices

Params = Mapping[str, Any]

OWED: Mapping[str, Promise] = {
    AlarmClock.ACKNOWLEDGE: gettext_lazy("acknowledging"),
    AlarmClock.ANSWER: gettext_lazy("the answer in substance"),
    AlarmClock.START: gettext_lazy("the start of the remedy"),
    AlarmClock.REVISIT: gettext_lazy("the revisit"),
}
TOLD: Mapping[Stage, Promise] = {
    Stage.BEFORE: gettext_lazy("Case %(case)s: %(what)s is due soon, at %(due)s."),
    Stage.DUE: gettext_lazy("Case %(case)s: %(what)s is due now, at %(due)s."),
    Stage.LEAD: gettext_lazy("Case %(case)s: %(what)s was due at %(due)s, to the lead."),
    Stage.DEPUTY: gettext_lazy("Case %(case)s: %(what)s was due at %(due)s, to the deputy."),
    Stage.SUPERVISOR: gettext_lazy(
        "Case %(case)s: %(what)s was due at %(due)s, to the supervisor."
    ),
}
UP: Mapping[Stage, Promise] = {
    Stage.LEAD: gettext_lazy("Too late: %(what)s. Went up to the lead, %(who)s"),
    Stage.DEPUTY: gettext_lazy("Too late: %(what)s. Went up to the deputy, %(who)s"),
    Stage.SUPERVISOR: gettext_lazy("Too late: %(what)s. Went up to the supervisor, %(who)s"),
}


def of_reasons(codes: Iterable[str]) -> str:
    """Return why a case goes up at once, in words."""
    return _(", ").join(str(EscalationReason(code).label) for code in codes)


def alarm(params: Params) -> str:
    """Return what a rung of a case says to whoever hears of it."""
    if params["clock"] == AlarmClock.AT_ONCE:
        return _("Case %(case)s is escalated at once: %(why)s.") % {
            "case": params["case"],
            "why": of_reasons(params.get("because", ())),
        }
    moment = timezone.localtime(datetime.fromisoformat(params["due_at"]))
    return str(TOLD[Stage(params["stage"])]) % {
        "case": params["case"],
        "what": OWED[params["clock"]],
        "due": date_format(moment, "SHORT_DATETIME_FORMAT"),
    }


def of_entry(params: Params, *, who: str) -> str | None:
    """Return the line of a timeline about the ladder of the case, None for that of a follow-up.

    `who` is the name of whoever heard of it.
    """
    if "because" in params:
        return _("Escalated at once: %(why)s") % {"why": of_reasons(params["because"])}
    if "clock" in params:
        return str(UP[Stage(params["stage"])]) % {
            "what": OWED[params["clock"]],
            "who": who,
        }
    return None


def _page(params: Params) -> str:
    return reverse("complaints:case", args=[params["case"]])


KINDS = [
    notices.Kind(
        code=alarms.ALARM,
        icon="alarm",
        label=gettext_lazy("Deadline of a case"),
        text=alarm,
        url=_page,
    )
]
