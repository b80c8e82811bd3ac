"""Which department carries out what, and by when (CMP-8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.enums import Proof, RemedyKind
from portal.servicetime import Timetable

WAREHOUSE, MARKETING, FINANCE = "warehouse", "marketing", "finance"


@dataclass(frozen=True)
class Duty:
    """The department that carries a remedy out, and what proves it."""

    department: str
    proof: Proof


DUTIES: Mapping[RemedyKind, Duty] = {
    RemedyKind.REPLACEMENT: Duty(WAREHOUSE, Proof.TRACKING),
    RemedyKind.EXCHANGE: Duty(WAREHOUSE, Proof.TRACKING),
    RemedyKind.RESEND: Duty(WAREHOUSE, Proof.TRACKING),
    RemedyKind.GOODS: Duty(WAREHOUSE, Proof.TRACKING),
    RemedyKind.GIFT: Duty(MARKETING, Proof.TRACKING),
    RemedyKind.COUPON: Duty(MARKETING, Proof.NONE),
    RemedyKind.VISIT: Duty(MARKETING, Proof.NONE),
    RemedyKind.REFUND: Duty(FINANCE, Proof.REFUND),
    RemedyKind.PARTIAL_REFUND: Duty(FINANCE, Proof.REFUND),
    RemedyKind.PRICE_DIFFERENCE: Duty(FINANCE, Proof.REFUND),
}
"""Apology and explanation are given by whoever speaks with the customer."""


def due_at(now: datetime, *, budget: timedelta, calendar: Timetable) -> datetime:
    """Return when a task is due, in the service time of the department (SHIFT-5)."""
    return calendar.add(now, budget)
