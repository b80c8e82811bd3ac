"""The way of a case from its registration to the satisfied customer: one table of moves (CMP-3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from complaints.enums import CaseStage, Revisited

S = CaseStage
WAY = (
    S.REGISTERED,
    S.HANDLING,
    S.INVESTIGATION,
    S.PROPOSAL,
    S.APPROVAL,
    S.AGREED,
    S.CARRYING_OUT,
    S.REVISIT,
)
CLOSED = (S.SATISFIED, S.UNREACHED, S.UNFOUNDED, S.WITHDRAWN)
ENDED = (*CLOSED, S.MERGED)
SCORED = frozenset({S.REVISIT, *CLOSED})
"""Where a customer's score is asked for, and counts (CMP-14)."""


class Who(StrEnum):
    """Who may make a move."""

    HANDLER = "HANDLER"
    """Whoever may change the case: owner, recorder, leads of the store."""
    LEAD = "LEAD"
    """A lead of the store, or above."""
    PORTAL = "PORTAL"
    """The portal itself, when what the move stands for was done: approved, agreed, scored."""


class Need(StrEnum):
    """A fact that a move needs."""

    OWNER = "OWNER"
    ASSESSMENT = "ASSESSMENT"
    REMEDY = "REMEDY"
    SUBMITTED = "SUBMITTED"
    APPROVAL = "APPROVAL"
    AGREEMENT = "AGREEMENT"
    TASK = "TASK"
    TASKS_DONE = "TASKS_DONE"
    NOT_SATISFIED = "NOT_SATISFIED"
    SATISFACTION = "SATISFACTION"
    ATTEMPTS = "ATTEMPTS"
    CAUSE = "CAUSE"
    PREVENTION = "PREVENTION"
    THANKS = "THANKS"
    REASON = "REASON"


class Refusal(StrEnum):
    """Why a move is refused."""

    NO_SUCH_MOVE = "NO_SUCH_MOVE"
    NOT_YOURS = "NOT_YOURS"
    MISSING = "MISSING"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One allowed move: who may make it, and which facts it needs."""

    start: CaseStage
    to: CaseStage
    who: Who = Who.HANDLER
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a case when somebody wants to move it.

    `attempts` and `outcome` (of the last attempt) count since the case was last reopened;
    `attempts_needed` is the policy's number (CMP-9).
    """

    owned: bool = False
    assessed: bool = False
    remedies: int = 0
    submitted: bool = False
    approved: bool = False
    agreed: bool = False
    tasks: int = 0
    open_tasks: int = 0
    attempts: int = 0
    attempts_needed: int = 3
    outcome: Revisited | None = None
    thanked: bool = False
    caused: bool = False
    ours: bool = False
    measures: int = 0
    reason: bool = False


def _moves() -> Iterator[Move]:
    needs = Need
    yield Move(start=S.REGISTERED, to=S.HANDLING, needs=(needs.OWNER,))
    yield Move(start=S.HANDLING, to=S.INVESTIGATION, needs=(needs.OWNER,))
    for start in (S.HANDLING, S.INVESTIGATION):
        yield Move(start=start, to=S.PROPOSAL, needs=(needs.OWNER, needs.ASSESSMENT))
    portal = Who.PORTAL
    offered = (needs.ASSESSMENT, needs.REMEDY, needs.SUBMITTED)
    yield Move(start=S.PROPOSAL, to=S.APPROVAL, who=portal, needs=offered)
    agreed = (needs.ASSESSMENT, needs.APPROVAL, needs.AGREEMENT)
    for start in (S.PROPOSAL, S.APPROVAL):  # what costs nothing needs no approval
        yield Move(start=start, to=S.AGREED, who=portal, needs=agreed)
    yield Move(start=S.AGREED, to=S.CARRYING_OUT, needs=(needs.AGREEMENT, needs.TASK))
    for start in (S.AGREED, S.CARRYING_OUT):
        yield Move(start=start, to=S.REVISIT, needs=(needs.AGREEMENT, needs.TASKS_DONE))
    yield from _back()
    yield from _ends()


def _back() -> Iterator[Move]:
    """A step back says why; what departments were to do is done or cancelled first."""
    reason, done = Need.REASON, Need.TASKS_DONE
    for start in (S.PROPOSAL, S.APPROVAL):
        yield Move(start=start, to=S.INVESTIGATION, needs=(reason,))
    yield Move(start=S.APPROVAL, to=S.PROPOSAL, needs=(reason,))
    for start in (S.AGREED, S.CARRYING_OUT):
        yield Move(start=start, to=S.PROPOSAL, needs=(reason, done))
    yield Move(start=S.REVISIT, to=S.INVESTIGATION, who=Who.PORTAL, needs=(Need.NOT_SATISFIED,))


def _ends() -> Iterator[Move]:
    done, cause, prevention = Need.TASKS_DONE, Need.CAUSE, Need.PREVENTION
    yield Move(
        start=S.REVISIT,
        to=S.SATISFIED,
        needs=(done, Need.SATISFACTION, cause, prevention, Need.THANKS),
    )
    yield Move(start=S.REVISIT, to=S.UNREACHED, needs=(done, Need.ATTEMPTS, cause, prevention))
    for start in WAY:
        yield Move(start=start, to=S.WITHDRAWN, needs=(done, Need.REASON))
        yield Move(start=start, to=S.UNFOUNDED, who=Who.LEAD, needs=(done, Need.REASON))
        yield Move(start=start, to=S.MERGED, who=Who.PORTAL)
    for end in CLOSED:
        yield Move(start=end, to=S.INVESTIGATION, needs=(Need.REASON,))


TABLE = {(move.start, move.to): move for move in _moves()}


def moves_from(stage: CaseStage) -> list[Move]:
    """Return the moves that a case can make from a stage, in the order of the table."""
    return [move for move in TABLE.values() if move.start == stage]


def next_move(stage: CaseStage, facts: Facts) -> Move | None:
    """Return the usual next move: what the page speaks of as the next step."""
    forward = {
        S.REGISTERED: S.HANDLING,
        S.HANDLING: S.PROPOSAL,
        S.INVESTIGATION: S.PROPOSAL,
        S.PROPOSAL: S.AGREED if facts.approved else S.APPROVAL,
        S.APPROVAL: S.AGREED,
        S.AGREED: S.CARRYING_OUT if facts.tasks else S.REVISIT,
        S.CARRYING_OUT: S.REVISIT,
        S.REVISIT: S.UNREACHED if _is_out_of_reach(facts) else S.SATISFIED,
    }
    return TABLE[stage, forward[stage]] if stage in forward else None


def _is_out_of_reach(facts: Facts) -> bool:
    return facts.attempts >= facts.attempts_needed and facts.outcome == Revisited.NOT_REACHED


def missing(move: Move, facts: Facts) -> list[Need]:
    """Return the facts that a move still lacks, in the order of the table. Source: CMP-3, CMP-9."""
    found = {
        Need.OWNER: facts.owned,
        Need.ASSESSMENT: facts.assessed,
        Need.REMEDY: facts.remedies > 0,
        Need.SUBMITTED: facts.submitted,
        Need.APPROVAL: facts.approved,
        Need.AGREEMENT: facts.agreed,
        Need.TASK: facts.tasks > 0,
        Need.TASKS_DONE: facts.open_tasks == 0,
        Need.NOT_SATISFIED: facts.outcome == Revisited.NOT_SATISFIED,
        Need.SATISFACTION: facts.outcome == Revisited.SATISFIED,
        Need.ATTEMPTS: _is_out_of_reach(facts),
        Need.CAUSE: facts.caused,
        Need.PREVENTION: facts.measures > 0 or not facts.ours,
        Need.THANKS: facts.thanked,
        Need.REASON: facts.reason,
    }
    return [need for need in move.needs if not found[need]]


@dataclass(frozen=True)
class Answer:
    """Why a move is refused, and what it lacks."""

    refusal: Refusal
    missing: tuple[Need, ...] = ()


def why_not_moved(
    start: CaseStage, to: CaseStage, *, facts: Facts, who: frozenset[Who]
) -> Answer | None:
    """Return why a case may not move, None when it may.

    `who` is all that somebody is towards the case. What is not in the table is refused.
    """
    move = TABLE.get((start, to))
    if move is None:
        return Answer(Refusal.NO_SUCH_MOVE)
    if move.who not in who:
        return Answer(Refusal.NOT_YOURS)
    lacking = missing(move, facts)
    return Answer(Refusal.MISSING, tuple(lacking)) if lacking else None
