"""What the pages of feedback share."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import access
from staff.people.http import StaffRequest

INBOX, NEGATIVE, CHANNELS, RULES, ACTIONS, FIGURES, SURVEYS, CALLS = (
    "items", "negative", "channels", "rules", "actions", "figures", "surveys", "calls",
)  # fmt: skip


def tabs(request: StaffRequest, active: str) -> dict[str, object]:
    """Return the tabs above the pages, with the one that is open."""
    places = [(INBOX, _("Inbox"), "inbox"), (NEGATIVE, _("Negative reviews"), "star-half")]
    places += [
        (SURVEYS, _("Surveys"), "ui-checks"),
        (CALLS, _("Phone calls"), "telephone"),
        (ACTIONS, _("Improvement actions"), "bullseye"),
        (FIGURES, _("Figures"), "bar-chart"),
    ]
    places += [(CHANNELS, _("Channels"), "broadcast")]
    if access.can_maintain(request.scope):
        places.append((RULES, _("Rules of triage"), "funnel"))
    return {
        "tabs": [
            {
                "label": label,
                "url": reverse(f"feedback:{code}"),
                "icon": icon,
                "active": code == active,
            }
            for code, label, icon in places
        ]
    }


def must_serve(request: StaffRequest) -> None:
    """Refuse whoever has no post in the department."""
    if request.scope.post is None:
        raise PermissionDenied


def must_maintain(request: StaffRequest) -> None:
    if not access.can_maintain(request.scope):
        raise PermissionDenied


def keys_in(values: list[str], *, most: int = 500) -> list[int]:
    """Return the keys among what a form sent; what is none is left out."""
    return [
        int(value)
        for value in values[:most]
        if value.isascii() and value.isdecimal() and len(value) < 19  # noqa: PLR2004 -- digits of a key
    ]
