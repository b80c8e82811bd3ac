"""Sentences for the codes of services and rules, and for the lines of a timeline."""

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.enums import EntryKind, Severity
from complaints.models import TimelineEntry
from complaints.services import cases
from complaints.texts import alarms, letters, routing, stages
from portal import notices

FILE_SENTENCES: Mapping[str, Promise] = {
    "empty": gettext_lazy("The file %(name)s is empty."),
    "too_large": gettext_lazy("The file %(name)s is too large."),
    "kind": gettext_lazy(
        "%(name)s is none of the kinds that can be attached: images, PDF, office documents, "
        "mails, texts, sound and films. What counts is the content, not the name."
    ),
    "macros": gettext_lazy("%(name)s holds macros. Save it without them."),
    "twice": gettext_lazy("%(name)s is attached to this case already."),
}


def of_file(code: str, *, name: str) -> str:
    """Return why a file was not taken."""
    return str(FILE_SENTENCES[code]) % {"name": name}


ICONS: Mapping[str, tuple[str, str]] = {
    EntryKind.REGISTERED: ("plus-circle", "info"),
    EntryKind.CHANGED: ("pencil", "neutral"),
    EntryKind.OWNER: ("person-check", "neutral"),
    EntryKind.NOTE: ("chat-left-text", "neutral"),
    EntryKind.ATTACHED: ("paperclip", "neutral"),
    EntryKind.DETACHED: ("trash", "neutral"),
    EntryKind.ASSIGNED: ("alarm", "info"),
    EntryKind.RESCHEDULED: ("calendar2-week", "neutral"),
    EntryKind.HANDED_OVER: ("arrow-left-right", "neutral"),
    EntryKind.DONE: ("check-circle", "success"),
    EntryKind.REOPENED: ("arrow-counterclockwise", "warning"),
    EntryKind.ESCALATED: ("exclamation-triangle", "warning"),
    EntryKind.OFFERED: ("inboxes", "warning"),
    EntryKind.UNMASKED: ("eye", "warning"),
    EntryKind.ACKNOWLEDGED: ("check2", "info"),
    EntryKind.ANSWERED: ("chat-left-dots", "success"),
    EntryKind.WAITING: ("hourglass-split", "warning"),
    EntryKind.RESUMED: ("play-circle", "neutral"),
    EntryKind.SEVERITY: ("bar-chart-steps", "warning"),
    **letters.ICONS,
    **stages.ICONS,
}

FIELDS: Mapping[str, Promise] = {
    "channel": gettext_lazy("channel"),
    "description": gettext_lazy("what happened"),
    "specification": gettext_lazy("specification"),
    "produced_on": gettext_lazy("production date"),
    "batch": gettext_lazy("batch"),
    "used_since": gettext_lazy("when used"),
    "used_before": gettext_lazy("what was used before"),
    "type": gettext_lazy("nature"),
    "severity": gettext_lazy("severity"),
    "amount_fen": gettext_lazy("amount involved"),
    "demand": gettext_lazy("what the customer asks for"),
    "mood": gettext_lazy("how the customer feels"),
    "threat": gettext_lazy("threat"),
    "reference": gettext_lazy("external number"),
    "shipping": gettext_lazy("shipping state"),
    "store": gettext_lazy("store"),
    "order": gettext_lazy("order"),
    "customer": gettext_lazy("customer"),
    "product": gettext_lazy("product"),
    "registered_at": gettext_lazy("received at"),
    "service_day": gettext_lazy("service day"),
    "recorder": gettext_lazy("recorded by"),
}

LINES: Mapping[str, Promise] = {
    EntryKind.REGISTERED: gettext_lazy("Complaint registered"),
    EntryKind.NOTE: gettext_lazy("Note"),
    EntryKind.ATTACHED: gettext_lazy("File attached"),
    EntryKind.DETACHED: gettext_lazy("File removed"),
    EntryKind.ASSIGNED: gettext_lazy("Follow-up %(followup)s assigned to %(owner)s"),
    EntryKind.RESCHEDULED: gettext_lazy("Follow-up %(followup)s rescheduled"),
    EntryKind.HANDED_OVER: gettext_lazy("Follow-up %(followup)s handed over to %(owner)s"),
    EntryKind.DONE: gettext_lazy("Follow-up %(followup)s done"),
    EntryKind.REOPENED: gettext_lazy("Follow-up %(followup)s taken up again"),
    EntryKind.ESCALATED: gettext_lazy("Reminder of follow-up %(followup)s went up the ladder"),
    EntryKind.UNMASKED: gettext_lazy("Personal data of the customer looked at"),
    EntryKind.ACKNOWLEDGED: gettext_lazy("Acknowledged"),
    EntryKind.ANSWERED: gettext_lazy("Answered in substance"),
    EntryKind.WAITING: gettext_lazy("Waits for the customer until %(until)s"),
    EntryKind.RESUMED: gettext_lazy("Waits no longer"),
    EntryKind.SEVERITY: gettext_lazy("Severity: %(before)s → %(after)s"),
}


def of_entry(entry: TimelineEntry, *, owner: str | None) -> str:
    """Return the line of the timeline; `owner` is the name of the person that it speaks of."""
    if entry.kind in stages.ICONS:
        return stages.line(entry)
    own = OWN_LINES.get(entry.kind)
    if own and (line := own(entry.params, owner)):
        return line
    params = {"followup": entry.params.get("followup", ""), "owner": owner or "–"}
    if entry.kind == EntryKind.SEVERITY:
        params["before"] = str(Severity(entry.params["from"]).label)
        params["after"] = str(Severity(entry.params["to"]).label)
    if entry.kind == EntryKind.WAITING:
        until = parse_datetime(entry.params["until"])
        params["until"] = formats.date_format(timezone.localtime(until), "DATETIME_FORMAT")
    return str(LINES[entry.kind]) % params


def _changed(params: Mapping[str, Any], _owner: str | None) -> str:
    names = [str(FIELDS.get(name, name)) for name in params.get("fields", [])]
    return _("Changed: %(fields)s") % {"fields": ", ".join(names)}


def _owner(params: Mapping[str, Any], owner: str | None) -> str:
    if owner is None:
        return _("Owner removed")
    if "why" in params:
        return routing.of_owner(params, owner=owner)
    return _("Owner: %(owner)s") % {"owner": owner}


OWN_LINES: Mapping[str, Callable[[Mapping[str, Any], str | None], str | None]] = {
    EntryKind.CHANGED: _changed,
    EntryKind.OWNER: _owner,
    EntryKind.MAIL_IN: letters.of_mail_in,
    EntryKind.MAIL_OUT: letters.of_mail_out,
    EntryKind.OFFERED: lambda params, owner: routing.of_offer(params, owner=owner or "–"),
    EntryKind.ESCALATED: lambda params, owner: alarms.of_entry(params, who=owner or "–"),
}
"""Kinds whose lines say more than a sentence with values; None leaves it to that sentence."""


def of_repeated(count: int, days: int) -> str:
    """Return the hint about a customer who has complained before (CMP-13)."""
    return ngettext(
        "Repeated customer: %(count)d complaint in %(days)d days.",
        "Repeated customer: %(count)d complaints in %(days)d days.",
        count,
    ) % {"count": count, "days": days}


def of_alike(days: int, *, order: bool, batch: bool) -> str:
    """Return the hint about other cases of the same order or batch, if there are any (CMP-13)."""
    if order:
        return _("Another case within %(days)d days is about the same order.") % {"days": days}
    if batch:
        return _("Another case within %(days)d days is about the same batch.") % {"days": days}
    return ""


def given(params: Mapping[str, Any]) -> str:
    """Return what the new owner of cases reads."""
    count = params.get("count", 1)
    by = params.get("by") or _("The portal")
    if count > 1:
        return ngettext(
            "%(by)s gave you %(count)d case.", "%(by)s gave you %(count)d cases.", count
        ) % {"by": by, "count": count}
    return _("%(by)s gave you the case %(case)s.") % {"by": by, "case": params.get("case", "")}


def _page(params: Mapping[str, Any]) -> str:
    if params.get("count", 1) > 1:
        return reverse("complaints:list") + "?owner=mine"
    return reverse("complaints:case", args=[params["case"]])


KINDS = [
    notices.Kind(
        code=cases.GIVEN,
        icon="person-check",
        label=gettext_lazy("Case given to you"),
        text=given,
        url=_page,
    ),
    notices.Kind(
        code=cases.MENTIONED,
        icon="at",
        label=gettext_lazy("You are mentioned"),
        text=lambda params: _("%(by)s mentions you in a note on case %(case)s.") % params,
        url=lambda params: reverse("complaints:case", args=[params["case"]]) + "#history",
    ),
]

VERBS = {
    "complaint.changed": gettext_lazy("Complaint changed"),
    "complaint.escalated": gettext_lazy("Complaint escalated by hand"),
    "complaint.imported": gettext_lazy("Complaints imported"),
    "complaint.note": gettext_lazy("Note written"),
    "complaint.owner": gettext_lazy("Owner of a complaint changed"),
    "complaint.routed": gettext_lazy("Complaint given to its owner by the rules"),
    "complaint.registered": gettext_lazy("Complaint registered"),
    "customer.changed": gettext_lazy("Customer changed"),
    "customer.created": gettext_lazy("Customer added"),
    "customer.valued": gettext_lazy("High value of a customer changed"),
    "customer.unmasked": gettext_lazy("Personal data looked at"),
    "order.changed": gettext_lazy("Order changed"),
    "order.created": gettext_lazy("Order added"),
    "order.imported": gettext_lazy("Orders imported"),
}
