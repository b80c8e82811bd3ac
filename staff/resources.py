"""The door through which the portal finds the kinds of files of the rooms."""

from staff.leave.resources import LEAVE
from staff.people.resources import PEOPLE, STORES
from staff.roster.resources import ROSTER

__all__ = ["LEAVE", "PEOPLE", "ROSTER", "STORES"]
