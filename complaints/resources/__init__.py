"""Import and export of complaints: orders, unpaid orders, complaints, followups, deliveries."""

from complaints.resources import cases, deliveries, followups, orders, unpaid

__all__ = ["cases", "deliveries", "followups", "orders", "unpaid"]
