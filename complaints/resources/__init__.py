"""Import and export of the complaints app: the kinds `orders`, `complaints`, `followups`."""

from complaints.resources import cases, orders

__all__ = ["cases", "orders"]
