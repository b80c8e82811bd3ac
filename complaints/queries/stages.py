"""What is known of a case for its next move, in the query that fetches the case (CMP-3)."""

from typing import Any, TypedDict, cast

from django.db.models import Case as DbCase
from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce

from complaints.enums import ProposalState, Revisited, TaskState
from complaints.models import (
    Assessment,
    CaseTask,
    Complaint,
    PreventiveMeasure,
    Proposal,
    Remedy,
    Revisit,
    RootCause,
)
from complaints.models.remedies import FIXED
from complaints.policies.stages import Facts
from complaints.querysets import ComplaintQuerySet
from staff.rulebook.models import Policy


class Known(TypedDict):
    """The annotations that `with_facts` adds."""

    fact_assessed: bool
    fact_state: str | None
    fact_remedies: int
    fact_tasks: int
    fact_open_tasks: int
    fact_attempts: int
    fact_outcome: str | None
    fact_thanked: bool | None
    fact_side: str | None
    fact_measures: int


def _number(rows: "QuerySet[Any]") -> Coalesce:
    counted = rows.order_by().values("complaint").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def with_facts(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    """Add what `facts_of` reads; attempts and outcome count since the case was reopened."""
    last = Proposal.objects.filter(complaint=OuterRef("pk")).order_by("-position")
    remedies = (
        Remedy.objects.filter(proposal__complaint=OuterRef("pk"))
        .exclude(proposal__state__in=(ProposalState.VOID, ProposalState.REFUSED))
        .order_by()
        .values("proposal__complaint")
        .annotate(n=Count("pk"))
        .values("n")
    )
    tasks = CaseTask.objects.filter(complaint=OuterRef("pk"))
    attempts = Revisit.objects.filter(complaint=OuterRef("pk"), turn=OuterRef("reopened"))
    latest = attempts.order_by("-at", "-pk")
    measures = PreventiveMeasure.objects.filter(complaint=OuterRef("pk"))
    return cases.annotate(
        fact_assessed=Exists(Assessment.objects.filter(complaint=OuterRef("pk"))),
        fact_state=Subquery(last.values("state")[:1]),
        fact_remedies=Coalesce(Subquery(remedies), 0, output_field=IntegerField()),
        fact_tasks=_number(tasks.exclude(state=TaskState.CANCELLED)),
        fact_open_tasks=_number(tasks.filter(state=TaskState.OPEN)),
        fact_attempts=_number(attempts),
        fact_outcome=Subquery(latest.values("outcome")[:1]),
        fact_thanked=Subquery(latest.values("thanked")[:1]),
        fact_side=Coalesce(
            Subquery(RootCause.objects.filter(complaint=OuterRef("pk")).values("kind__side")[:1]),
            F("incident__cause__side"),
            output_field=CharField(),
        ),
        fact_measures=_number(measures)
        + DbCase(When(incident__measure__gt="", then=1), default=0, output_field=IntegerField()),
    )


def facts_of(complaint: Complaint, *, policy: Policy, reason: bool = False) -> Facts:
    """Return what is known of a case that `with_facts` has fetched."""
    known = cast("Known", vars(complaint))
    state = known["fact_state"]
    return Facts(
        owned=complaint.owner_id is not None,
        assessed=known["fact_assessed"],
        remedies=known["fact_remedies"],
        submitted=state in (ProposalState.SUBMITTED, ProposalState.APPROVED),
        approved=state in FIXED,
        agreed=state == ProposalState.AGREED,
        tasks=known["fact_tasks"],
        open_tasks=known["fact_open_tasks"],
        attempts=known["fact_attempts"],
        attempts_needed=policy.revisit_attempts,
        outcome=Revisited(known["fact_outcome"]) if known["fact_outcome"] else None,
        thanked=bool(known["fact_thanked"]),
        caused=known["fact_side"] is not None,
        ours=known["fact_side"] in OURS,
        measures=known["fact_measures"],
        reason=reason,
    )


OURS = ("OURS", "WAREHOUSE")


def known_of(complaint: Complaint, *, policy: Policy, reason: bool = False) -> Facts:
    """Return what is known of a case by now, asked anew."""
    rows = with_facts(Complaint.objects.filter(pk=complaint.pk)).defer("words")
    return facts_of(rows.get(), policy=policy, reason=reason)
