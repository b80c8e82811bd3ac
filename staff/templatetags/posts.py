"""How a post looks."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def look(badges: Mapping[str, Mapping[str, str]], post: str) -> Mapping[str, str]:
    """Return word, tone and icon of a post."""
    return badges[str(post)]
