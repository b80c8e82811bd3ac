"""Files of attendance: what the rules make of each shift, for export."""

from staff.attendance.resources.results import ATTENDANCE

__all__ = ["ATTENDANCE"]
