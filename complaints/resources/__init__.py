"""Import and export of the complaints app: orders, complaints, followups, deliveries."""

from complaints.resources import cases, deliveries, followups, orders

__all__ = ["cases", "deliveries", "followups", "orders"]
