"""Files of incentives: targets; for export only statements, the ledger and people's record."""

from staff.incentives.resources.ledger import LEDGER
from staff.incentives.resources.record import COACHING, DEMERITS, PRAISE, QUALITY_AUDITS
from staff.incentives.resources.statements import STATEMENTS
from staff.incentives.resources.targets import TARGETS

__all__ = [
    "COACHING",
    "DEMERITS",
    "LEDGER",
    "PRAISE",
    "QUALITY_AUDITS",
    "STATEMENTS",
    "TARGETS",
]
