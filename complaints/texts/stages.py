"""Sentences of the way of a case: stages, what is missing, why something is refused, notices."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.enums import (
    CaseStage,
    EntryKind,
    LinkPurpose,
    ProcedureKind,
    ProposalState,
    Revisited,
    TaskState,
)
from complaints.models import TimelineEntry
from complaints.policies import approval, merging
from complaints.policies.stages import Answer, Need, Refusal, Who
from complaints.queries.incidents import Alike
from complaints.services import closing, remedies, tasks
from portal import notices
from portal.money import Fen, display_yuan
from staff.people.enums import Post

Badge = dict[str, str]

S = CaseStage
STAGES: Mapping[str, tuple[str, str]] = {
    S.REGISTERED: ("info", "plus-circle"),
    S.HANDLING: ("info", "telephone"),
    S.INVESTIGATION: ("info", "search"),
    S.PROPOSAL: ("info", "lightbulb"),
    S.APPROVAL: ("warning", "person-check"),
    S.AGREED: ("info", "hand-thumbs-up"),
    S.CARRYING_OUT: ("info", "truck"),
    S.REVISIT: ("warning", "telephone-forward"),
    S.SATISFIED: ("success", "emoji-smile"),
    S.UNREACHED: ("neutral", "telephone-x"),
    S.UNFOUNDED: ("neutral", "slash-circle"),
    S.WITHDRAWN: ("neutral", "arrow-return-left"),
    S.MERGED: ("neutral", "union"),
}


def badge_of(stage: str) -> Badge:
    """Return label, tone and icon of a stage."""
    tone, icon = STAGES[stage]
    return {"label": str(CaseStage(stage).label), "tone": tone, "icon": icon}


PROPOSALS: Mapping[str, tuple[str, str]] = {
    ProposalState.DRAFT: ("neutral", "pencil"),
    ProposalState.SUBMITTED: ("warning", "hourglass-split"),
    ProposalState.APPROVED: ("success", "check2"),
    ProposalState.AGREED: ("success", "hand-thumbs-up"),
    ProposalState.REFUSED: ("danger", "x-lg"),
    ProposalState.DECLINED: ("warning", "hand-thumbs-down"),
    ProposalState.VOID: ("neutral", "slash-circle"),
}


def proposal_badge(state: str) -> Badge:
    tone, icon = PROPOSALS[state]
    return {"label": str(ProposalState(state).label), "tone": tone, "icon": icon}


TASKS: Mapping[str, tuple[str, str]] = {
    TaskState.OPEN: ("warning", "hourglass-split"),
    TaskState.DONE: ("success", "check2"),
    TaskState.CANCELLED: ("neutral", "slash-circle"),
}


def task_badge(state: str) -> Badge:
    tone, icon = TASKS[state]
    return {"label": str(TaskState(state).label), "tone": tone, "icon": icon}


MOVES: Mapping[str, Promise] = {
    S.HANDLING: gettext_lazy("Begin with the case"),
    S.INVESTIGATION: gettext_lazy("Investigate"),
    S.PROPOSAL: gettext_lazy("Go on to the proposal"),
    S.APPROVAL: gettext_lazy("Ask for approval"),
    S.AGREED: gettext_lazy("The customer agrees"),
    S.CARRYING_OUT: gettext_lazy("It is being carried out"),
    S.REVISIT: gettext_lazy("Go on to the revisit"),
    S.SATISFIED: gettext_lazy("Close as satisfied"),
    S.UNREACHED: gettext_lazy("Close, the customer was not reached"),
    S.UNFOUNDED: gettext_lazy("Close as unfounded"),
    S.WITHDRAWN: gettext_lazy("Close as withdrawn"),
}
BACK: Mapping[str, Promise] = {
    S.INVESTIGATION: gettext_lazy("Back to the investigation"),
    S.PROPOSAL: gettext_lazy("Back to the proposal"),
}
REOPEN = gettext_lazy("Reopen the case")

NEEDS: Mapping[Need, Promise] = {
    Need.OWNER: gettext_lazy("The case needs an owner."),
    Need.ASSESSMENT: gettext_lazy("The case is not assessed yet."),
    Need.REMEDY: gettext_lazy("Nothing is proposed yet."),
    Need.SUBMITTED: gettext_lazy("The proposal is not handed in yet."),
    Need.APPROVAL: gettext_lazy("The proposal is not approved."),
    Need.AGREEMENT: gettext_lazy("The customer has not agreed."),
    Need.TASK: gettext_lazy("No department has a task yet."),
    Need.TASKS_DONE: gettext_lazy("A department's task is still open."),
    Need.NOT_SATISFIED: gettext_lazy("The customer did not say that they are not satisfied."),
    Need.SATISFACTION: gettext_lazy("The customer has not said that they are satisfied."),
    Need.ATTEMPTS: gettext_lazy("Not enough attempts to reach the customer are recorded."),
    Need.CAUSE: gettext_lazy("The root cause is missing."),
    Need.PREVENTION: gettext_lazy("The cause is ours, so a preventive measure is missing."),
    Need.THANKS: gettext_lazy("The customer was not thanked."),
    Need.REASON: gettext_lazy("A reason is missing."),
}
PAGES: Mapping[Need, str] = {
    Need.OWNER: "complaints:set_owner",
    Need.ASSESSMENT: "complaints:assess",
    Need.REMEDY: "complaints:propose",
    Need.AGREEMENT: "complaints:agree",
    Need.TASK: "complaints:give_task",
    Need.SATISFACTION: "complaints:revisit",
    Need.ATTEMPTS: "complaints:revisit",
    Need.THANKS: "complaints:revisit",
    Need.CAUSE: "complaints:cause",
    Need.PREVENTION: "complaints:cause",
}
"""Where one does what is missing."""

WHO: Mapping[Who, Promise] = {
    Who.HANDLER: gettext_lazy("the owner of the case"),
    Who.LEAD: gettext_lazy("a lead of the store"),
    Who.PORTAL: gettext_lazy("the portal, when it is done"),
}


def of_answer(answer: Answer) -> str:
    """Return why a move is refused."""
    if answer.refusal == Refusal.NO_SUCH_MOVE:
        return _("From its present stage the case cannot go there.")
    if answer.refusal == Refusal.NOT_YOURS:
        return _("This step is not yours to make.")
    return " ".join(str(NEEDS[need]) for need in answer.missing)


OFFERS: Mapping[approval.Refusal, Promise] = {
    approval.Refusal.NOTHING: gettext_lazy("Choose at least one remedy."),
    approval.Refusal.NO_AMOUNT: gettext_lazy(
        "A refund, a price difference or a coupon needs an amount above zero."
    ),
    approval.Refusal.OVER_EXCHANGE: gettext_lazy(
        "A partial refund may not cost more than an exchange would. For this order at most "
        "%(room)s yuan are left (CMP-6)."
    ),
    approval.Refusal.OWN: gettext_lazy("Nobody decides on their own proposal (CMP-7)."),
    approval.Refusal.ABOVE_POST: gettext_lazy("This amount is decided by somebody above."),
    approval.Refusal.SUPERVISOR_IS_HERE: gettext_lazy(
        "The supervisor decides on this amount; the deputy only while no supervisor is there."
    ),
    approval.Refusal.ANOTHER_SUPERVISOR: gettext_lazy(
        "Another supervisor decides on a supervisor's own proposal."
    ),
}


def of_offer(refusal: approval.Refusal, *, room: Fen | None = None) -> str:
    """Return why a proposal is refused; `room` is what may still be refunded, in fen."""
    return str(OFFERS[refusal]) % {"room": display_yuan(room or Fen(0))}


POSTS: Mapping[str, Promise | str] = dict(Post.choices)


def not_now(stage: str) -> str:
    """Return why something cannot be done in the present stage of a case."""
    return _("The case is in the stage “%(stage)s”; that does not fit there.") % {
        "stage": CaseStage(stage).label
    }


MERGES: Mapping[merging.Refusal, Promise] = {
    merging.Refusal.SAME: gettext_lazy("This is the same case."),
    merging.Refusal.ENDED: gettext_lazy("A case that is closed is not merged."),
    merging.Refusal.TARGET_MERGED: gettext_lazy("That case was merged into another itself."),
    merging.Refusal.TARGET_CLOSED: gettext_lazy("That case is closed. Reopen it first."),
}


def why_alike(one: Alike) -> list[str]:
    """Return what two cases have in common."""
    found = (
        (one.same_order, _("same order")),
        (one.same_customer, _("same customer")),
        (one.same_batch, _("same batch")),
        (one.same_product and not one.same_batch, _("same product")),
    )
    return [text for holds, text in found if holds]


ICONS: Mapping[str, tuple[str, str]] = {
    EntryKind.MERGED: ("union", "info"),
    EntryKind.PROCEDURE: ("list-check", "info"),
    EntryKind.STEP: ("check2-square", "neutral"),
    EntryKind.PROCEDURE_END: ("check2-all", "success"),
    EntryKind.INCIDENT: ("collection", "info"),
    EntryKind.MOVED: ("signpost", "info"),
    EntryKind.ASSESSED: ("clipboard-check", "neutral"),
    EntryKind.PROPOSED: ("lightbulb", "info"),
    EntryKind.DECIDED: ("person-check", "info"),
    EntryKind.VOIDED: ("slash-circle", "warning"),
    EntryKind.AGREED: ("hand-thumbs-up", "success"),
    EntryKind.TASK: ("truck", "info"),
    EntryKind.TASK_DONE: ("check2-square", "success"),
    EntryKind.TASK_OFF: ("x-square", "neutral"),
    EntryKind.REVISITED: ("telephone-forward", "info"),
    EntryKind.CAUSE: ("diagram-2", "neutral"),
    EntryKind.MEASURE: ("shield-check", "neutral"),
    EntryKind.LINK: ("link-45deg", "neutral"),
}
PLAIN: Mapping[str, Promise] = {
    EntryKind.ASSESSED: gettext_lazy("Assessed"),
    EntryKind.VOIDED: gettext_lazy("A proposal became void"),
    EntryKind.AGREED: gettext_lazy("The customer agreed to the proposal"),
    EntryKind.TASK: gettext_lazy("Task for a department"),
    EntryKind.TASK_DONE: gettext_lazy("A department did its task"),
    EntryKind.TASK_OFF: gettext_lazy("A department's task was cancelled"),
    EntryKind.CAUSE: gettext_lazy("Root cause noted"),
    EntryKind.MEASURE: gettext_lazy("Preventive measure decided"),
}
LINKS: Mapping[str, Promise] = {
    LinkPurpose.AGREE: gettext_lazy("Link made for the customer to agree"),
    LinkPurpose.SCORE: gettext_lazy("Link made for the customer to give a score"),
    LinkPurpose.TASK: gettext_lazy("Link made for a department"),
}


def line(entry: TimelineEntry) -> str:
    """Return the line of a timeline about the way of a case."""
    told = TOLD.get(entry.kind)
    return told(entry.params) if told else str(PLAIN[entry.kind])


def _moved(params: Mapping[str, Any]) -> str:
    return _("%(before)s → %(after)s") % {
        "before": CaseStage(params["from"]).label,
        "after": CaseStage(params["to"]).label,
    }


def _revisited(params: Mapping[str, Any]) -> str:
    outcome = Revisited(params["outcome"]).label
    if not params.get("score"):
        return _("Revisit: %(outcome)s") % {"outcome": outcome}
    return _("Revisit: %(outcome)s, score %(score)s of 5") % {
        "outcome": outcome,
        "score": params["score"],
    }


TOLD: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    EntryKind.MOVED: _moved,
    EntryKind.REVISITED: _revisited,
    EntryKind.PROPOSED: lambda params: (
        _("Proposal over %(amount)s yuan") % {"amount": display_yuan(Fen(params["fen"]))}
    ),
    EntryKind.DECIDED: lambda params: (
        _("Proposal: %(state)s") % {"state": ProposalState(params["state"]).label}
    ),
    EntryKind.PROCEDURE: lambda params: (
        _("Procedure begun: %(kind)s") % {"kind": ProcedureKind(params["procedure"]).label}
    ),
    EntryKind.STEP: lambda params: (
        _("Step of a procedure done: %(kind)s") % {"kind": ProcedureKind(params["procedure"]).label}
    ),
    EntryKind.PROCEDURE_END: lambda params: (
        _("Procedure ended: %(kind)s") % {"kind": ProcedureKind(params["procedure"]).label}
    ),
    EntryKind.MERGED: lambda params: _("Case %(case)s merged into this one") % params,
    EntryKind.INCIDENT: lambda params: (
        _("Put under the incident %(incident)s") % params
        if params.get("incident")
        else _("Taken out of its incident")
    ),
    EntryKind.LINK: lambda params: str(LINKS[params["purpose"]]),
}


def _case(params: Mapping[str, Any]) -> str:
    return reverse("complaints:case", args=[params["case"]])


def _proposal(params: Mapping[str, Any]) -> str:
    """Give the page with the buttons and the reason; older notices name the case alone."""
    if "position" not in params:
        return _case(params)
    return reverse("complaints:proposal", args=[params["case"], params["position"]])


def _decided(params: Mapping[str, Any]) -> str:
    if params["state"] == ProposalState.APPROVED:
        return _("The proposal on %(case)s is approved.") % params
    return _("The proposal on %(case)s is refused.") % params


def _reopened(params: Mapping[str, Any]) -> str:
    if params.get("score"):
        return _("The customer of %(case)s gave %(score)s of 5; the case is open again.") % params
    return _("The customer of %(case)s is not satisfied; the case is open again.") % params


KINDS: Sequence[notices.Kind] = (
    notices.Kind(
        code=remedies.WAITS,
        icon="person-check",
        label=gettext_lazy("Proposal waits for your decision"),
        text=lambda params: _("A proposal on %(case)s waits for your decision.") % params,
        url=_proposal,
    ),
    notices.Kind(
        code=remedies.DECIDED,
        icon="lightbulb",
        label=gettext_lazy("Proposal decided"),
        text=_decided,
        url=_proposal,
    ),
    notices.Kind(
        code=tasks.DONE,
        icon="check2-square",
        label=gettext_lazy("Department has done its task"),
        text=lambda params: _("A department has done its task for %(case)s.") % params,
        url=_case,
    ),
    notices.Kind(
        code=closing.REOPENED,
        icon="arrow-counterclockwise",
        label=gettext_lazy("Customer is not satisfied"),
        text=_reopened,
        url=_case,
    ),
    notices.Kind(
        code=closing.MEASURE,
        icon="shield-check",
        label=gettext_lazy("Preventive measure given to you"),
        text=lambda params: _("You see to a preventive measure after %(case)s.") % params,
        url=lambda _params: reverse("complaints:measures"),
    ),
)

VERBS = {
    "complaint.moved": gettext_lazy("Stage of a complaint changed"),
    "complaint.assessed": gettext_lazy("Complaint assessed"),
    "complaint.link": gettext_lazy("Personal link made"),
    "complaint.revisited": gettext_lazy("Customer revisited"),
    "complaint.cause": gettext_lazy("Root cause noted"),
    "proposal.made": gettext_lazy("Remedy proposed"),
    "proposal.void": gettext_lazy("Proposal made void"),
    "proposal.submitted": gettext_lazy("Proposal handed in"),
    "proposal.approved": gettext_lazy("Proposal approved"),
    "proposal.refused": gettext_lazy("Proposal refused"),
    "proposal.agreed": gettext_lazy("Customer agreed"),
    "proposal.declined": gettext_lazy("Customer declined"),
    "task.given": gettext_lazy("Task given to a department"),
    "task.done": gettext_lazy("Task of a department done"),
    "task.cancelled": gettext_lazy("Task of a department cancelled"),
    "measure.made": gettext_lazy("Preventive measure decided"),
    "complaint.merged": gettext_lazy("Complaint merged into another"),
    "incident.opened": gettext_lazy("Incident opened"),
    "incident.changed": gettext_lazy("Incident changed"),
    "incident.told": gettext_lazy("Customers of an incident told"),
    "incident.closed": gettext_lazy("Incident closed"),
    "incident.reopened": gettext_lazy("Incident taken up again"),
    "measure.done": gettext_lazy("Preventive measure done"),
}
