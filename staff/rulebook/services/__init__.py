"""Writes of the rulebook: versions of the policy, calendars, and what is set up."""

from staff.rulebook.services.calendars import fill_year
from staff.rulebook.services.policy import (
    Begun,
    ChangedMeanwhile,
    DayTaken,
    Gone,
    save_policy,
    withdraw_policy,
)
from staff.rulebook.services.settings import remove_setting, save_setting

__all__ = [
    "Begun",
    "ChangedMeanwhile",
    "DayTaken",
    "Gone",
    "fill_year",
    "remove_setting",
    "save_policy",
    "save_setting",
    "withdraw_policy",
]
