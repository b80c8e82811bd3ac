"""Sentences about mails of cases."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import EntryKind, LandedBy, ReplyCounts
from complaints.services import letters
from portal import notices
from portal.enums import AutomaticReason

ICONS: Mapping[str, tuple[str, str]] = {
    EntryKind.MAIL_IN: ("envelope-arrow-down", "info"),
    EntryKind.MAIL_OUT: ("envelope-arrow-up", "success"),
}
SENT: Mapping[str, tuple[str, str, Promise]] = {
    "WAITING": ("neutral", "hourglass-split", gettext_lazy("on its way")),
    "SENT": ("success", "check2", gettext_lazy("sent")),
    "FAILED": ("danger", "x-octagon", gettext_lazy("could not be delivered")),
}


def of_mail_in(params: Mapping[str, Any], _owner: str | None) -> str:
    """Return the line of the timeline for a mail that came."""
    if params.get("automatic"):
        why = AutomaticReason(params["automatic"]).label
        return _("Automatic mail (%(why)s): it answers nothing") % {"why": why}
    return _("Mail received")


def of_mail_out(_params: Mapping[str, Any], _owner: str | None) -> str:
    """Return the line of the timeline for a mail that was written."""
    return _("Mail written to the customer")


def of_landing(how: str) -> str:
    """Return how a mail found its case."""
    return str(LandedBy(how).label) if how else ""


def of_counts(counts: str) -> str:
    return str(ReplyCounts(counts).label) if counts else ""


def _written(params: Mapping[str, Any]) -> str:
    if params.get("bounced"):
        return _("A mail from case %(case)s could not be delivered.") % params
    return _("The customer of case %(case)s has written a mail.") % params


KINDS = [
    notices.Kind(
        code=letters.WRITTEN,
        icon="envelope",
        label=gettext_lazy("Mail in a case"),
        text=_written,
        url=lambda params: reverse("complaints:case", args=[params["case"]]) + "#mails",
    ),
    notices.Kind(
        code=letters.WAITS,
        icon="envelope-exclamation",
        label=gettext_lazy("Mail without a case"),
        text=lambda params: _("A mail to %(place)s belongs to no case.") % params,
        url=lambda params: reverse("complaints:letter", args=[params["letter"]]),
    ),
    notices.Kind(
        code=letters.LETTER,
        icon="envelope-arrow-up",
        label=gettext_lazy("Mail to a customer"),
        text=lambda params: _("Mail to the customer of case %(case)s.") % params,
        url=lambda params: reverse("complaints:case", args=[params["case"]]) + "#mails",
    ),
]

VERBS = {
    "case_letter.set_aside": gettext_lazy("Mail set aside"),
    "case_letter.taken_back": gettext_lazy("Mail waits for a case again"),
    "case_mailbox.saved": gettext_lazy("Mailbox for complaints saved"),
    "complaint.mail_in": gettext_lazy("Mail put into a case"),
    "complaint.mail_out": gettext_lazy("Mail written to a customer"),
}
