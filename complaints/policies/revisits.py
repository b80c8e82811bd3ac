"""What a customer's score means for the case (CMP-14)."""

from complaints.enums import Revisited


def outcome_of(score: int, *, reopening: int) -> Revisited:
    """Return what a score from 1 to 5 says; up to `reopening` the customer is not satisfied."""
    return Revisited.NOT_SATISFIED if score <= reopening else Revisited.SATISFIED
