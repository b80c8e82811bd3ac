"""Pages of the rulebook: the policy with its versions, and the calendars."""

from staff.rulebook.views.calendars import calendar, calendars, fill
from staff.rulebook.views.policy import edit, index, new, on, version, withdraw

__all__ = [
    "calendar",
    "calendars",
    "edit",
    "fill",
    "index",
    "new",
    "on",
    "version",
    "withdraw",
]
