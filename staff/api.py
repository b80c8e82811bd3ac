"""The door through which the root of the API finds what the rooms describe."""

from staff.attendance.api import router as punches
from staff.incentives.api import router as measures
from staff.people.api import router as people
from staff.roster.api import router as shifts

ROUTERS = (people, shifts, punches, measures)
__all__ = ["ROUTERS"]
