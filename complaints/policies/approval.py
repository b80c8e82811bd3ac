"""Who approves what a customer is to be offered (CMP-7), and how much may be refunded (CMP-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from complaints.enums import RemedyKind
from portal.money import Fen
from staff.people.enums import Post

COSTLY = (
    RemedyKind.REFUND,
    RemedyKind.PARTIAL_REFUND,
    RemedyKind.PRICE_DIFFERENCE,
    RemedyKind.COUPON,
)
"""What is nothing without an amount."""


class Refusal(StrEnum):
    """Why a proposal is refused, or somebody may not decide on it."""

    NOTHING = "NOTHING"
    NO_AMOUNT = "NO_AMOUNT"
    OVER_EXCHANGE = "OVER_EXCHANGE"
    OWN = "OWN"
    ABOVE_POST = "ABOVE_POST"
    SUPERVISOR_IS_HERE = "SUPERVISOR_IS_HERE"
    ANOTHER_SUPERVISOR = "ANOTHER_SUPERVISOR"


@dataclass(frozen=True)
class Offer:
    """One remedy: its kind, and what it costs us in fen."""

    kind: RemedyKind
    amount: Fen


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Up to what a post approves, in fen; above the deputy's it is the supervisor's."""

    lead: Fen
    deputy: Fen


def total(offers: Sequence[Offer]) -> Fen:
    return Fen(sum(offer.amount for offer in offers))


def kept_refund(offers: Sequence[Offer]) -> Fen:
    """Return what is refunded while the customer keeps the goods."""
    return Fen(sum(one.amount for one in offers if one.kind == RemedyKind.PARTIAL_REFUND))


def why_not_offered(offers: Sequence[Offer], *, exchange: Fen, refunded: Fen) -> Refusal | None:
    """Return why remedies may not be offered, None when they may.

    `exchange` is what an exchange would cost; `refunded` all other partial refunds of the order,
    on whatever case. Source: house rules CMP-6.
    """
    if not offers:
        return Refusal.NOTHING
    if any(one.kind in COSTLY and not one.amount for one in offers):
        return Refusal.NO_AMOUNT
    kept = kept_refund(offers)
    return Refusal.OVER_EXCHANGE if kept and kept + refunded > exchange else None


def needed(amount: Fen, *, granted: Fen, limits: Limits) -> Post | None:
    """Return the lowest post that approves an amount, with all that the case was granted.

    None for what costs nothing: there is no amount to approve. Source: house rules CMP-7.
    """
    if not amount:
        return None
    together = amount + granted
    if together <= limits.lead:
        return Post.LEAD
    return Post.DEPUTY if together <= limits.deputy else Post.SUPERVISOR


@dataclass(frozen=True, kw_only=True)
class Decider:
    """Somebody who wants to decide: their post, and whether the proposal is their own."""

    post: Post | None
    is_own: bool

    @property
    def rank(self) -> int:
        return self.post.rank if self.post else 0


@dataclass(frozen=True, kw_only=True)
class Heads:
    """Whether a supervisor is there today, and whether one besides the proposer is."""

    supervisor_is_here: bool
    another_supervisor: bool


@dataclass(frozen=True)
class Verdict:
    """Whether somebody decides, and whether only because they stand in for somebody."""

    refusal: Refusal | None
    is_exception: bool = False


def may_decide(decider: Decider, *, needs: Post, proposer: Post | None, heads: Heads) -> Verdict:
    """Return whether somebody may decide on a proposal.

    A supervisor's own is decided by another supervisor, else by the deputy as an exception. What
    needs the supervisor is decided by the deputy only while no supervisor is there, as an
    exception. Never by oneself. Source: house rules CMP-7.
    """
    if decider.is_own:
        return Verdict(Refusal.OWN)
    own_of_head = proposer == Post.SUPERVISOR
    if decider.rank >= Post.SUPERVISOR.rank or (decider.rank >= needs.rank and not own_of_head):
        return Verdict(None)
    if decider.rank < Post.DEPUTY.rank:
        return Verdict(Refusal.ABOVE_POST)
    return _stand_in(heads, own_of_head=own_of_head)


def _stand_in(heads: Heads, *, own_of_head: bool) -> Verdict:
    """Return whether a deputy decides what is a supervisor's to decide."""
    if own_of_head and heads.another_supervisor:
        return Verdict(Refusal.ANOTHER_SUPERVISOR)
    if not own_of_head and heads.supervisor_is_here:
        return Verdict(Refusal.SUPERVISOR_IS_HERE)
    return Verdict(None, is_exception=True)
