"""Files of incentives, for export only: the statements of a month, and the ledger."""

from staff.incentives.resources.ledger import LEDGER
from staff.incentives.resources.statements import STATEMENTS

__all__ = ["LEDGER", "STATEMENTS"]
