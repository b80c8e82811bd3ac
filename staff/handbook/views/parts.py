"""What the pages of the handbook share."""

from typing import Any, cast

from django import forms
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from staff.people.access import Scope


def must_be_person(scope: Scope) -> None:
    """Answer 404 to somebody who is nobody of the department."""
    if scope.person_id is None:
        raise Http404


def tabs(here: str) -> dict[str, Any]:
    """Return the context of the tabs above the lists."""
    shown = [
        ("handbook", _("Scripts and knowledge"), "chat-quote"),
        ("announcements", _("Announcements"), "megaphone"),
        ("plans", _("Contingency plans"), "life-preserver"),
        ("rules", _("House rules"), "book"),
        ("courses", _("Training"), "mortarboard"),
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


def with_version(form: forms.Form, version: int) -> None:
    """Let a form that was sent carry the version that stands now; what was typed stays."""
    data = cast("QueryDict", form.data).copy()
    data["version"] = str(version)
    form.data = data


def paged(number: int, *, more: bool, query: Any) -> dict[str, str]:  # noqa: ANN401 -- a filter's `query`
    """Return the addresses of the pages beside one, counted from 1."""
    return {
        "previous_url": f"?{query(page=str(number - 1))}" if number > 1 else "",
        "next_url": f"?{query(page=str(number + 1))}" if more else "",
    }
