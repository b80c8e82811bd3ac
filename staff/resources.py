"""The door through which the portal finds the kinds of files of the rooms."""

from staff.attendance.resources import ATTENDANCE
from staff.people.resources import PEOPLE, STORES
from staff.roster.resources import ROSTER

__all__ = ["ATTENDANCE", "PEOPLE", "ROSTER", "STORES"]
from staff.attendance.resources import DINGTALK_REPORTS, MAKEUPS, PUNCHES, RED_PACKETS
from staff.people.resources import PEOPLE, STORES
from staff.roster.resources import ROSTER

__all__ = ["DINGTALK_REPORTS", "MAKEUPS", "PEOPLE", "PUNCHES", "RED_PACKETS", "ROSTER", "STORES"]
from staff.leave.resources import LEAVE
from staff.people.resources import PEOPLE, STORES
from staff.roster.resources import ROSTER

__all__ = ["LEAVE", "PEOPLE", "ROSTER", "STORES"]
