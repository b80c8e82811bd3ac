"""Which rungs the ladder of a case has for one of its deadlines (CMP-10)."""

from dataclasses import replace
from datetime import datetime, timedelta

from complaints.enums import Stage
from complaints.policies import reminders
from complaints.policies.reminders import RUNG_POSTS, Rung
from portal.servicetime import Timetable
from staff.rulebook.policies import Ladder

HISTORY = timedelta(days=1)
"""How long ago a deadline may have passed, by the clock, when it becomes known: what passed
earlier, in a file for instance, is history that nobody could be told of in time."""


def rungs(
    *,
    deadline: datetime,
    received_at: datetime,
    ladder: Ladder,
    desk: Timetable,
    owner_rank: int | None,
) -> list[Rung]:
    """Return the rungs of a deadline of a case that was received at `received_at`.

    The owner is reminded before it by the ladder's span, at most half of the time that there is.
    A case without owner (`owner_rank` None) has no rung at the due time itself: the lead hears of
    it then anyway. Source: house rules CMP-10.
    """
    before = max(min(ladder.before, (deadline - received_at) / 2), timedelta(0))
    found = reminders.rungs(
        due_at=deadline,
        made_at=received_at,
        ladder=replace(ladder, before=before),
        desk=desk,
        owner_rank=owner_rank or 0,
    )
    return [rung for rung in found if owner_rank is not None or rung.stage != Stage.DUE]


def at_once(*, owner_rank: int | None) -> list[Stage]:
    """Return the rungs of a case that goes up at once: those above the owner's own post."""
    return [stage for stage, post in RUNG_POSTS.items() if post.rank > (owner_rank or 0)]
