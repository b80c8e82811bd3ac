"""What the pages of recognition have in common."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from staff.people.access import Scope
from staff.people.http import StaffRequest


def must_be_person(scope: Scope) -> None:
    """Answer 404 to somebody who is nobody of the department."""
    if scope.person_id is None:
        raise Http404


def tabs(scope: Scope, here: str) -> dict[str, Any]:
    """Return the context of the tabs; leads and above have the lists of their people."""
    shown = [
        ("wall", _("Wall of praise"), "trophy"),
        ("record", _("My record"), "person-vcard"),
        ("coaching_list", _("Coaching"), "chat-left-text"),
        ("demerits", _("Demerits"), "exclamation-diamond"),
        ("quality_audits", _("Quality audits"), "clipboard-check"),
    ]
    if scope.leads:
        shown += [
            ("calibrations", _("Calibrations"), "rulers"),
            ("scorecards", _("Scorecards"), "list-check"),
        ]
    return {
        "tabs": [
            {
                "label": label,
                "url": reverse(f"staff:{view}"),
                "icon": icon,
                "active": view == here,
            }
            for view, label, icon in shown
        ]
    }


def chosen_person(request: StaffRequest, people: list[tuple[int, str]]) -> int | None:
    """Return the person that the address names by number, among those offered."""
    number = request.GET.get("person", "")
    return next((pk for pk, label in people if label.split(" ", 1)[0] == number), None)
