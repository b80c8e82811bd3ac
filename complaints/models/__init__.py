"""Customers and orders, complaints with their timeline, follow-ups with their reminders."""

from complaints.models.cases import (
    Attachment,
    Complaint,
    ComplaintType,
    Note,
    NumberSeries,
    TimelineEntry,
    Watch,
)
from complaints.models.customers import Customer, Order, Product
from complaints.models.followups import FollowUp, FollowUpMove, HandoverOffer, Reminder

__all__ = [
    "Attachment",
    "Complaint",
    "ComplaintType",
    "Customer",
    "FollowUp",
    "FollowUpMove",
    "HandoverOffer",
    "Note",
    "NumberSeries",
    "Order",
    "Product",
    "Reminder",
    "TimelineEntry",
    "Watch",
]
