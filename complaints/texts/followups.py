"""Sentences about follow-ups: notices, and why a change is refused."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.enums import EntryKind, OfferReason, Stage
from complaints.models import FollowUp, FollowUpMove
from complaints.policies.followups import Refusal
from complaints.queries.followups import Presence
from complaints.services import followups, reminders
from portal import notices

Params = Mapping[str, Any]

REFUSALS = {
    Refusal.NOT_OPEN: gettext_lazy("This follow-up is done already."),
    Refusal.NOT_DONE: gettext_lazy("This follow-up is not done."),
    Refusal.DUE_IN_THE_PAST: gettext_lazy("The due time must lie ahead."),
    Refusal.DUE_TOO_FAR: gettext_lazy("The due time must lie within two years."),
    Refusal.SAME_DUE: gettext_lazy("The follow-up is due at that time already."),
    Refusal.SAME_OWNER: gettext_lazy("The follow-up belongs to that person already."),
    Refusal.UNDO_TOO_LATE: gettext_lazy("This can be undone within ten minutes only."),
}


def _moment(text: str) -> str:
    moment = timezone.localtime(datetime.fromisoformat(text))
    return date_format(moment, "SHORT_DATETIME_FORMAT")


def _name(params: Params) -> str:
    """The number of the follow-up, with that of its case where it has one."""
    if params.get("case"):
        return _("%(followup)s (case %(case)s)") % {
            "followup": params["followup"],
            "case": params["case"],
        }
    return str(params["followup"])


def reminder(params: Params) -> str:
    """Return what a rung says to whoever hears of it."""
    sentences = {
        Stage.BEFORE: _("Follow-up %(name)s is due soon, at %(due)s."),
        Stage.DUE: _("Follow-up %(name)s is due now, at %(due)s."),
        Stage.LEAD: _("Follow-up %(name)s was due at %(due)s and is not done: to the lead."),
        Stage.DEPUTY: _("Follow-up %(name)s was due at %(due)s and is not done: to the deputy."),
        Stage.SUPERVISOR: _(
            "Follow-up %(name)s was due at %(due)s and is not done: to the supervisor."
        ),
    }
    values = {"name": _name(params), "due": _moment(params["due_at"])}
    return sentences[Stage(params["stage"])] % values


def digest(params: Params) -> str:
    """Return the one sentence after an outage; `cases` of the reminders are about cases."""
    count = params.get("count", 0)
    if not count:
        return _("Reminders could not reach you in time. Please look at the lists.")
    if params.get("cases", 0):
        return ngettext(
            "%(count)d reminder could not reach you in time: see what is overdue.",
            "%(count)d reminders could not reach you in time: see what is overdue.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(count)d reminder could not reach you in time: see the follow-up that is overdue.",
        "%(count)d reminders could not reach you in time: see the follow-ups that are overdue.",
        count,
    ) % {"count": count}


def assigned(params: Params) -> str:
    """Return what the new owner reads."""
    count = params.get("count", 1)
    if count > 1:
        return ngettext(
            "%(by)s gave you %(count)d follow-up.", "%(by)s gave you %(count)d follow-ups.", count
        ) % {"by": params.get("by") or _("The portal"), "count": count}
    return _("%(by)s gave you follow-up %(name)s, due at %(due)s.") % {
        "by": params.get("by") or _("The portal"),
        "name": params["followup"],
        "due": _moment(params["due_at"]),
    }


def offered(params: Params) -> str:
    """Return what the lead reads when somebody's work is offered (FUP-4, FUP-5)."""
    count = params["count"]
    reasons = {
        OfferReason.ABSENT: ngettext(
            "%(owner)s is away: %(count)d follow-up is offered to you.",
            "%(owner)s is away: %(count)d follow-ups are offered to you.",
            count,
        ),
        OfferReason.OFF_SHIFT: ngettext(
            "%(owner)s is off shift: %(count)d follow-up is offered to you.",
            "%(owner)s is off shift: %(count)d follow-ups are offered to you.",
            count,
        ),
        OfferReason.LEFT: ngettext(
            "%(owner)s has left: %(count)d follow-up is offered to you.",
            "%(owner)s has left: %(count)d follow-ups are offered to you.",
            count,
        ),
    }
    return reasons[OfferReason(params["reason"])] % {"owner": params["owner"], "count": count}


def _page(params: Params) -> str:
    if params.get("count", 1) > 1:
        return reverse("complaints:followups")
    return reverse("complaints:followup", args=[params["followup"]])


def _list(params: Params) -> str:
    if params.get("cases", 0) and params["cases"] == params["count"]:
        return reverse("complaints:list") + "?clock=late"
    return reverse("complaints:followups") + "?due=overdue"


def _offers(_params: Params) -> str:
    return reverse("complaints:offers")


def of_move(move: FollowUpMove) -> str:
    """Return the line of a follow-up's history."""
    values = {
        "owner": move.to_owner.name if move.to_owner else "–",
        "before": move.from_owner.name if move.from_owner else "–",
        "due": _moment(move.to_due_at.isoformat()) if move.to_due_at else "–",
        "old": _moment(move.from_due_at.isoformat()) if move.from_due_at else "–",
    }
    sentences = {
        EntryKind.ASSIGNED: _("Assigned to %(owner)s, due at %(due)s"),
        EntryKind.RESCHEDULED: _("Rescheduled from %(old)s to %(due)s"),
        EntryKind.HANDED_OVER: _("Handed over from %(before)s to %(owner)s"),
        EntryKind.DONE: _("Done"),
        EntryKind.REOPENED: _("Taken up again"),
    }
    return sentences[EntryKind(move.kind)] % values


def of_presence(presence: Presence) -> str:
    """Return the warning where an owner will not be there at the due time, else nothing."""
    if presence.away:
        return _("The owner is away at the due time: the lead will be offered the hand-over.")
    if presence.off_shift:
        return _("The owner is off shift at the due time: the lead on duty will hear of it.")
    return ""


def reason_of(code: object) -> str:
    return str(OfferReason(str(code)).label)


VERBS = {
    "followup.assigned": gettext_lazy("follow-up assigned"),
    "followup.assigned_many": gettext_lazy("follow-ups assigned"),
    "followup.done": gettext_lazy("follow-up done"),
    "followup.reopened": gettext_lazy("follow-up taken up again"),
    "followup.rescheduled": gettext_lazy("follow-up rescheduled"),
    "followup.handed_over": gettext_lazy("follow-up handed over"),
    "followup.revised": gettext_lazy("follow-ups changed by an import"),
    "followup.offer_declined": gettext_lazy("offered hand-over declined"),
}


def _purposes(params: Sequence[Params]) -> list[str]:
    """What is to be done, for the receiver's eyes in the portal: one query for all."""
    numbers = {str(one.get("followup", "")) for one in params}
    found = dict(FollowUp.objects.filter(number__in=numbers).values_list("number", "purpose"))
    return [found.get(str(one.get("followup", "")), "") for one in params]


KINDS = [
    notices.Kind(
        code=reminders.REMINDER,
        icon="alarm",
        label=gettext_lazy("Reminder"),
        text=reminder,
        url=_page,
        details=_purposes,
    ),
    notices.Kind(
        code=reminders.DIGEST,
        icon="collection",
        label=gettext_lazy("What is overdue"),
        text=digest,
        url=_list,
    ),
    notices.Kind(
        code=followups.ASSIGNED,
        icon="person-plus",
        label=gettext_lazy("Follow-up assigned"),
        text=assigned,
        url=_page,
        details=_purposes,
    ),
    notices.Kind(
        code=followups.HANDED_OVER,
        icon="arrow-left-right",
        label=gettext_lazy("Follow-up handed over"),
        text=assigned,
        url=_page,
        details=_purposes,
    ),
    notices.Kind(
        code=followups.OFFERED,
        icon="inboxes",
        label=gettext_lazy("Hand-over offered"),
        text=offered,
        url=_offers,
    ),
]
