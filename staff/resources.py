"""The door through which the portal finds the kinds of files of the rooms."""

from staff.attendance.resources import (
    ATTENDANCE,
    DINGTALK_REPORTS,
    MAKEUPS,
    PUNCHES,
    RED_PACKETS,
)
from staff.daily.resources import QUESTIONS, REPORTS
from staff.handbook.resources import (
    ACKNOWLEDGEMENTS,
    ARTICLES,
    READINGS,
    TRAININGS,
)
from staff.incentives.resources import (
    COACHING,
    DEMERITS,
    LEDGER,
    PRAISE,
    QUALITY_AUDITS,
    STATEMENTS,
    TARGETS,
)
from staff.leave.resources import LEAVE
from staff.people.resources import PEOPLE, STORES
from staff.roster.resources import ROSTER

__all__ = [
    "ACKNOWLEDGEMENTS",
    "ARTICLES",
    "ATTENDANCE",
    "COACHING",
    "DEMERITS",
    "DINGTALK_REPORTS",
    "LEAVE",
    "LEDGER",
    "MAKEUPS",
    "PEOPLE",
    "PRAISE",
    "PUNCHES",
    "QUALITY_AUDITS",
    "QUESTIONS",
    "READINGS",
    "RED_PACKETS",
    "REPORTS",
    "ROSTER",
    "STATEMENTS",
    "STORES",
    "TARGETS",
    "TRAININGS",
]
