"""Which customers are called, and when a call is given up (FBK-1)."""

from zlib import crc32

from feedback.enums import CallOutcome, CallState

WHOLE = 100
ENDS = {
    CallOutcome.REACHED: CallState.REACHED,
    CallOutcome.REFUSED: CallState.REFUSED,
    CallOutcome.WRONG: CallState.NOT_REACHED,
}


def is_drawn(rule: int, key: int, *, percent: int) -> bool:
    """Tell whether a case or an order belongs to the sample of a rule.

    The same one is drawn or not drawn however often one asks.
    """
    return crc32(f"{rule}:{key}".encode()) % WHOLE < percent


def state_after(outcome: CallOutcome, *, attempts: int, most: int) -> CallState:
    """Return the state after so many attempts; a customer who is not there is tried `most` times.

    Somebody who asks to be called later is called, however often it was tried.
    """
    if outcome in ENDS:
        return ENDS[outcome]
    if outcome == CallOutcome.NO_ANSWER and attempts >= most:
        return CallState.NOT_REACHED
    return CallState.WAITING
