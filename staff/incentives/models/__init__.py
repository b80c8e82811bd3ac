"""The settlement with its ledger, decided amounts, and targets with what they are measured by."""

from staff.incentives.models.adjustments import Adjustment
from staff.incentives.models.ledger import (
    Confirmation,
    Dispute,
    DraftLine,
    LedgerLine,
    MoneyLine,
    Settlement,
)
from staff.incentives.models.targets import Measurement, Target, TargetResult, TargetRow

__all__ = [
    "Adjustment",
    "Confirmation",
    "Dispute",
    "DraftLine",
    "LedgerLine",
    "Measurement",
    "MoneyLine",
    "Settlement",
    "Target",
    "TargetResult",
    "TargetRow",
]
