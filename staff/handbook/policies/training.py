"""When a course is due again, and how somebody stands."""

from calendar import monthrange
from datetime import date, timedelta

from staff.handbook.enums import TrainingState

AHEAD = timedelta(days=14)


def due_again(done_on: date, *, months: int | None) -> date | None:
    """Return the same day so many months later, the last of the month where it has none.

    None where it is done once and for all.
    """
    if months is None:
        return None
    years, month = divmod(done_on.month - 1 + months, 12)
    year = done_on.year + years
    return date(year, month + 1, min(done_on.day, monthrange(year, month + 1)[1]))


def state_of(*, done_on: date | None, due_on: date | None, today: date) -> TrainingState:
    """Return how somebody stands; the day itself is still in time, two weeks ahead are soon."""
    if done_on is None:
        return TrainingState.MISSING
    if due_on is None or today < due_on - AHEAD:
        return TrainingState.VALID
    return TrainingState.OVERDUE if due_on < today else TrainingState.SOON
