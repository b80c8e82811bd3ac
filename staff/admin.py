"""The door through which Django finds the sections of the rooms."""

from staff.people.admin import PersonAdmin
from staff.roster.admin import AssignmentAdmin
from staff.rulebook.admin import PolicyAdmin

__all__ = ["AssignmentAdmin", "PersonAdmin", "PolicyAdmin"]
