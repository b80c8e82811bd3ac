"""The wall of praise: give, react, withdraw, and the certificate to print."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions
from staff.incentives import access
from staff.incentives.enums import ReactionKind
from staff.incentives.filters.recognition import WallFilter
from staff.incentives.forms import recognition as forms
from staff.incentives.models import Praise
from staff.incentives.queries import recognition as queries
from staff.incentives.services import recognition as services
from staff.incentives.texts import recognition as texts
from staff.incentives.views import parts
from staff.people.enums import Post
from staff.people.http import StaffRequest
from staff.people.models import Posting
from staff.people.services import Refused

PAGE = "praise"
TILE_ROWS = 3
LONG, VERY_LONG = 150, 350  # characters from which a certificate is set smaller
LINE = 40  # characters that a line of its own takes the room of
MOST_LINES = 10
NAME_LINE = 16


def _rows(request: StaffRequest, praise: list[Praise]) -> list[dict[str, Any]]:
    found = queries.reactions([row.pk for row in praise], person_id=request.scope.person_id or 0)
    return [
        {
            "praise": row,
            "badge": texts.praise_badge(row.kind),
            "reactions": _shown(found[row.pk]),
        }
        for row in praise
    ]


def _shown(reacted: list[queries.Reacted]) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind.value,
            "label": one.kind.label,
            "icon": texts.REACTION_ICONS[one.kind],
            "count": one.count,
            "mine": one.mine,
        }
        for one in reacted
    ]


@require_GET
def wall(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = WallFilter(request.GET, teams=queries.team_choices())
    found = queries.wall(request.scope, form.wanted)
    page = queries.page_of(found, request.GET)
    context = {
        "form": form,
        "rows": _rows(request, page.rows),
        "count": found.count(),
        "previous_url": f"?{form.query(before=page.before)}" if page.before else "",
        "next_url": f"?{form.query(after=page.after)}" if page.after else "",
        "can_praise": access.can_praise(request.scope),
        "now": timezone.now(),
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs(request.scope, "wall"),
    }
    template = "staff/incentives/wall.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@require_http_methods(["GET", "POST"])
def give(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    if not access.can_praise(request.scope):
        raise PermissionDenied
    people, teams = queries.praisable(request.scope), queries.team_choices()
    if request.method == "GET":
        person = parts.chosen_person(request, people)
        initial = {"form_key": submissions.new_key(), "to": f"p{person}" if person else ""}
        return _give_page(request, forms.PraiseForm(people=people, teams=teams, initial=initial))
    form = forms.PraiseForm(request.POST, people=people, teams=teams)
    if not form.is_valid():
        return _give_page(request, form, status=422)
    try:
        given = services.praise(
            actor=request.person,
            words=form.words(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This praise stands on the wall already."))
        return redirect(sent.result or "staff:wall")
    except Refused as refused:
        form.add_error("to", texts.sentence(refused))
        return _give_page(request, form, status=422)
    messages.success(request, _("The praise stands on the wall. Who is praised has been told."))
    return redirect("staff:praise", pk=given.pk)


def _give_page(request: StaffRequest, form: forms.PraiseForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Praise somebody"),
        "send": _("Put it on the wall"),
        "icon": "trophy",
        "back": ("staff:wall", _("Wall of praise")),
        "draft": "praise",
    }
    return render(request, "staff/incentives/form.html", context, status=status)


def _found(request: StaffRequest, pk: int) -> Praise:
    rows = Praise.objects.visible_to(request.scope).select_related(
        "person", "team", "given_by", "withdrawn_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), forms.WithdrawForm())


def _page(
    request: StaffRequest, praise: Praise, form: forms.WithdrawForm, *, status: int = 200
) -> HttpResponse:
    can_withdraw = access.can_withdraw_praise(request.scope, praise)
    is_gone = praise.withdrawn_at is not None
    context = {
        "row": _rows(request, [praise])[0],
        "praise": praise,
        "receivers": praise.receivers.select_related("person").order_by("person__number"),
        "form": form if can_withdraw and not is_gone else None,
        "is_gone": is_gone,
        "now": timezone.now(),
    }
    return render(request, "staff/incentives/praise.html", context, status=status)


@require_POST
def react(request: StaffRequest, pk: int) -> HttpResponse:
    """Set or clear one's own reaction; the form says which, so that twice is once."""
    praise = get_object_or_404(Praise.objects.visible_to(request.scope).standing(), pk=pk)
    form = forms.ReactForm(request.POST)
    if form.is_valid():
        try:
            services.react(
                actor=request.person,
                praise_id=pk,
                kind=ReactionKind(form.cleaned_data["kind"]),
                on=form.cleaned_data["on"] == "1",
                now=timezone.now(),
            )
        except Refused as refused:
            messages.warning(request, texts.sentence(refused))
    if request.htmx:
        return render(request, "staff/incentives/_reactions.html", _rows(request, [praise])[0])
    return redirect(f"{reverse('staff:wall')}#praise-{pk}")


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    praise = _found(request, pk)
    if not access.can_withdraw_praise(request.scope, praise):
        raise PermissionDenied
    form = forms.WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, praise, form, status=422)
    try:
        services.withdraw_praise(
            actor=request.person, praise_id=pk, why=form.cleaned_data["why"], now=timezone.now()
        )
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("The praise is withdrawn from the wall."))
    return redirect("staff:praise", pk=pk)


@require_GET
def certificate(request: StaffRequest, pk: int) -> HttpResponse:
    """One A4 page to print, in the language of whoever looks."""
    praise = get_object_or_404(
        Praise.objects.visible_to(request.scope)
        .standing()
        .select_related("person", "team", "given_by"),
        pk=pk,
    )
    day = timezone.localdate(praise.given_at)
    posting = Posting.objects.on(day).filter(person=praise.given_by).first()
    lines = [line for line in praise.text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        lines = [" ".join(lines)]
    length = sum(max(len(line), LINE if len(lines) > 1 else 0) for line in lines)
    name = praise.team.name if praise.team else praise.person.name if praise.person else ""
    length += LINE * (len(name) // NAME_LINE)
    context = {
        "praise": praise,
        "lines": lines,
        "day": day,
        "number": f"{day:%Y}-{praise.pk:05d}",
        "kind": texts.praise_badge(praise.kind),
        "giver_post": Post(posting.post).label if posting else "",
        "size": "very-long" if length > VERY_LONG else "long" if length > LONG else "",
    }
    return render(request, "staff/incentives/certificate.html", context)
