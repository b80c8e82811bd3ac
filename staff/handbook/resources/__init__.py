"""Files of the handbook, for export."""

from staff.handbook.resources.articles import ARTICLES

__all__ = ["ARTICLES"]
