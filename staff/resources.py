"""The door through which the portal finds the kinds of files of the rooms."""

from staff.attendance.resources import (
    ATTENDANCE,
    DINGTALK_REPORTS,
    MAKEUPS,
    PUNCHES,
    RED_PACKETS,
)
from staff.handbook.resources import (
    ACKNOWLEDGEMENTS,
    ARTICLES,
    READINGS,
    TRAININGS,
)
from staff.incentives.resources import LEDGER, STATEMENTS, TARGETS
from staff.leave.resources import LEAVE
from staff.people.resources import PEOPLE, STORES
from staff.roster.resources import ROSTER

__all__ = [
    "ACKNOWLEDGEMENTS",
    "ARTICLES",
    "ATTENDANCE",
    "DINGTALK_REPORTS",
    "LEAVE",
    "LEDGER",
    "MAKEUPS",
    "PEOPLE",
    "PUNCHES",
    "READINGS",
    "RED_PACKETS",
    "ROSTER",
    "STATEMENTS",
    "STORES",
    "TARGETS",
    "TRAININGS",
]
