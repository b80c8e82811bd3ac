"""The door through which Django finds the models of the rooms."""

from staff.attendance.models import MakeUp, Punch, RedPacketPayment, WeekPublication
from staff.people.models import (
    Absence,
    Brand,
    Person,
    Posting,
    Salary,
    Site,
    Store,
    StoreService,
    Team,
)
from staff.roster.models import Assignment, ShiftType
from staff.rulebook.models import Calendar, CalendarDay, Policy, SpecialDay

__all__ = [
    "Absence",
    "Assignment",
    "Brand",
    "Calendar",
    "CalendarDay",
    "MakeUp",
    "Person",
    "Policy",
    "Posting",
    "Punch",
    "RedPacketPayment",
    "Salary",
    "ShiftType",
    "Site",
    "SpecialDay",
    "Store",
    "StoreService",
    "Team",
    "WeekPublication",
]
