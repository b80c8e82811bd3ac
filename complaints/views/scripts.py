"""Scripts of the handbook beside the texts of a case: found, filled, inserted, counted (DAY-4)."""

import re
from contextlib import suppress

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from complaints.queries import scripts as queries
from complaints.views.case_page import found_case
from portal import news
from staff.handbook.enums import VoteKind
from staff.handbook.models import Article
from staff.handbook.services import articles
from staff.people.http import StaffRequest
from staff.people.services import Refused

TARGET = re.compile(r"[A-Za-z][\w-]{0,60}", re.ASCII)
LONGEST = 100


@require_GET
def find(request: StaffRequest, number: str) -> HttpResponse:
    """The scripts that fit, each as it would be inserted."""
    complaint = found_case(request, number)
    target = request.GET.get("target", "")
    if not TARGET.fullmatch(target):
        raise Http404
    values = queries.values_of(complaint, agent=request.person, now=timezone.now())
    text = request.GET.get("script", "").replace("\0", "")[:LONGEST]
    scripts = queries.found(request.scope, complaint, text, values=values)
    context = {"scripts": scripts, "complaint": complaint, "target": target, "text": text}
    return render(request, "complaints/scripts/found.html", context)


@require_POST
def use(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Count that a script was inserted; the browser inserts by itself."""
    found_case(request, number)
    get_object_or_404(Article.objects.visible_to(request.scope), pk=pk)
    # Where it was changed or archived meanwhile, what was inserted stands and nothing is counted.
    with suppress(Refused):
        articles.vote(
            actor=request.person,
            article_id=pk,
            number=news.number(request.POST.get("version", "")) or 0,
            kind=VoteKind.COPIED,
            now=timezone.now(),
        )
    return HttpResponse(status=204)
