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
from complaints.models.customers import Customer, FormerContact, Order, Product
from complaints.models.followups import FollowUp, FollowUpMove, HandoverOffer, Reminder
from complaints.models.letters import CaseLetter, CaseMailbox, CaseReply
from complaints.models.liability import Chase, Liability, LiabilityShare
from complaints.models.orders import OrderRemark, ShippingPromise, UnpaidChase, UnpaidOrder
from complaints.models.presence import Presence
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
from complaints.models.waves import Wave
from complaints.models.writers import ProposalWriter

__all__ = [
    "Agreement",
    "Assessment",
    "Attachment",
    "CaseAlarm",
    "CaseLetter",
    "CaseMailbox",
    "CaseReply",
    "CaseTask",
    "CauseKind",
    "Chase",
    "Complaint",
    "ComplaintType",
    "Customer",
    "Department",
    "FollowUp",
    "FollowUpMove",
    "FormerContact",
    "HandoverOffer",
    "Incident",
    "Liability",
    "LiabilityShare",
    "Note",
    "NumberSeries",
    "Order",
    "OrderRemark",
    "PersonalLink",
    "Presence",
    "PreventiveMeasure",
    "Procedure",
    "ProcedureStep",
    "Product",
    "Proposal",
    "ProposalWriter",
    "Remedy",
    "Reminder",
    "Revisit",
    "RootCause",
    "ShippingPromise",
    "TeamRouting",
    "TimelineEntry",
    "UnpaidChase",
    "UnpaidOrder",
    "Watch",
    "Wave",
]
