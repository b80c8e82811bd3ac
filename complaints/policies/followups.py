"""What may be done with a follow-up, and why not (FUP-1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FARTHEST = timedelta(days=730)


class Refusal(StrEnum):
    """Why a change of a follow-up is refused."""

    NOT_OPEN = "NOT_OPEN"
    NOT_DONE = "NOT_DONE"
    DUE_IN_THE_PAST = "DUE_IN_THE_PAST"
    DUE_TOO_FAR = "DUE_TOO_FAR"
    SAME_DUE = "SAME_DUE"
    SAME_OWNER = "SAME_OWNER"
    UNDO_TOO_LATE = "UNDO_TOO_LATE"


UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the rules look at."""

    is_open: bool
    due_at: datetime
    owner_id: int
    done_at: datetime | None = None


def why_not_due(due_at: datetime, *, now: datetime) -> Refusal | None:
    """A due time lies ahead, and not farther than two years."""
    if due_at <= now:
        return Refusal.DUE_IN_THE_PAST
    return Refusal.DUE_TOO_FAR if due_at > now + FARTHEST else None


def why_not_reschedule(facts: Facts, *, due_at: datetime, now: datetime) -> Refusal | None:
    """An open follow-up may be moved to another moment ahead."""
    if not facts.is_open:
        return Refusal.NOT_OPEN
    if due_at == facts.due_at:
        return Refusal.SAME_DUE
    return why_not_due(due_at, now=now)


def why_not_hand_over(facts: Facts, *, to: int) -> Refusal | None:
    """An open follow-up may be handed to somebody else."""
    if not facts.is_open:
        return Refusal.NOT_OPEN
    return Refusal.SAME_OWNER if to == facts.owner_id else None


def why_not_undo(facts: Facts, *, now: datetime) -> Refusal | None:
    """A follow-up that was finished may be taken up again for ten minutes."""
    if facts.is_open or facts.done_at is None:
        return Refusal.NOT_DONE
    return Refusal.UNDO_TOO_LATE if now - facts.done_at > UNDO_WITHIN else None
