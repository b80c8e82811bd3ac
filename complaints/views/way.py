"""The way of a case on its page: where it is, what is missing, who must act, and the moves."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints import access
from complaints.enums import CaseStage
from complaints.models import Complaint
from complaints.policies import stages as policies
from complaints.policies.stages import Facts, Move, Need, Who
from complaints.queries import stages as queries
from complaints.texts import clocks as clock_texts
from complaints.texts import stages as texts
from staff.people.http import StaffRequest
from staff.rulebook.models import Policy


def section(request: StaffRequest, complaint: Complaint, *, policy: Policy) -> dict[str, Any]:
    """Return what the page of a case shows of its way."""
    facts = queries.facts_of(complaint, policy=policy)
    stage = CaseStage(complaint.stage)
    who = access.who_is(request.scope, complaint)
    upcoming = policies.next_move(stage, facts)
    return {
        "stage": texts.badge_of(stage),
        "way": _way(stage),
        "next": _next(complaint, upcoming, facts, who) if upcoming else None,
        "moves": _moves(stage, facts, who, besides=upcoming),
        "handled": bool(facts.tasks or facts.attempts or facts.remedies),
        "acts": _acts(complaint, facts) if Who.HANDLER in who else [],
        "turns": complaint.reopened,
    }


def _way(stage: CaseStage) -> list[dict[str, Any]]:
    """Return the stages of the way; those behind the present one are done."""
    way = [*policies.WAY, CaseStage.SATISFIED]
    here = way.index(stage) if stage in way else -1
    return [
        {
            "label": one.label,
            "is_here": place == here,
            "is_done": place < here or stage == CaseStage.SATISFIED,
        }
        for place, one in enumerate(way)
    ]


def _next(complaint: Complaint, move: Move, facts: Facts, who: frozenset[Who]) -> dict[str, Any]:
    """Return the next step: its name, what is missing, and whether one may make it now."""
    lacking = policies.missing(move, facts)
    by_hand = move.who != Who.PORTAL and move.who in who
    return {
        "to": move.to,
        "label": texts.MOVES[move.to],
        "missing": [_missing(complaint, need, may=Who.HANDLER in who) for need in lacking],
        "ready": by_hand and not lacking,
        "who": _who(complaint, move),
    }


def _missing(complaint: Complaint, need: Need, *, may: bool) -> dict[str, str]:
    page = texts.PAGES.get(need) if may else None
    return {
        "text": str(texts.NEEDS[need]),
        "url": reverse(page, args=[complaint.number]) if page else "",
    }


def _who(complaint: Complaint, move: Move) -> str:
    """Return who must act for the next step."""
    if move.to == CaseStage.AGREED and complaint.stage == CaseStage.APPROVAL:
        return _("whoever approves, then the owner with the customer")
    if complaint.owner is not None and move.who != Who.LEAD:
        return complaint.owner.name
    return str(texts.WHO[Who.LEAD if complaint.owner is None else move.who])


def _moves(
    stage: CaseStage, facts: Facts, who: frozenset[Who], *, besides: Move | None
) -> list[dict[str, Any]]:
    """Return the other moves that somebody may make now; those with a reason ask for it."""
    found = []
    for move in policies.moves_from(stage):
        if move.who not in who or (besides and move.to == besides.to):
            continue
        lacking = [need for need in policies.missing(move, facts) if need != Need.REASON]
        if lacking:
            continue
        label = texts.BACK.get(move.to, texts.MOVES[move.to])
        if move.to not in policies.WAY or policies.WAY.index(move.to) > _place(stage):
            label = texts.MOVES[move.to]
        if stage in policies.ENDED:
            label = texts.REOPEN
        found.append({"to": move.to, "label": label, "reason": Need.REASON in move.needs})
    return found


def _place(stage: CaseStage) -> int:
    return policies.WAY.index(stage) if stage in policies.WAY else len(policies.WAY)


def _acts(complaint: Complaint, facts: Facts) -> list[tuple[str, str, str]]:
    """Return icon, label and page of what one does in the present stage."""
    stage, number = CaseStage(complaint.stage), complaint.number
    if stage in policies.ENDED:
        return []
    found = [("clipboard-check", _("Assess"), "complaints:assess")]
    if stage in (CaseStage.HANDLING, CaseStage.INVESTIGATION, CaseStage.PROPOSAL):
        found.append(("lightbulb", _("Propose a remedy"), "complaints:propose"))
    if facts.approved and not facts.agreed:
        found.append(("hand-thumbs-up", _("Record the agreement"), "complaints:agree"))
    found.append(("truck", _("Task for a department"), "complaints:give_task"))
    if stage == CaseStage.REVISIT:
        found.append(("telephone-forward", _("Revisit"), "complaints:revisit"))
    found.append(("diagram-2", _("Cause and prevention"), "complaints:cause"))
    found.append(("list-check", _("Procedures"), "complaints:procedures"))
    found.append(("union", _("Similar cases"), "complaints:merge"))
    return [(icon, label, reverse(page, args=[number])) for icon, label, page in found]


def steps(complaint: Complaint) -> list[tuple[str, Any, Any, str]]:
    """Return the steps that run by the clock, as the other deadlines are shown."""
    rows = (
        (_("Start the remedy"), complaint.start_by, complaint.started_at, complaint.started_late),
        (_("Revisit"), complaint.revisit_by, complaint.revisited_at, complaint.revisited_late),
    )
    return [
        (name, due_at, met_at, "" if late is None else clock_texts.of_late(late))
        for name, due_at, met_at, late in rows
        if due_at is not None
    ]
