"""Import and export of the feedback app: reviews."""

from feedback.resources import reviews

__all__ = ["reviews"]
