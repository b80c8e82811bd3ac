"""Who does the steps of a plan, and when what is late goes up (DAY-6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from staff.people.enums import Post

LADDER = (Post.LEAD, Post.DEPUTY, Post.SUPERVISOR)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who might own a task. `distance` is 0 for whoever triggers, then outwards."""

    person_id: int
    post: Post
    distance: int
    away: bool = False


def posts_for(post: Post) -> Sequence[Post]:
    """Return the post, those above it, and then those below it down to the lead."""
    above = [one for one in LADDER if one.rank > post.rank]
    below = [one for one in reversed(LADDER) if one.rank < post.rank]
    return [post, *above, *below]


def owner_for(post: Post, candidates: Iterable[Candidate]) -> int | None:
    """Return who owns a step of a post: the nearest who holds it and is not away.

    Where nobody of it is there, the next post above takes it, at last one below; where everybody
    is away, the nearest of the post all the same. None where there is nobody at all.
    """
    everybody = sorted(candidates, key=lambda one: (one.distance, one.person_id))
    for present in (True, False):
        for wanted in posts_for(post):
            for one in everybody:
                if one.post == wanted and one.away is not present:
                    return one.person_id
    return None


def each_of(post: Post, candidates: Iterable[Candidate], *, reach: int) -> list[int]:
    """Return everybody of a post who is there and not farther than `reach`."""
    found = [
        one for one in candidates if one.post == post and not one.away and one.distance <= reach
    ]
    return [one.person_id for one in sorted(found, key=lambda one: (one.distance, one.person_id))]


def next_rung(stage: int, *, due_at: datetime, up_after: timedelta) -> datetime | None:
    """Return when a task goes up after a stage: 0 at its due time, 1 a while later."""
    return {0: due_at, 1: due_at + up_after}.get(stage)
