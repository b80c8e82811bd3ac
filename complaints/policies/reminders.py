"""Which rungs a follow-up's reminder has, when each is due, and who hears of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from complaints.enums import Stage
from portal.servicetime import Timetable
from staff.people.enums import Post
from staff.roster.policies import Holder
from staff.rulebook.policies import Ladder

RUNG_POSTS: Mapping[Stage, Post] = {
    Stage.LEAD: Post.LEAD,
    Stage.DEPUTY: Post.DEPUTY,
    Stage.SUPERVISOR: Post.SUPERVISOR,
}
OWNER_STAGES = (Stage.BEFORE, Stage.DUE)


@dataclass(frozen=True)
class Rung:
    """A stage and the moment at which it is due."""

    stage: Stage
    due_at: datetime


def rungs(
    *, due_at: datetime, made_at: datetime, ladder: Ladder, desk: Timetable, owner_rank: int
) -> list[Rung]:
    """Return the rungs of a follow-up that is due at `due_at` and was made or moved at `made_at`.

    The reminder before the due time is left out when its moment has passed already. Rungs up to
    the owner's own post are skipped; the minutes of the ladder are service time of the desk.
    Source: house rules FUP-2, CMP-10.
    """
    found = []
    early = due_at - ladder.before
    if ladder.before and early > made_at:
        found.append(Rung(Stage.BEFORE, early))
    found.append(Rung(Stage.DUE, due_at))
    waits = {
        Stage.LEAD: ladder.lead,
        Stage.DEPUTY: ladder.deputy,
        Stage.SUPERVISOR: ladder.supervisor,
    }
    found += [
        Rung(stage, desk.add(due_at, wait))
        for stage, wait in waits.items()
        if RUNG_POSTS[stage].rank > owner_rank
    ]
    return found


def receiver(
    stage: Stage, *, owner_id: int | None, lead_on_duty: int | None, chain: Sequence[Holder]
) -> int | None:
    """Return the person who hears of a rung.

    `chain` are those above the owner, nearest first. A rung without a holder passes to the next
    above at the same moment; where nobody is above, it comes back to the owner rather than get
    lost. What the owner would hear goes to the lead where there is no owner; None where there is
    nobody at all. Source: house rules CMP-10.
    """
    if stage in OWNER_STAGES:
        if owner_id is not None:
            return owner_id
        stage = Stage.LEAD
    if stage == Stage.LEAD and lead_on_duty is not None:
        return lead_on_duty
    wanted = Post.DEPUTY.rank if stage == Stage.LEAD else RUNG_POSTS[stage].rank
    fitting = [holder for holder in chain if holder.post.rank >= wanted] or list(chain[-1:])
    if not fitting:
        return owner_id
    return min(fitting, key=lambda holder: holder.post.rank).person_id
