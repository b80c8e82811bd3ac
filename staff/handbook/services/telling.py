"""Notices of the handbook, and the sign-ins behind people."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import notices
from portal.models import User
from staff.handbook.queries.people import user_ids
from staff.people.models import Person


def user_of(actor: Person) -> User:
    """Return the sign-in of whoever acts. Raises ValueError for somebody without one."""
    if actor.user is None:
        raise ValueError("whoever acts has a sign-in")
    return actor.user


@dataclass(frozen=True, kw_only=True)
class News:
    """What is told: a kind of notice with its parameters, once for each receiver and key."""

    kind: str
    key: str
    subject: str
    params: Mapping[str, Any]
    urgent: bool = False


def tell(people: Collection[int], news: News, *, now: datetime) -> int:
    """Tell people by id; returns how many have a sign-in."""
    receivers = user_ids(people)
    notices.send(
        [
            notices.Draft(
                receiver_id=user_id,
                key=news.key,
                kind=news.kind,
                params=news.params,
                subject=news.subject,
                urgent=news.urgent,
            )
            for user_id in sorted(set(receivers.values()))
        ],
        now=now,
    )
    return len(receivers)


def settle_for(people: Collection[int], *, subject: str, now: datetime) -> None:
    """Silence what some people were told about a subject."""
    notices.settle(subject, now=now, receivers=list(user_ids(people).values()))
