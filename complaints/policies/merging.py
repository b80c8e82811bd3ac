"""Which cases may become one (CMP-13)."""

from dataclasses import dataclass
from enum import StrEnum

from complaints.enums import CaseStage
from complaints.policies.stages import ENDED


class Refusal(StrEnum):
    """Why two cases do not become one."""

    SAME = "SAME"
    ENDED = "ENDED"
    TARGET_MERGED = "TARGET_MERGED"
    TARGET_CLOSED = "TARGET_CLOSED"


@dataclass(frozen=True)
class Place:
    """A case and where it is."""

    key: int
    stage: CaseStage


def why_not_merged(one: Place, into: Place) -> Refusal | None:
    """Return why a case may not be merged into another, None when it may.

    What is closed stays what it is; the other must still be at work.
    """
    if one.key == into.key:
        return Refusal.SAME
    if one.stage in ENDED:
        return Refusal.ENDED
    if into.stage == CaseStage.MERGED:
        return Refusal.TARGET_MERGED
    return Refusal.TARGET_CLOSED if into.stage in ENDED else None
