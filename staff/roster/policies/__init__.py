"""The rules of rosters over plain rows: shifts in time, needs, checks, exchanges."""

from staff.roster.policies.needs import Need, Needs
from staff.roster.policies.shifts import (
    NEARBY,
    Holder,
    Shift,
    Span,
    is_rostered,
    overlapped,
    running_lead,
    short_rests,
    times_of,
)

__all__ = [
    "NEARBY",
    "Holder",
    "Need",
    "Needs",
    "Shift",
    "Span",
    "is_rostered",
    "overlapped",
    "running_lead",
    "short_rests",
    "times_of",
]
