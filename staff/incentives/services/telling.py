"""Notices about statements: in the transaction of what they tell."""

from collections.abc import Collection
from datetime import datetime

from portal import notices
from staff.incentives.models import Dispute, Settlement
from staff.people import queries as people
from staff.people.enums import Post
from staff.roster import queries as roster

PUBLISHED, CORRECTED = "statement.published", "statement.corrected"
RAISED, ANSWERED = "dispute.raised", "dispute.answered"


def published(settlement: Settlement, person_ids: Collection[int], *, now: datetime) -> None:
    """Tell everybody with a statement that it can be looked at and disputed."""
    _send(settlement, person_ids, kind=PUBLISHED, key=f"statement:{settlement}", now=now)


def corrected(settlement: Settlement, person_ids: Collection[int], *, now: datetime) -> None:
    """Tell those whose published statement has changed."""
    key = f"statement:{settlement}:{now.isoformat()}"
    _send(settlement, person_ids, kind=CORRECTED, key=key, now=now)


def raised(dispute: Dispute, *, now: datetime) -> None:
    """Ask the deputies and supervisors above the person for an answer."""
    everybody = people.members(now.date())
    above = people.above(dispute.person_id, everybody)
    deciders = [member.person_id for member in above if member.post.rank >= Post.DEPUTY.rank]
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"dispute:{dispute.pk}:raised",
                kind=RAISED,
                params=_of(dispute) | {"name": dispute.person.name},
                subject=f"dispute:{dispute.pk}",
            )
            for user in roster.user_ids(deciders).values()
        ],
        now=now,
    )


def answered(dispute: Dispute, *, now: datetime) -> None:
    """Tell the person the answer, and silence the question."""
    notices.settle(f"dispute:{dispute.pk}", now=now)
    notices.send(
        [
            notices.Draft(
                receiver_id=user,
                key=f"dispute:{dispute.pk}:answered",
                kind=ANSWERED,
                params=_of(dispute) | {"state": str(dispute.state)},
            )
            for user in roster.user_ids([dispute.person_id]).values()
        ],
        now=now,
    )


def _of(dispute: Dispute) -> dict[str, object]:
    return {
        "dispute": dispute.pk,
        "month": str(dispute.settlement),
        "rule": dispute.rule,
        "day": dispute.day.isoformat(),
    }


def _send(
    settlement: Settlement, person_ids: Collection[int], *, kind: str, key: str, now: datetime
) -> None:
    params = {"month": str(settlement)}
    users = roster.user_ids(set(person_ids)).values()
    drafts = [notices.Draft(receiver_id=user, key=key, kind=kind, params=params) for user in users]
    notices.send(drafts, now=now)
