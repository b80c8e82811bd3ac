"""Assessment, proposals and their remedies, approval, the customer's agreement (CMP-5 to -8)."""

from complaints.services.remedies.agreement import Word, agree, decline
from complaints.services.remedies.approval import DECIDED, WAITS, decide, submit, verdict
from complaints.services.remedies.assessing import Judgement, assess
from complaints.services.remedies.drafts import Draft, Remedy, change, propose
from complaints.services.remedies.parts import (
    ChangedMeanwhile,
    NotNow,
    ProposalStands,
    Refused,
    subject_of,
)

__all__ = [
    "DECIDED",
    "WAITS",
    "ChangedMeanwhile",
    "Draft",
    "Judgement",
    "NotNow",
    "ProposalStands",
    "Refused",
    "Remedy",
    "Word",
    "agree",
    "assess",
    "change",
    "decide",
    "decline",
    "propose",
    "subject_of",
    "submit",
    "verdict",
]
