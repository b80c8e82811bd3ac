"""Shift types and published shifts, what a roster needs, drafts of it, and exchanges.

`Assignment` is the published shift: all that other rooms read.
"""

from staff.roster.models.drafts import (
    DraftCell,
    DraftStep,
    Publication,
    PublicationReceipt,
    Wish,
)
from staff.roster.models.exchange import CalendarFeed, OpenShift, Swap
from staff.roster.models.needs import PersonSkill, Requirement, RosterRule, Skill
from staff.roster.models.shifts import Assignment, ShiftType

__all__ = [
    "Assignment",
    "CalendarFeed",
    "DraftCell",
    "DraftStep",
    "OpenShift",
    "PersonSkill",
    "Publication",
    "PublicationReceipt",
    "Requirement",
    "RosterRule",
    "ShiftType",
    "Skill",
    "Swap",
    "Wish",
]
