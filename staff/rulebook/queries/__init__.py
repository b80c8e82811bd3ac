"""Reads of the rulebook: what holds on a day, and what stands in each version."""

from staff.rulebook.queries.in_force import (
    DESK,
    OFFICE,
    NoPolicy,
    Versions,
    attendance_rules,
    ladder_of,
    leave_rules,
    policy_on,
    service_day,
    special_days,
    timetable,
    timetable_of_desk,
    versions,
)

__all__ = [
    "DESK",
    "OFFICE",
    "NoPolicy",
    "Versions",
    "attendance_rules",
    "ladder_of",
    "leave_rules",
    "policy_on",
    "service_day",
    "special_days",
    "timetable",
    "timetable_of_desk",
    "versions",
]
