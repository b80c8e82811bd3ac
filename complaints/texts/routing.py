"""Sentences about cases that find their owner by rule (ORG-4, ORG-5)."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import RouteReason
from complaints.services import routing
from portal import notices

Params = Mapping[str, Any]


def _why(params: Params) -> Promise:
    return RouteReason(params["why"]).label


def of_owner(params: Params, *, owner: str) -> str:
    """Return the line of a timeline about an owner whom the rules found."""
    return _("Owner by rule: %(owner)s (%(why)s)") % {"owner": owner, "why": _why(params)}


def of_offer(params: Params, *, owner: str) -> str:
    """Return the line of a timeline about an offer to the lead on duty."""
    return _("Offered to %(owner)s, nobody fitting is on shift (%(why)s)") % {
        "owner": owner,
        "why": _why(params),
    }


def routed(params: Params) -> str:
    """Return what the new owner reads."""
    return _("Case %(case)s is yours by rule: %(why)s.") % {
        "case": params["case"],
        "why": _why(params),
    }


def left(params: Params) -> str:
    """Return what the owner before reads."""
    return _("Case %(case)s is no longer yours: %(why)s.") % {
        "case": params["case"],
        "why": _why(params),
    }


def offered(params: Params) -> str:
    """Return what the lead on duty reads."""
    return _("Case %(case)s is offered to you, nobody fitting is on shift: %(why)s.") % {
        "case": params["case"],
        "why": _why(params),
    }


def _page(params: Params) -> str:
    return reverse("complaints:case", args=[params["case"]])


KINDS = [
    notices.Kind(
        code=routing.ROUTED,
        icon="signpost",
        label=gettext_lazy("Case given to you by rule"),
        text=routed,
        url=_page,
    ),
    notices.Kind(
        code=routing.LEFT,
        icon="signpost-split",
        label=gettext_lazy("Case went to somebody else"),
        text=left,
        url=_page,
    ),
    notices.Kind(
        code=routing.OFFERED,
        icon="inboxes",
        label=gettext_lazy("Case offered to you"),
        text=offered,
        url=_page,
    ),
]
