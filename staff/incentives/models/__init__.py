"""What the room keeps, by topic: ledger, decided amounts, targets, recognition, quality audits."""

from staff.incentives.models.adjustments import Adjustment
from staff.incentives.models.ledger import (
    Confirmation,
    Dispute,
    DraftLine,
    LedgerLine,
    MoneyLine,
    Settlement,
)
from staff.incentives.models.quality import (
    AuditScore,
    Calibration,
    Criterion,
    QualityAudit,
    Sample,
    Scorecard,
    ScorecardVersion,
)
from staff.incentives.models.recognition import (
    Coaching,
    Demerit,
    Praise,
    PraiseReceiver,
    Reaction,
)
from staff.incentives.models.runs import SettlementRun
from staff.incentives.models.targets import Measurement, Target, TargetResult, TargetRow

__all__ = [
    "Adjustment",
    "AuditScore",
    "Calibration",
    "Coaching",
    "Confirmation",
    "Criterion",
    "Demerit",
    "Dispute",
    "DraftLine",
    "LedgerLine",
    "Measurement",
    "MoneyLine",
    "Praise",
    "PraiseReceiver",
    "QualityAudit",
    "Reaction",
    "Sample",
    "Scorecard",
    "ScorecardVersion",
    "Settlement",
    "SettlementRun",
    "Target",
    "TargetResult",
    "TargetRow",
]
