"""What a customer is offered: proposed, handed in, decided (CMP-6, CMP-7)."""

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status
from pydantic import Field

from complaints import access
from complaints.api import parts
from complaints.enums import Opinion, RemedyKind, Side
from complaints.models import Assessment, Complaint, Proposal, Remedy
from complaints.services import remedies as services
from portal import money
from portal.api import versions
from portal.api.door import Bearer
from portal.api.once import IdempotencyKey, once
from portal.api.types import Fen, Given, Number, OneOf, Shown, Words
from portal.api.versions import IfMatch
from portal.enums import ApiScope

router = Router(tags=["proposals"])
READ, WRITE = Bearer(ApiScope.COMPLAINTS), Bearer(ApiScope.COMPLAINTS_WRITE)
Position = Annotated[int, Field(ge=1, le=10_000)]


class RemedyShown(Shown):
    kind: str
    amount_fen: int
    text: str


class ProposalShown(Shown):
    """A proposal with its remedies; `needs` is the post that has to approve it."""

    complaint: str
    position: int
    state: str
    wanted: str
    reason: str
    total_fen: int
    exchange_fen: int
    proposed_by: str
    proposed_at: datetime
    submitted_at: datetime | None
    needs: str
    decided_by: str | None
    decided_at: datetime | None
    decision: str
    remedies: list[RemedyShown]
    version: int


class Proposals(Shown):
    items: list[ProposalShown]


class RemedyGiven(Given):
    kind: Annotated[str, OneOf(RemedyKind)]
    amount_fen: Fen = 0
    text: Annotated[str, Words(300)] = ""


class ProposalGiven(Given):
    """What is offered, and what an exchange would cost (CMP-6)."""

    remedies: Annotated[list[RemedyGiven], Field(min_length=1, max_length=12)]
    reason: Annotated[str, Words(1000, 1)]
    wanted: Annotated[str, OneOf(RemedyKind, blank=True)] = ""
    return_fen: Fen | None = None
    goods_fen: Fen = 0
    freight_out_fen: Fen = 0
    freight_back_fen: Fen = 0
    handling_fen: Fen = 0


class AssessmentShown(Shown):
    """What one thinks of a case before anything is offered (CMP-5)."""

    long_relation: str
    buys_again: str
    reputation: str
    reasonable: str
    fault: str
    fault_percent: int
    findings: str
    by: str
    at: datetime
    version: int


class AssessmentGiven(Given):
    """The assessment of CMP-5; the first one of a case names version 0 in If-Match."""

    long_relation: Annotated[str, OneOf(Opinion)]
    buys_again: Annotated[str, OneOf(Opinion)]
    reputation: Annotated[str, Words(500)] = ""
    reasonable: Annotated[str, OneOf(Opinion)]
    fault: Annotated[str, OneOf(Side)]
    fault_percent: Annotated[int, Field(ge=0, le=100)] = 100
    findings: Annotated[str, Words(5000, 1)]


class DecisionGiven(Given):
    approve: bool
    reason: Annotated[str, Words(500, 1)]


def _rows(request: HttpRequest, number: str) -> Any:  # noqa: ANN401 -- a QuerySet
    case = parts.found_case(request, number)
    ordered = Prefetch("remedies", Remedy.objects.order_by("position"))
    rows = Proposal.objects.visible_to(parts.staff(request).scope).filter(complaint=case)
    rows = rows.select_related("complaint", "proposed_by", "decided_by")
    return rows.defer("complaint__words").prefetch_related(ordered)


def _shown(proposal: Proposal) -> dict[str, Any]:
    names = (
        "position", "state", "wanted", "reason", "total_fen", "exchange_fen", "proposed_at",
        "submitted_at", "needs", "decided_at", "decision", "version",
    )  # fmt: skip
    return {
        **{name: getattr(proposal, name) for name in names},
        "complaint": proposal.complaint.number,
        "proposed_by": proposal.proposed_by.number,
        "decided_by": proposal.decided_by.number if proposal.decided_by else None,
        "remedies": [
            {"kind": one.kind, "amount_fen": one.amount_fen, "text": one.text}
            for one in proposal.remedies.all()
        ],
    }


def _one(request: HttpRequest, number: str, position: int) -> Proposal:
    found: Proposal = get_object_or_404(_rows(request, number), position=position)
    return found


def _answer(request: HttpRequest, number: str, position: int) -> ProposalShown:
    found = _one(request, number, position)
    versions.tell(request, found.version)
    return ProposalShown.model_validate(_shown(found))


@router.get(
    "/complaints/{number}/proposals",
    response=Proposals,
    auth=READ,
    operation_id="list_proposals",
    url_name="proposals",
    summary="What was offered on a complaint",
)
def index(request: HttpRequest, number: Number) -> dict[str, Any]:
    rows = _rows(request, number).order_by("position")[:200]
    return {"items": [_shown(one) for one in rows]}


@router.get(
    "/complaints/{number}/proposals/{position}",
    response=ProposalShown,
    auth=READ,
    operation_id="read_proposal",
    url_name="proposal",
    summary="One proposal",
)
def proposal(request: HttpRequest, number: Number, position: Position) -> ProposalShown:
    return _answer(request, number, position)


def _assessment(request: HttpRequest, case: Complaint) -> AssessmentShown:
    rows = Assessment.objects.filter(complaint=case).select_related("by")
    found = get_object_or_404(rows)
    versions.tell(request, found.version)
    names = set(AssessmentShown.model_fields) - {"by"}
    values = {name: getattr(found, name) for name in names}
    return AssessmentShown.model_validate({**values, "by": found.by.number})


@router.get(
    "/complaints/{number}/assessment",
    response=AssessmentShown,
    auth=READ,
    operation_id="read_assessment",
    url_name="assessment",
    summary="What is thought of a complaint (CMP-5)",
)
def assessment(request: HttpRequest, number: Number) -> AssessmentShown:
    return _assessment(request, parts.found_case(request, number))


@router.put(
    "/complaints/{number}/assessment",
    response=AssessmentShown,
    auth=WRITE,
    operation_id="assess_complaint",
    url_name="assess",
    summary="Assess a complaint before anything is offered (CMP-5)",
)
def assess(
    request: HttpRequest, number: Number, body: AssessmentGiven, tag: IfMatch = ""
) -> AssessmentShown:
    case, version = parts.handled_case(request, number), versions.version_in(tag)
    with parts.refusals(request):
        services.assess(
            actor=parts.actor(request), complaint_id=case.pk, version=version,
            judgement=services.Judgement(**body.model_dump()), now=timezone.now(),
        )  # fmt: skip
    return _assessment(request, case)


def _draft(body: ProposalGiven) -> services.Draft:
    costs = body.model_dump(exclude={"remedies"})
    return services.Draft(
        remedies=[
            services.Remedy(
                kind=RemedyKind(one.kind), amount=money.Fen(one.amount_fen), text=one.text
            )
            for one in body.remedies
        ],
        **costs,
    )


@router.post(
    "/complaints/{number}/proposals",
    response={201: ProposalShown},
    auth=WRITE,
    operation_id="propose",
    url_name="propose",
    summary="Write a proposal; it is handed in by a call of its own",
)
def propose(
    request: HttpRequest, number: Number, body: ProposalGiven, key: IdempotencyKey = ""
) -> Status[Any]:
    case, actor = parts.handled_case(request, number), parts.actor(request)

    def act() -> ProposalShown:
        with parts.refusals(request):
            made = services.propose(
                actor=actor, complaint_id=case.pk, draft=_draft(body), now=timezone.now()
            )
        return _answer(request, number, made.position)

    return once(request, key, act)


@router.put(
    "/complaints/{number}/proposals/{position}",
    response=ProposalShown,
    auth=WRITE,
    operation_id="change_proposal",
    url_name="proposal_change",
    summary="Change a proposal; an approved one becomes void and another begins (CMP-7)",
)
def change(
    request: HttpRequest, number: Number, position: Position, body: ProposalGiven, tag: IfMatch = ""
) -> ProposalShown:
    parts.handled_case(request, number)
    found, version = _one(request, number, position), versions.version_in(tag)
    with parts.refusals(request):
        made = services.change(
            actor=parts.actor(request), proposal_id=found.pk, draft=_draft(body), version=version,
            now=timezone.now(),
        )  # fmt: skip
    return _answer(request, number, made.position)


@router.post(
    "/complaints/{number}/proposals/{position}/submit",
    response=ProposalShown,
    auth=WRITE,
    operation_id="submit_proposal",
    url_name="proposal_submit",
    summary="Hand a proposal in for approval",
)
def submit(
    request: HttpRequest, number: Number, position: Position, tag: IfMatch = ""
) -> ProposalShown:
    parts.handled_case(request, number)
    found, version = _one(request, number, position), versions.version_in(tag)
    with parts.refusals(request):
        services.submit(
            actor=parts.actor(request), proposal_id=found.pk, version=version, now=timezone.now()
        )
    return _answer(request, number, position)


@router.post(
    "/complaints/{number}/proposals/{position}/decision",
    response=ProposalShown,
    auth=WRITE,
    operation_id="decide_proposal",
    url_name="proposal_decide",
    summary="Approve or refuse a proposal, never one's own (CMP-7)",
)
def decide(
    request: HttpRequest, number: Number, position: Position, body: DecisionGiven, tag: IfMatch = ""
) -> ProposalShown:
    found = _one(request, number, position)
    if not access.may_decide_proposals(parts.staff(request).scope, found):
        raise PermissionDenied
    version = versions.version_in(tag)
    with parts.refusals(request):
        services.decide(
            actor=parts.actor(request), proposal_id=found.pk, version=version,
            approve=body.approve, reason=body.reason, now=timezone.now(),
        )  # fmt: skip
    return _answer(request, number, position)
