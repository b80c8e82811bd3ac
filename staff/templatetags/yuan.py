"""Amounts in fen as people read them."""

from django import template

from portal.money import Fen, display_yuan

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """Write fen as yuan with two decimals."""
    return display_yuan(Fen(fen))
