"""A person's page of record: what the room knows of somebody, section by section.

A section is a function of person and scope in SECTIONS; a part that comes later adds its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from staff.incentives import access
from staff.incentives.enums import Aim, Measure, TargetState
from staff.incentives.models import Praise, QualityAudit, Target
from staff.incentives.policies.quality import mean_bp
from staff.incentives.queries import quality, targets
from staff.incentives.queries import recognition as queries
from staff.incentives.texts import quality as quality_texts
from staff.incentives.texts import recognition as texts
from staff.incentives.texts import targets as target_texts
from staff.incentives.views import parts
from staff.incentives.views.audits import chart_points
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.http import StaffRequest
from staff.people.models import Person, Posting

SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the page: a template, what it shows, and, where it has one, the figure above."""

    code: str
    title: str
    icon: str
    template: str
    figure: str = ""
    unit: str = ""
    rows: list[Any] = field(default_factory=list)
    more_url: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    is_wide: bool = False


def _posts(someone: Person, _scope: Scope) -> Section:
    rows = queries.postings_of(someone)
    return Section(
        code="posts",
        title=_("Posts and teams"),
        icon="diagram-3",
        template="staff/incentives/_record_posts.html",
        rows=[(row, Post(row.post).label) for row in rows],
    )


def _praise(someone: Person, scope: Scope) -> Section:
    found = Praise.objects.visible_to(scope).standing().of(someone.pk)
    rows = found.select_related("team", "given_by").order_by("-pk")
    return Section(
        code="praise",
        title=_("Praise"),
        icon="trophy",
        template="staff/incentives/_record_praise.html",
        figure=str(found.count()),
        rows=[(row, texts.praise_badge(row.kind)) for row in rows[:SHOWN]],
        more_url=f"{reverse('staff:wall')}?q={someone.number}",
    )


def _demerits(someone: Person, scope: Scope) -> Section:
    found = queries.demerits(scope, {}, (None, None)).filter(person=someone)
    rows = found.order_by("-day", "-pk")[:SHOWN]
    return Section(
        code="demerits",
        title=_("Demerits"),
        icon="exclamation-diamond",
        template="staff/incentives/_record_demerits.html",
        figure=str(found.standing().count()),
        rows=[(row, texts.standing_badge(withdrawn=row.withdrawn_at is not None)) for row in rows],
        more_url=f"{reverse('staff:demerits')}?q={someone.number}",
    )


def _coaching(someone: Person, scope: Scope) -> Section:
    found = queries.coaching(scope, {}, (None, None)).filter(person=someone)
    rows = found.order_by("-held_on", "-pk")[:SHOWN]
    return Section(
        code="coaching",
        title=_("Coaching"),
        icon="chat-left-text",
        template="staff/incentives/_record_coaching.html",
        figure=str(found.open().count()),
        unit=_("still open"),
        rows=[(row, texts.coaching_badge(row, today=scope.today)) for row in rows],
        more_url=f"{reverse('staff:coaching_list')}?q={someone.number}",
    )


def _audits(someone: Person, scope: Scope) -> Section:
    months = quality.trend(scope, someone.pk, today=scope.today)
    found = QualityAudit.objects.visible_to(scope).filter(person=someone)
    rows = found.select_related("auditor", "version__scorecard").order_by("-pk")[:SHOWN]
    means = [month.mean_bp for month in months if month.mean_bp is not None]
    return Section(
        code="audits",
        title=_("Quality audits"),
        icon="clipboard-check",
        template="staff/incentives/_record_audits.html",
        figure=quality_texts.score(mean_bp(means[-1:])),
        unit=_("of 100") if means else "",
        rows=[(row, quality_texts.score_badge(row.total_bp)) for row in rows],
        more_url=reverse("staff:quality_trend", args=[someone.number]),
        extra={"points": chart_points(months)},
        is_wide=True,
    )


def _targets(someone: Person, scope: Scope) -> Section:
    """Targets of the person and of the present post, with the own figure; without amounts."""
    posting = Posting.objects.on(scope.today).filter(person=someone).first()
    whose = Q(person=someone) | Q(results__person=someone)
    if posting:
        whose |= Q(post=posting.post, state=TargetState.RUNNING)
    found = Target.objects.visible_to(scope).exclude(state=TargetState.WITHDRAWN).filter(whose)
    rows = targets.page_of(found.distinct(), start=0, size=SHOWN)
    people = {row.pk: [someone.pk] for row in rows if row.aim == Aim.POST}
    standings = targets.standings(rows, people=people, now=timezone.now())
    shown = [(row, standings.get((row.pk, someone.pk), targets.NOTHING)) for row in rows]
    return Section(
        code="targets",
        title=_("Targets"),
        icon="bullseye",
        template="staff/incentives/_record_targets.html",
        rows=[_target(row, standing) for row, standing in shown],
    )


def _target(row: Target, standing: targets.Standing) -> dict[str, Any]:
    measure = Measure(row.measure)
    return {
        "target": row,
        "goal": target_texts.goal_of(row),
        "value": target_texts.value_of(standing.figure.value, measure) if standing.figure else "",
        "badge": target_texts.reached_badge(
            reached=standing.reached,
            frozen=row.state == TargetState.FROZEN,
            bound=row.bound,
        ),
    }


SECTIONS: list[Callable[[Person, Scope], Section]] = [
    _posts,
    _praise,
    _demerits,
    _coaching,
    _audits,
    _targets,
]


@require_GET
def own(request: StaffRequest) -> HttpResponse:
    return _page(request, request.person)


@require_GET
def person(request: StaffRequest, number: str) -> HttpResponse:
    """The record of somebody below; whoever is not in the chain finds nothing."""
    someone = get_object_or_404(Person.objects.visible_to(request.scope), number=number)
    if not access.sees_record(request.scope, someone.pk):
        raise Http404
    return _page(request, someone)


def _page(request: StaffRequest, someone: Person) -> HttpResponse:
    is_own = someone.pk == request.scope.person_id
    context = {
        "someone": someone,
        "is_own": is_own,
        "can_record": access.can_record(request.scope, someone.pk),
        "can_praise": access.can_praise(request.scope) and not is_own,
        "sections": [section(someone, request.scope) for section in SECTIONS],
        "today": request.scope.today,
        "now": timezone.now(),
        **parts.tabs(request.scope, "record" if is_own else ""),
    }
    return render(request, "staff/incentives/record.html", context)
