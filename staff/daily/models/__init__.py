"""Reports of a person's day, and what the lead makes of them for a shift."""

from staff.daily.models.reports import (
    DailyReport,
    ReportFigure,
    ReportQuestion,
    ReportReason,
    ReportReminder,
    UnfinishedOrder,
)
from staff.daily.models.summaries import HandedOver, PassedOn, ShiftSummary, SummaryCheck

__all__ = [
    "DailyReport",
    "HandedOver",
    "PassedOn",
    "ReportFigure",
    "ReportQuestion",
    "ReportReason",
    "ReportReminder",
    "ShiftSummary",
    "SummaryCheck",
    "UnfinishedOrder",
]
