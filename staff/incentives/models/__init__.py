"""What the room keeps, by topic: the ledger, recognition, quality audits."""

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

__all__ = [
    "AuditScore",
    "Calibration",
    "Coaching",
    "Confirmation",
    "Criterion",
    "Demerit",
    "Dispute",
    "DraftLine",
    "LedgerLine",
    "MoneyLine",
    "Praise",
    "PraiseReceiver",
    "QualityAudit",
    "Reaction",
    "Sample",
    "Scorecard",
    "ScorecardVersion",
    "Settlement",
]
