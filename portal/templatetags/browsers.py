"""Browsers as people call them, for the list of sessions."""

from django import template
from django.utils.translation import gettext as _
from ua_parser import parse

register = template.Library()


@register.filter
def browser(user_agent: str) -> str:
    """Return what a user agent is and runs on, each with its version: `Edge 126, Windows 10`."""
    found = parse(user_agent)
    known = [
        " ".join(filter(None, (part.family, part.major)))
        for part in (found.user_agent, found.os)
        if part
    ]
    return ", ".join(known) or _("an unknown browser")
