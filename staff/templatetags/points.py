"""What a chart draws, for a data attribute."""

import json

from django import template

register = template.Library()


@register.filter
def as_json(value: object) -> str:
    """Write a value as JSON; the template escapes it as any text."""
    return json.dumps(value, ensure_ascii=False)
