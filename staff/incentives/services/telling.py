"""Notices about statements: in the transaction of what they tell."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone

from portal import notices
from staff.incentives.models import Dispute, Settlement
from staff.people import queries as people
from staff.people.enums import Post
from staff.roster import queries as roster

PUBLISHED, CORRECTED = "statement.published", "statement.corrected"
MUCH = "settlement.much"
RAISED, ANSWERED = "dispute.raised", "dispute.answered"


def published(settlement: Settlement, person_ids: Collection[int], *, now: datetime) -> None:
    """Tell everybody with a statement that it can be looked at and disputed."""
    _send(settlement, person_ids, kind=PUBLISHED, key=f"statement:{settlement}", now=now)


def corrected(settlement: Settlement, person_ids: Collection[int], *, now: datetime) -> None:
    """Tell those whose published statement has changed."""
    key = f"statement:{settlement}:{now.isoformat()}"
    _send(settlement, person_ids, kind=CORRECTED, key=key, now=now)


def much(settlement: Settlement, person_ids: Collection[int], *, now: datetime) -> None:
    """Warn the deputies and supervisors above that deductions take much of the pay (INC-9).

    Each is told once of a draft and once of its publication, with how many people below them.
    """
    everybody = people.members(timezone.localdate(now)) if person_ids else {}
    counts: Counter[int] = Counter(
        chief for person in person_ids for chief in _deciders(person, everybody)
    )
    state = settlement.state.lower()
    users = roster.user_ids(counts)
    notices.send(
        [
            notices.Draft(
                receiver_id=users[chief],
                key=f"settlement:{settlement}:much:{state}",
                kind=MUCH,
                params={"month": str(settlement), "count": count},
            )
            for chief, count in counts.items()
            if chief in users
        ],
        now=now,
    )


def _deciders(person_id: int, everybody: Mapping[int, people.Member]) -> list[int]:
    above = people.above(person_id, everybody)
    return [member.person_id for member in above if member.post.rank >= Post.DEPUTY.rank]


def raised(dispute: Dispute, *, now: datetime) -> None:
    """Ask the deputies and supervisors above the person for an answer."""
    deciders = _deciders(dispute.person_id, people.members(timezone.localdate(now)))
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
