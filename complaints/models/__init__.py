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
from complaints.models.closing import (
    CauseKind,
    Incident,
    PersonalLink,
    PreventiveMeasure,
    Revisit,
    RootCause,
)
from complaints.models.customers import Customer, Order, Product
from complaints.models.followups import FollowUp, FollowUpMove, HandoverOffer, Reminder
from complaints.models.liability import Chase, Liability, LiabilityShare
from complaints.models.procedures import Procedure, ProcedureStep
from complaints.models.remedies import (
    Agreement,
    Assessment,
    CaseTask,
    Department,
    Proposal,
    Remedy,
)
from complaints.models.routing import TeamRouting

__all__ = [
    "Agreement",
    "Assessment",
    "Attachment",
    "CaseAlarm",
    "CaseTask",
    "CauseKind",
    "Chase",
    "Complaint",
    "ComplaintType",
    "Customer",
    "Department",
    "FollowUp",
    "FollowUpMove",
    "HandoverOffer",
    "Incident",
    "Liability",
    "LiabilityShare",
    "Note",
    "NumberSeries",
    "Order",
    "PersonalLink",
    "PreventiveMeasure",
    "Procedure",
    "ProcedureStep",
    "Product",
    "Proposal",
    "Remedy",
    "Reminder",
    "Revisit",
    "RootCause",
    "TeamRouting",
    "TimelineEntry",
    "Watch",
]
