"""Follow-ups (house rules §8): promises given, kept and moved, offers to the lead, imports."""

from complaints.services.followups.changes import ASSIGNED, HANDED_OVER, ChangedMeanwhile, Refused
from complaints.services.followups.imports import Revision, revise
from complaints.services.followups.offers import OFFERED, keep_with_owner, sweep_offers
from complaints.services.followups.promises import (
    Promise,
    assign,
    assign_once,
    finish,
    hand_over,
    reschedule,
    undo_finish,
)

__all__ = [
    "ASSIGNED",
    "HANDED_OVER",
    "OFFERED",
    "ChangedMeanwhile",
    "Promise",
    "Refused",
    "Revision",
    "assign",
    "assign_once",
    "finish",
    "hand_over",
    "keep_with_owner",
    "reschedule",
    "revise",
    "sweep_offers",
    "undo_finish",
]
