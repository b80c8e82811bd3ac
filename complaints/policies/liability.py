"""Who has to bear a cost, and what exempts from it (INC-4, INC-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from complaints.enums import Bearer, Ground
from portal.money import Fen
from staff.incentives.policies.sharing import shares

MOST_SHARES = 8
MOST_PARTS = 10_000
RULES = {Ground.ATTITUDE: "INC-5"}
DEFAULT_RULE = "INC-4"


class Refusal(StrEnum):
    """Why a liability cannot be decided so, or proposed at all."""

    NOBODY = "NOBODY"
    TOO_MANY = "TOO_MANY"
    TWICE = "TWICE"
    ONESELF = "ONESELF"
    EXEMPT = "EXEMPT"
    NO_ORDER = "NO_ORDER"
    NO_PROMISE = "NO_PROMISE"
    NOT_LATE = "NOT_LATE"
    NO_REMARK = "NO_REMARK"
    ONLY_WAREHOUSE = "ONLY_WAREHOUSE"
    ONLY_PEOPLE = "ONLY_PEOPLE"
    ONLY_ATTITUDE = "ONLY_ATTITUDE"
    NOT_EMPLOYED = "NOT_EMPLOYED"


@dataclass(frozen=True, slots=True)
class Part:
    """Who is to bear how many parts of a cost."""

    bearer: Bearer
    weight: int
    person_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipping:
    """What is known of an order: the promise, when it left, and whether it has a remark."""

    promised_at: datetime | None
    shipped_at: datetime | None
    has_remark: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """A recorded chase to the warehouse."""

    key: int
    at: datetime


def rule_of(ground: Ground) -> str:
    """Return the rule that a ground falls under."""
    return RULES.get(ground, DEFAULT_RULE)


def why_not_proposed(ground: Ground, shipping: Shipping | None, *, now: datetime) -> Refusal | None:
    """Return what the order says against a ground; None for what it cannot tell (INC-4).

    A late shipment needs a promise that was missed, a bad remark a remark.
    """
    if ground in {Ground.ATTITUDE, Ground.OTHER}:
        return None
    if shipping is None:
        return Refusal.NO_ORDER
    if ground == Ground.REMARK:
        return None if shipping.has_remark else Refusal.NO_REMARK
    if ground != Ground.LATE:
        return None
    if shipping.promised_at is None:
        return Refusal.NO_PROMISE
    left = shipping.shipped_at or now
    return None if left > shipping.promised_at else Refusal.NOT_LATE


def exempting(
    ground: Ground, promised_at: datetime | None, chases: Iterable[Asking]
) -> Asking | None:
    """Return the first chase that was recorded before the promised time; it exempts from LATE."""
    if ground != Ground.LATE or promised_at is None:
        return None
    before = [chase for chase in chases if chase.at < promised_at]
    return min(before, key=lambda chase: (chase.at, chase.key), default=None)


def why_not_shared(
    ground: Ground, parts: Sequence[Part], *, by: int, exempt: bool
) -> Refusal | None:
    """Return what speaks against these shares.

    Nobody decides on a share of their own; who is exempt bears nothing; what the warehouse left
    out the warehouse bears; an assessment of attitude is against people.
    """
    people = [part.person_id for part in parts if part.bearer == Bearer.PERSON]
    bearers = [(part.bearer, part.person_id) for part in parts]
    if not parts:
        return Refusal.NOBODY
    if len(parts) > MOST_SHARES:
        return Refusal.TOO_MANY
    if len(set(bearers)) < len(bearers):
        return Refusal.TWICE
    if by in people:
        return Refusal.ONESELF
    if exempt and people:
        return Refusal.EXEMPT
    return _wrong_side(ground, parts)


def why_no_demerits(ground: Ground, parts: Sequence[Part], *, by: int) -> Refusal | None:
    """Return what speaks against demerits instead of amounts: they answer attitude (INC-5)."""
    if ground != Ground.ATTITUDE:
        return Refusal.ONLY_ATTITUDE
    return why_not_shared(ground, parts, by=by, exempt=False)


def _wrong_side(ground: Ground, parts: Sequence[Part]) -> Refusal | None:
    if ground == Ground.WAREHOUSE and any(part.bearer == Bearer.PERSON for part in parts):
        return Refusal.ONLY_WAREHOUSE
    if ground == Ground.ATTITUDE and any(part.bearer != Bearer.PERSON for part in parts):
        return Refusal.ONLY_PEOPLE
    return None


def amounts(cost: Fen, parts: Sequence[Part]) -> list[Fen]:
    """Return what each part bears, in their order; together the cost, to the fen."""
    return shares(cost, [part.weight for part in parts])
