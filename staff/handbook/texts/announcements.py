"""Words about announcements."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal import notices
from staff.handbook.enums import AnnouncementKind
from staff.handbook.services.announcements import CORRECTED, GONE, NEW, REMINDER, UNREAD
from staff.people.services import Refused

Params = Mapping[str, Any]
Badge = dict[str, str]

REFUSALS = {
    "announcement_withdrawn": _("This announcement is withdrawn and stays as it is."),
    "article_version_gone": _("The announcement was changed meanwhile. Please read it again."),
    "changed_meanwhile": _(
        "Somebody else has changed this meanwhile. What you typed is kept below; compare it with"
        " what stands there now, then save again."
    ),
}
VERBS = {
    "announcement.changed": _("Announcement changed"),
    "announcement.made": _("Announcement made"),
    "announcement.withdrawn": _("Announcement withdrawn"),
}
KIND_LOOK = {
    AnnouncementKind.CAMPAIGN: ("warning", "megaphone"),
    AnnouncementKind.RULE: ("info", "list-check"),
    AnnouncementKind.PRODUCT: ("neutral", "box-seam"),
    AnnouncementKind.SYSTEM: ("neutral", "gear"),
    AnnouncementKind.OTHER: ("neutral", "chat-left-text"),
}


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def kind_badge(kind: str) -> Badge:
    tone, icon = KIND_LOOK[AnnouncementKind(kind)]
    return {"label": str(AnnouncementKind(kind).label), "tone": tone, "icon": icon}


def state_badge(
    *, first_day: date, last_day: date, withdrawn_at: datetime | None, today: date
) -> Badge:
    """Return whether it holds."""
    if withdrawn_at is not None:
        return {"label": gettext("withdrawn"), "tone": "danger", "icon": "x-octagon"}
    if first_day > today:
        return {"label": gettext("still to come"), "tone": "info", "icon": "calendar-plus"}
    if last_day < today:
        return {"label": gettext("over"), "tone": "neutral", "icon": "clock-history"}
    return {"label": gettext("holds now"), "tone": "success", "icon": "check-circle"}


def read_badge(*, read: bool, must_read: bool) -> Badge:
    """Return whether somebody has confirmed."""
    if read:
        return {"label": gettext("confirmed"), "tone": "success", "icon": "check2-all"}
    if must_read:
        return {"label": gettext("must be read"), "tone": "danger", "icon": "exclamation-octagon"}
    return {"label": gettext("not confirmed yet"), "tone": "warning", "icon": "envelope"}


def new(params: Params) -> str:
    """Return what people read of a new announcement."""
    if params["must"]:
        return gettext("To be read and confirmed: “%(title)s”") % params
    return gettext("New announcement: “%(title)s”") % params


def corrected(params: Params) -> str:
    """Return what people read of other words."""
    return gettext("Corrected, please confirm anew: “%(title)s”") % params


def withdrawn(params: Params) -> str:
    """Return what people read who had confirmed it."""
    return gettext("No longer holds, please confirm: “%(title)s”") % params


def reminder(params: Params) -> str:
    """Return what people read who have not confirmed."""
    until = date_format(date.fromisoformat(params["until"]), "SHORT_DATE_FORMAT")
    values = {"title": params["title"], "until": until}
    return gettext("Not confirmed yet: “%(title)s” (until %(until)s)") % values


def unread(params: Params) -> str:
    """Return what chiefs read of their people."""
    text = ngettext(
        "%(count)d of your people has not confirmed “%(title)s” yet.",
        "%(count)d of your people have not confirmed “%(title)s” yet.",
        params["count"],
    )
    return text % {"count": params["count"], "title": params["title"]}


def _url(params: Params) -> str:
    return reverse("staff:announcement", args=[params["announcement"]])


def _readers_url(params: Params) -> str:
    return reverse("staff:announcement_readers", args=[params["announcement"]]) + "?state=unread"


KINDS = [
    *(
        notices.Kind(code=code, icon=icon, label=label, text=text, url=_url)
        for code, icon, label, text in (
            (NEW, "megaphone", _("Announcement"), new),
            (CORRECTED, "megaphone", _("Announcement corrected"), corrected),
            (GONE, "x-octagon", _("Announcement withdrawn"), withdrawn),
            (REMINDER, "megaphone", _("Announcement not confirmed"), reminder),
        )
    ),
    notices.Kind(
        code=UNREAD, icon="megaphone", label=_("Announcement not confirmed by your people"),
        text=unread, url=_readers_url,
    ),
]  # fmt: skip
