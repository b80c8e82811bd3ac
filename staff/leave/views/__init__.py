"""Pages of leave: one's own requests, the decisions, the lists and the calendar."""

from staff.leave.views.decisions import decide, waiting
from staff.leave.views.lists import calendar, listed
from staff.leave.views.own import ask, consequence, index, of_day, shown, tile, withdraw
from staff.leave.views.rest import rest_days

__all__ = [
    "ask",
    "calendar",
    "consequence",
    "decide",
    "index",
    "listed",
    "of_day",
    "rest_days",
    "shown",
    "tile",
    "waiting",
    "withdraw",
]
