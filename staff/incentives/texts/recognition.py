"""Words about praise, demerits and coaching."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import notices
from staff.incentives.enums import DemeritKind, PraiseKind, ReactionKind
from staff.incentives.models import Coaching
from staff.incentives.services.coaching import CLOSED, COACHED, DUE
from staff.incentives.services.recognition import MARKED, PRAISED, UNMARKED
from staff.people.services import Refused

Params = Mapping[str, Any]
Badge = dict[str, str]

REFUSALS = {
    "already_withdrawn": _("Somebody has withdrawn this already."),
    "coaching_changed": _(
        "Somebody else has saved this entry in the meantime. What stands there now is shown below;"
        " sending again takes what you typed."
    ),
    "coaching_closed": _("This entry is closed and stays as it is."),
    "decided_elsewhere": _("This demerit is part of a decision; it is taken back with that."),
    "nobody_praised": _("Nobody but you is in this team."),
    "not_employed_then": _("This person was not employed on that day."),
    "oneself_coached": _("Nobody coaches themselves."),
    "oneself_marked": _("Nobody records a demerit of their own."),
    "oneself_praised": _("Nobody praises themselves."),
}
VERBS = {
    "coaching.changed": _("Coaching entry changed"),
    "coaching.closed": _("Coaching entry closed"),
    "coaching.confirmed": _("Coaching entry confirmed"),
    "coaching.recorded": _("Coaching entry recorded"),
    "demerit.recorded": _("Demerit recorded"),
    "demerit.withdrawn": _("Demerit withdrawn"),
    "praise.given": _("Praise given"),
    "praise.withdrawn": _("Praise withdrawn"),
}
PRAISE_LOOK = {
    PraiseKind.SERVICE: ("success", "emoji-smile"),
    PraiseKind.RESULT: ("info", "graph-up-arrow"),
    PraiseKind.TEAMWORK: ("info", "people"),
    PraiseKind.IDEA: ("warning", "lightbulb"),
    PraiseKind.HONOUR: ("warning", "trophy"),
}
REACTION_ICONS = {
    ReactionKind.APPLAUSE: "hand-thumbs-up",
    ReactionKind.HEART: "heart",
    ReactionKind.STAR: "star",
}


def sentence(refused: Refused) -> str:
    """Return why a service refused, in the active language."""
    return str(REFUSALS[refused.code])


def praise_badge(kind: str) -> Badge:
    """Return word, tone and icon of a kind of praise."""
    tone, icon = PRAISE_LOOK[PraiseKind(kind)]
    return {"label": str(PraiseKind(kind).label), "tone": tone, "icon": icon}


def standing_badge(*, withdrawn: bool) -> Badge:
    """Return the state of a demerit."""
    if withdrawn:
        return {"label": gettext("withdrawn"), "tone": "neutral", "icon": "arrow-counterclockwise"}
    return {"label": gettext("stands"), "tone": "warning", "icon": "exclamation-triangle"}


def coaching_badge(coaching: Coaching, *, today: date) -> Badge:
    """Return how far a coaching entry is."""
    if coaching.closed_at is not None:
        return {"label": gettext("finished"), "tone": "success", "icon": "check-circle"}
    if coaching.due_on is not None and coaching.due_on < today:
        return {"label": gettext("follow-up overdue"), "tone": "danger", "icon": "alarm"}
    if coaching.due_on == today:
        return {"label": gettext("follow-up today"), "tone": "warning", "icon": "alarm"}
    if coaching.read_at is None:
        return {"label": gettext("not confirmed yet"), "tone": "info", "icon": "hourglass-split"}
    return {"label": gettext("running"), "tone": "info", "icon": "arrow-repeat"}


def _day(params: Params) -> str:
    return date_format(date.fromisoformat(params["day"]), "SHORT_DATE_FORMAT")


def praised(params: Params) -> str:
    """Return what the praised read."""
    if params.get("team"):
        return gettext("%(by)s praises your team %(team)s: %(title)s") % params
    return gettext("%(by)s praises you: %(title)s") % params


def marked(params: Params) -> str:
    """Return what the person reads of a demerit."""
    values = {"by": params["by"], "day": _day(params), "kind": DemeritKind(params["kind"]).label}
    return gettext("%(by)s has recorded a demerit of yours for %(day)s: %(kind)s.") % values


def unmarked(params: Params) -> str:
    """Return what the person reads of a demerit taken back."""
    values = {"by": params["by"], "day": _day(params)}
    return gettext("%(by)s has withdrawn your demerit of %(day)s.") % values


def coached(params: Params) -> str:
    """Return what the person reads of a new or changed entry."""
    text = gettext("%(coach)s has written down your talk of %(day)s. Please read and confirm it.")
    return text % {"coach": params["coach"], "day": _day(params)}


def due(params: Params) -> str:
    """Return what the person and the coach read on the day of the follow-up."""
    text = gettext("Follow-up today: the talk of %(coach)s with %(person)s of %(day)s.")
    return text % {"coach": params["coach"], "person": params["person"], "day": _day(params)}


def closed(params: Params) -> str:
    """Return what the person reads of a closed entry."""
    text = gettext("The coaching entry of %(day)s is closed with an outcome.")
    return text % {"day": _day(params)}


KINDS = [
    notices.Kind(
        code=PRAISED,
        icon="trophy",
        label=_("Praise"),
        text=praised,
        url=lambda params: reverse("staff:praise", args=[params["praise"]]),
    ),
    *(
        notices.Kind(
            code=code,
            icon="exclamation-diamond",
            label=_("Demerit"),
            text=text,
            url=lambda params: reverse("staff:demerit", args=[params["demerit"]]),
        )
        for code, text in ((MARKED, marked), (UNMARKED, unmarked))
    ),
    *(
        notices.Kind(
            code=code,
            icon="chat-left-text",
            label=_("Coaching"),
            text=text,
            url=lambda params: reverse("staff:coaching", args=[params["coaching"]]),
        )
        for code, text in ((COACHED, coached), (DUE, due), (CLOSED, closed))
    ),
]
