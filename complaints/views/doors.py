"""Pages of personal links, for people without an account: agree, give a score, do a task.

A link that is unknown, used, void or expired looks the same, and so does everything to a visitor
who has tried too many.
"""

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from complaints.enums import LinkPurpose
from complaints.forms import closing as closing_forms
from complaints.forms import remedies as forms
from complaints.models import CaseTask, PersonalLink, Proposal
from complaints.policies.stages import SCORED
from complaints.services import closing, links, remedies, tasks
from portal import throttle
from portal.http import address_of
from portal.throttle import Limit

MISSES = Limit(name="link", times=30, within=timedelta(minutes=10))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    now, visitor = timezone.now(), address_of(request)
    if throttle.is_over(MISSES, visitor, now=now):
        return _gone(request)
    try:
        found = links.find(token, now=now)
        with translation.override(_language(request, found)):
            return PAGES[LinkPurpose(found.purpose)](request, found)
    except links.Gone:
        throttle.count(MISSES, visitor, now=now)
        return _gone(request)


def _language(request: HttpRequest, found: PersonalLink) -> str:
    """Return the language that the visitor chose, else the one that the link was made in."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return translation.get_language() or found.language if chosen else found.language


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "complaints/doors/gone.html", status=404)


@login_not_required
@never_cache
@require_GET
def thanks(request: HttpRequest) -> HttpResponse:
    """What one reads after having answered; it says nothing of a case."""
    return render(request, "complaints/doors/thanks.html")


def _agree(request: HttpRequest, found: PersonalLink) -> HttpResponse:
    """Agree to what was offered, or say no to it (CMP-8)."""
    proposal = cast("Proposal", found.proposal)
    form = forms.WordsForm(request.POST or None)
    refuses = request.POST.get("answer") == "no"
    if request.method == "POST" and form.is_valid() and (not refuses or form.said()):
        try:
            _answer(found, proposal, form.said(), refuses=refuses)
        except remedies.NotNow:
            raise links.Gone from None
        return redirect("complaints:thanks")
    context = {
        "link": found,
        "proposal": proposal,
        "offered": proposal.remedies.order_by("position"),
        "form": form,
        "missing": refuses and not form.errors,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/doors/agree.html", context, status=status)


def _answer(found: PersonalLink, proposal: Proposal, said: str, *, refuses: bool) -> None:
    now = timezone.now()
    with links.used(found, now=now):
        if refuses:
            remedies.decline(actor=None, proposal_id=proposal.pk, version=None, words=said, now=now)
        else:
            word = remedies.Word(channel="", at=now, wording=said)
            tasks.agree(actor=None, proposal_id=proposal.pk, word=word, now=now)


def _score(request: HttpRequest, found: PersonalLink) -> HttpResponse:
    """Say how satisfied one is, once (CMP-14); not while the case is at work again."""
    if found.complaint.stage not in SCORED:
        raise links.Gone
    form = closing_forms.VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        closing.vote(
            link=found,
            score=form.cleaned_data["score"],
            words=form.cleaned_data["words"],
            now=timezone.now(),
        )
        return redirect("complaints:thanks")
    status = 422 if request.method == "POST" else 200
    context = {"link": found, "form": form}
    return render(request, "complaints/doors/score.html", context, status=status)


def _task(request: HttpRequest, found: PersonalLink) -> HttpResponse:
    """Do a department's task and prove it (CMP-8)."""
    task = cast("CaseTask", found.task)
    form = forms.DoneForm(request.POST or None, needs=task.needs_proof)
    if request.method == "POST" and form.is_valid():
        try:
            with links.used(found, now=timezone.now()):
                tasks.done(
                    actor=None,
                    task_id=task.pk,
                    proof=form.cleaned_data["proof"],
                    result=form.cleaned_data["result"],
                    now=timezone.now(),
                )
        except tasks.NotOpen:
            raise links.Gone from None
        return redirect("complaints:thanks")
    status = 422 if request.method == "POST" else 200
    context = {"link": found, "task": task, "form": form, "now": timezone.now()}
    return render(request, "complaints/doors/task.html", context, status=status)


PAGES = {
    LinkPurpose.AGREE: _agree,
    LinkPurpose.SCORE: _score,
    LinkPurpose.TASK: _task,
}
