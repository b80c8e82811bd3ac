"""Customers and orders, complaints with their timeline, follow-ups, reminders, liabilities."""

from complaints.models.alarms import CaseAlarm
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
from complaints.models.liability import Chase, Liability, LiabilityShare
from complaints.models.routing import TeamRouting

__all__ = [
    "Attachment",
    "CaseAlarm",
    "Chase",
    "Complaint",
    "ComplaintType",
    "Customer",
    "FollowUp",
    "FollowUpMove",
    "HandoverOffer",
    "Liability",
    "LiabilityShare",
    "Note",
    "NumberSeries",
    "Order",
    "Product",
    "Reminder",
    "TeamRouting",
    "TimelineEntry",
    "Watch",
]
