"""Proposals of a case: write, hand in, decide, and the customer's agreement (CMP-6 to CMP-8)."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.enums import Channel, LinkPurpose, ProposalState
from complaints.forms import remedies as forms
from complaints.models import Complaint, Proposal
from complaints.models.remedies import LIVE
from complaints.queries import remedies as queries
from complaints.services import links, remedies, stages, tasks
from complaints.services.links import About
from complaints.texts import stages as texts
from complaints.views.stages import handled_case
from portal import submissions
from portal.money import Fen, display_yuan
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50
TILE_ROWS = 5


@require_http_methods(["GET", "POST"])
def propose(request: StaffRequest, number: str) -> HttpResponse:
    complaint = handled_case(request, number)
    if request.method == "GET":
        form = forms.ProposalForm(initial={"form_key": submissions.new_key()})
        return _form(request, complaint, form)
    form = forms.ProposalForm(request.POST)
    if not form.is_valid():
        return _form(request, complaint, form, status=422)
    try:
        made = remedies.propose(
            actor=request.person,
            complaint_id=complaint.pk,
            draft=form.draft(),
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except submissions.AlreadySubmitted as error:
        return redirect(error.result or reverse("complaints:case", args=[number]))
    except stages.Refused as refusal:
        form.add_error(None, texts.of_answer(refusal.answer))
    except (remedies.Refused, remedies.NotNow, remedies.ChangedMeanwhile) as error:
        form.add_error(None, _why(error))
    else:
        messages.success(request, _("The proposal is kept. Hand it in when it is complete."))
        return redirect("complaints:proposal", number=number, position=made.position)
    return _form(request, complaint, form, status=422)


def _why(error: Exception) -> str:
    """Return why something was refused."""
    if isinstance(error, remedies.Refused):
        return texts.of_offer(error.reason, room=error.room)
    if isinstance(error, remedies.NotNow):
        return texts.not_now(error.stage)
    return _("Somebody has changed this meanwhile. Please look again.")


def _form(
    request: StaffRequest,
    complaint: Complaint,
    form: forms.ProposalForm,
    *,
    proposal: Proposal | None = None,
    status: int = 200,
    stored: Sequence[tuple[object, str]] = (),
) -> HttpResponse:
    context = {
        "stored": stored,
        "complaint": complaint,
        "form": form,
        "proposal": proposal,
        "refunded": queries.refunded(complaint, besides=proposal.pk if proposal else None),
    }
    return render(request, "complaints/proposals/form.html", context, status=status)


def _found(request: StaffRequest, number: str, position: int) -> Proposal:
    if position > 10**4:
        raise Http404
    rows = queries.with_remedies(Proposal.objects.visible_to(request.scope)).select_related(
        "complaint__store", "complaint__order", "complaint__customer", "complaint__owner",
        "proposed_by", "decided_by", "agreement__recorded_by",
    )  # fmt: skip
    rows = rows.defer("complaint__words")
    return get_object_or_404(rows, complaint__number=number, position=position)


@require_GET
def proposal(request: StaffRequest, number: str, position: int) -> HttpResponse:
    return _page(request, _found(request, number, position), {})


def _page(
    request: StaffRequest, found: Proposal, bound: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    scope, complaint = request.scope, found.complaint
    verdict = None
    waits = found.state == ProposalState.SUBMITTED
    if waits and access.may_decide_proposals(scope, found):
        verdict = remedies.verdict(actor=request.person, proposal=found, now=timezone.now())
    granted = queries.granted_to(complaint, besides=found.pk)
    context = {
        "complaint": complaint,
        "proposal": found,
        "badge": texts.proposal_badge(found.state),
        "offered": getattr(found, "offered", []),
        "granted": granted,
        "together": granted + found.total_fen,
        "refunded": queries.refunded(complaint, besides=found.pk),
        "needs": texts.POSTS.get(found.needs, ""),
        "can_edit": access.can_edit(scope, complaint),
        "is_live": found.state in LIVE,
        "decide_form": forms.DecideForm(initial={"version": found.version})
        if verdict and verdict.refusal is None
        else None,
        "not_yours": texts.of_offer(verdict.refusal) if verdict and verdict.refusal else "",
        "stands_in": bool(verdict and verdict.is_exception),
        "agreement": getattr(found, "agreement", None),
        **bound,
    }
    return render(request, "complaints/proposals/proposal.html", context, status=status)


def _handled(request: StaffRequest, number: str, position: int) -> Proposal:
    found = _found(request, number, position)
    if not access.can_edit(request.scope, found.complaint):
        raise PermissionDenied
    return found


@require_http_methods(["GET", "POST"])
def change(request: StaffRequest, number: str, position: int) -> HttpResponse:
    found = _handled(request, number, position)
    if request.method == "GET":
        form = forms.ProposalForm(initial=forms.initial_of(found))
        return _form(request, found.complaint, form, proposal=found)
    form = forms.ProposalForm(request.POST)
    if not form.is_valid():
        return _form(request, found.complaint, form, proposal=found, status=422)
    try:
        made = remedies.change(
            actor=request.person,
            proposal_id=found.pk,
            draft=form.draft(),
            version=form.cleaned_data["version"] or 0,
            now=timezone.now(),
        )
    except remedies.ChangedMeanwhile:
        return _second(request, form, _handled(request, number, position))
    except (remedies.Refused, remedies.NotNow) as error:
        form.add_error(None, _why(error))
        return _form(request, found.complaint, form, proposal=found, status=422)
    if made.pk == found.pk:
        messages.success(request, _("The proposal is kept. Hand it in when it is complete."))
    else:
        messages.warning(
            request, _("The earlier proposal is void; this one needs to be handed in again.")
        )
    return redirect("complaints:proposal", number=number, position=made.position)


def _second(request: StaffRequest, form: forms.ProposalForm, found: Proposal) -> HttpResponse:
    """Show what somebody else has saved beside what was typed; sending again takes the typed."""
    form.data = {**request.POST.dict(), "version": found.version}
    offers = [
        f"{one.get_kind_display()} ¥{display_yuan(Fen(one.amount_fen))} {one.text}".strip()
        for one in found.remedies.order_by("position")
    ]
    stored = [
        (_("Proposed by"), found.proposed_by.name),
        (_("What we offer"), "; ".join(offers)),
        (form.fields["reason"].label, found.reason),
    ]
    return _form(request, found.complaint, form, proposal=found, status=409, stored=stored)


def _act(
    request: StaffRequest, found: Proposal, act: Callable[[int], object], *, says: str
) -> HttpResponse:
    """Do it with the version that the page showed, say so or why not, and go back."""
    form = forms.VersionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Somebody has changed this meanwhile. Please look again."))
    else:
        try:
            act(form.cleaned_data["version"])
        except (remedies.Refused, remedies.NotNow, remedies.ChangedMeanwhile) as error:
            messages.error(request, _why(error))
        except stages.Refused as refusal:
            messages.error(request, texts.of_answer(refusal.answer))
        else:
            messages.success(request, says)
    return redirect("complaints:proposal", number=found.complaint.number, position=found.position)


@require_POST
def submit(request: StaffRequest, number: str, position: int) -> HttpResponse:
    found = _handled(request, number, position)
    return _act(
        request,
        found,
        lambda version: remedies.submit(
            actor=request.person, proposal_id=found.pk, version=version, now=timezone.now()
        ),
        says=_("The proposal is handed in.")
        if found.total_fen
        else _("It costs nothing and needs no approval; it can be offered."),
    )


@require_POST
def decide(request: StaffRequest, number: str, position: int) -> HttpResponse:
    found = _found(request, number, position)
    if not access.may_decide_proposals(request.scope, found):
        raise PermissionDenied
    form = forms.DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, found, {"decide_form": form}, status=422)
    approve = request.POST.get("answer") == "approve"
    return _act(
        request,
        found,
        lambda version: remedies.decide(
            actor=request.person,
            proposal_id=found.pk,
            version=version,
            approve=approve,
            reason=form.cleaned_data["reason"],
            now=timezone.now(),
        ),
        says=_("The proposal is approved.") if approve else _("The proposal is refused."),
    )


def _approved(request: StaffRequest, number: str) -> Proposal | None:
    """Return the proposal of a case that the customer may agree to."""
    complaint = handled_case(request, number)
    rows = queries.with_remedies(Proposal.objects.filter(complaint=complaint))
    return rows.select_related("complaint").filter(state=ProposalState.APPROVED).first()


@require_http_methods(["GET", "POST"])
def agree(request: StaffRequest, number: str) -> HttpResponse:
    """Record that the customer agrees, as it was said (CMP-8)."""
    found = _approved(request, number)
    if found is None:
        messages.info(request, _("There is no approved proposal to agree to."))
        return redirect("complaints:case", number=number)
    if request.method == "GET":
        now = timezone.localtime()
        form = forms.AgreeForm(
            initial={"version": found.version, "at": now, "channel": Channel.PHONE}
        )
        return _agreement(request, found, form)
    form = forms.AgreeForm(request.POST)
    if not form.is_valid():
        return _agreement(request, found, form, status=422)
    data = form.cleaned_data
    word = remedies.Word(channel=data["channel"], at=data["at"], wording=data["wording"])
    _act(
        request,
        found,
        lambda version: tasks.agree(
            actor=request.person,
            proposal_id=found.pk,
            word=word,
            version=version,
            now=timezone.now(),
        ),
        says=_("The agreement is kept; the departments have their tasks."),
    )
    return redirect("complaints:case", number=number)


def _agreement(
    request: StaffRequest, found: Proposal, form: forms.AgreeForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "complaint": found.complaint,
        "proposal": found,
        "offered": getattr(found, "offered", []),
        "form": form,
        "decline_form": forms.DeclineForm(initial={"version": found.version}, auto_id="decline-%s"),
    }
    return render(request, "complaints/proposals/agree.html", context, status=status)


@require_POST
def decline(request: StaffRequest, number: str) -> HttpResponse:
    found = _approved(request, number)
    form = forms.DeclineForm(request.POST)
    if found is None or not form.is_valid():
        messages.error(request, _("Say what the customer said, in at most 1,000 characters."))
        return redirect("complaints:agree" if found else "complaints:case", number=number)
    _act(
        request,
        found,
        lambda version: remedies.decline(
            actor=request.person,
            proposal_id=found.pk,
            version=version,
            words=form.cleaned_data["words"],
            now=timezone.now(),
        ),
        says=_("It is kept that the customer declined. Propose something else."),
    )
    return redirect("complaints:case", number=number)


@require_POST
def offer_link(request: StaffRequest, number: str) -> HttpResponse:
    """Make a personal link to agree on; it is shown once (CMP-8)."""
    found = _approved(request, number)
    if found is None:
        messages.info(request, _("There is no approved proposal to agree to."))
        return redirect("complaints:case", number=number)
    about = About(purpose=LinkPurpose.AGREE, complaint=found.complaint, proposal=found)
    return show_link(request, about)


def show_link(request: StaffRequest, about: About) -> HttpResponse:
    """Make a link and show it; it is kept nowhere in the open."""
    language = get_language() or "zh-hans"
    token, link = links.make(about, actor=request.person, language=language, now=timezone.now())
    context = {
        "complaint": about.complaint,
        "about": about,
        "link": link,
        "address": request.build_absolute_uri(reverse("complaints:link", args=[token])),
    }
    return render(request, "complaints/stages/link.html", context)


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """Proposals of the cases that one sees: those that wait, all, and those that were granted."""
    request.person.pk  # noqa: B018 -- whoever is no person of the department finds nothing here
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else queries.WAITING
    page = page_of(request.GET)
    start = (page - 1) * PAGE_SIZE
    visible = Proposal.objects.visible_to(request.scope)
    rows = queries.page_of(visible, tab=tab, start=start, size=PAGE_SIZE + 1)
    labels = {
        queries.WAITING: _("to decide"),
        queries.ALL: _("all"),
        queries.GRANTED: _("agreed"),
    }
    context = {
        "rows": [_row(row) for row in rows[:PAGE_SIZE]],
        "tabs": [
            {"label": labels[code], "url": f"?tab={code}", "active": code == tab}
            for code in queries.TABS
        ],
        "previous_url": f"?tab={tab}&page={page - 1}" if page > 1 else "",
        "next_url": f"?tab={tab}&page={page + 1}" if rows[PAGE_SIZE:] else "",
        "saved": queries.saved(visible) if tab == queries.GRANTED else None,
        "now": timezone.now(),
    }
    return render(request, "complaints/proposals/list.html", context)


def _row(row: Proposal) -> dict[str, Any]:
    saved = None
    if row.state == ProposalState.AGREED and row.return_fen is not None:
        saved = Fen(row.return_fen - row.total_fen)
    return {
        "row": row,
        "offered": getattr(row, "offered", []),
        "badge": texts.proposal_badge(row.state),
        "needs": texts.POSTS.get(row.needs, ""),
        "saved": saved,
    }
