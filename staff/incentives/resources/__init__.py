"""Files of incentives: targets; and for export only the statements of a month and the ledger."""

from staff.incentives.resources.ledger import LEDGER
from staff.incentives.resources.statements import STATEMENTS
from staff.incentives.resources.targets import TARGETS

__all__ = ["LEDGER", "STATEMENTS", "TARGETS"]
