"""Remarks of orders, promised dates, and who won an unpaid order back (DAY-3, ORG-6, INC-4)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Refusal(StrEnum):
    """Why a payment, a loss, a chase or a promise cannot be noted."""

    SHIPPED = "SHIPPED"
    CLOSED = "CLOSED"
    NOT_YET = "NOT_YET"
    BEFORE_PLACED = "BEFORE_PLACED"
    PAST = "PAST"
    CHASE_TOO_LATE = "CHASE_TOO_LATE"


class Watch(StrEnum):
    """How a promise to ship stands."""

    OVERDUE = "OVERDUE"
    TODAY = "TODAY"
    LATER = "LATER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of a remark that its author fills in (DAY-3)."""

    logistics: str
    gift: str
    wishes: str

    @property
    def missing(self) -> list[str]:
        """Return the names of the parts that are empty; what is not wanted is said so."""
        named = (("logistics", self.logistics), ("gift", self.gift), ("wishes", self.wishes))
        return [name for name, text in named if not text.strip()]


def remark_text(parts: Parts, *, author: str, at: datetime) -> str:
    """Return the one text format that is copied to the platform, whatever language one reads.

    `at` is local time. At most 500 characters with parts of 120, 120 and 160.
    """
    return (
        f"物流：{parts.logistics}；赠品：{parts.gift}；其他：{parts.wishes}；"
        f"客服：{author}；时间：{at:%Y-%m-%d %H:%M}"
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A version of a remark: its key, when it was written, and by whom."""

    key: int
    at: datetime
    author_id: int | None


def standing(versions: Iterable[Written], *, shipped_at: datetime | None) -> Written | None:
    """Return the version that counts for liability (INC-4).

    It is the last one written before the order left; where all came later, the first of them.
    """
    ordered = sorted(versions, key=lambda one: (one.at, one.key))
    if shipped_at is None:
        return ordered[-1] if ordered else None
    before = [one for one in ordered if one.at <= shipped_at]
    return before[-1] if before else (ordered[0] if ordered else None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A recorded chase of a payment."""

    key: int
    at: datetime
    by: int


def credited(attempts: Sequence[Attempt], *, paid_at: datetime) -> int | None:
    """Return who won the order back: whoever chased last before it was paid, if anybody.

    A payment is known to the minute: a chase within that minute came before it.
    """
    before = [one for one in attempts if one.at.replace(second=0, microsecond=0) <= paid_at]
    last = max(before, key=lambda one: (one.at, one.key), default=None)
    return last.by if last else None


def why_not_paid(*, paid_at: datetime, placed_at: datetime, now: datetime) -> Refusal | None:
    """Return what speaks against a time of payment: it lies ahead, or before the order."""
    if paid_at > now:
        return Refusal.NOT_YET
    return Refusal.BEFORE_PLACED if paid_at < placed_at else None


def why_not_promised(
    *, promised_at: datetime, chase_at: datetime | None, shipped: bool, now: datetime
) -> Refusal | None:
    """Return what speaks against a promise: it is past, or the order has left already.

    A chase after the promised time would exempt from nothing (INC-4).
    """
    if shipped:
        return Refusal.SHIPPED
    if promised_at <= now:
        return Refusal.PAST
    if chase_at is None:
        return None
    if chase_at <= now:
        return Refusal.PAST
    return Refusal.CHASE_TOO_LATE if chase_at >= promised_at else None


def watch_of(promised_at: datetime, *, now: datetime, end_of_day: datetime) -> Watch:
    """Return how the promise of an order stands that has not left. At the instant it is late."""
    if promised_at <= now:
        return Watch.OVERDUE
    return Watch.TODAY if promised_at < end_of_day else Watch.LATER
