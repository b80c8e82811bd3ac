"""Files of attendance: punches, DingTalk's reports, make-ups, payments of red packets, results.

The portal's imports and exports and the command line come in by the kinds below; what DingTalk's
files look like, and when two punches are one, lives here as well. Rules of attendance do not.
"""

from staff.attendance.resources.dingtalk import DINGTALK_REPORTS
from staff.attendance.resources.makeups import MAKEUPS
from staff.attendance.resources.punches import PUNCHES
from staff.attendance.resources.red_packets import RED_PACKETS
from staff.attendance.resources.results import ATTENDANCE

__all__ = ["ATTENDANCE", "DINGTALK_REPORTS", "MAKEUPS", "PUNCHES", "RED_PACKETS"]
