"""Drafts of rosters: days are changed, many at once, taken back, and discarded."""

from staff.roster.services.drafts.cells import (
    copy_week,
    discard,
    excuse,
    fix,
    rotate,
    set_lead,
    set_shifts,
    undo,
)
from staff.roster.services.drafts.desk import (
    DayIsFixed,
    NoReason,
    NothingToUndo,
    NotInTeam,
    OtherTeam,
    Outcome,
    Rotation,
    TooMuch,
    UnknownShift,
    Want,
)

__all__ = [
    "DayIsFixed",
    "NoReason",
    "NotInTeam",
    "NothingToUndo",
    "OtherTeam",
    "Outcome",
    "Rotation",
    "TooMuch",
    "UnknownShift",
    "Want",
    "copy_week",
    "discard",
    "excuse",
    "fix",
    "rotate",
    "set_lead",
    "set_shifts",
    "undo",
]
