"""The policy with its dates, and the calendars."""

from staff.rulebook.models.calendars import Calendar, CalendarDay, SpecialDay
from staff.rulebook.models.habits import Habit
from staff.rulebook.models.policy import Policy

__all__ = ["Calendar", "CalendarDay", "Habit", "Policy", "SpecialDay"]
