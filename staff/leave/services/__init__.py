"""Writes about rest days and leave: asked for, decided, withdrawn, imported.

Every function is one transaction that locks the person first, so that what it checks stays true
until it is written. Nobody's reason stands in the audit log.
"""

from staff.leave.services.bulk import import_leave
from staff.leave.services.requests import (
    AlreadyDecided,
    Begun,
    ChangedMeanwhile,
    OwnRequest,
    RuleBroken,
    Wish,
    decide_leave,
    refusal_of,
    request_leave,
    wish_of,
    withdraw_leave,
)

__all__ = [
    "AlreadyDecided",
    "Begun",
    "ChangedMeanwhile",
    "OwnRequest",
    "RuleBroken",
    "Wish",
    "decide_leave",
    "import_leave",
    "refusal_of",
    "request_leave",
    "wish_of",
    "withdraw_leave",
]
