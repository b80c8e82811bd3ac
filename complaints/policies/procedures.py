"""Checklists of lost parcels, missing items and disputes, and in which order they go (CMP-11, -12).

A step needs those that it names: the customer is helped before the courier is asked to pay, the
warehouse is checked before anything is said about missing items, and a dispute is answered with its
evidence.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from complaints.enums import ProcedureKind


@dataclass(frozen=True)
class Step:
    """One line of a checklist, and the steps that come before it."""

    code: str
    needs: tuple[str, ...] = ()


CHECKLISTS: Mapping[ProcedureKind, tuple[Step, ...]] = {
    ProcedureKind.LOST: (
        Step("lost_confirmed"),
        Step("customer_helped", ("lost_confirmed",)),
        Step("claim_filed", ("lost_confirmed", "customer_helped")),
        Step("claim_settled", ("claim_filed",)),
    ),
    ProcedureKind.MISSING: (
        Step("warehouse_checked"),
        Step("weight_compared"),
        Step("customer_helped", ("warehouse_checked",)),
        Step("liability_proposed", ("warehouse_checked",)),
    ),
    ProcedureKind.DISPUTE: (
        Step("purchase_proof"),
        Step("brand_authorisation"),
        Step("chat_log"),
        Step("statement"),
        Step("evidence_submitted", ("purchase_proof", "brand_authorisation", "chat_log")),
        Step("platform_decided", ("evidence_submitted",)),
    ),
}
NEEDS_DEADLINE = frozenset({ProcedureKind.DISPUTE})
"""Whose deadline is the platform's, so that somebody has to say it."""


def step_of(kind: ProcedureKind, code: str) -> Step | None:
    return next((step for step in CHECKLISTS[kind] if step.code == code), None)


def lacking(kind: ProcedureKind, code: str, *, done: Collection[str]) -> list[str]:
    """Return the steps that have to be done before this one, in the order of the checklist."""
    step = step_of(kind, code)
    return [need for need in step.needs if need not in done] if step else []
