"""Targets: the list with progress, the page of one with its rows, and their forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import submissions
from staff.incentives import access
from staff.incentives.enums import Aim, Bound, Measure, TargetState
from staff.incentives.forms import targets as forms
from staff.incentives.models import Target
from staff.incentives.policies.targets import MeasuredValue, share_done, time_passed
from staff.incentives.queries import targets as queries
from staff.incentives.queries.targets import NOTHING, Standing
from staff.incentives.services import targets as services
from staff.incentives.texts import targets as texts
from staff.people.access import Scope, may_see_salary
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Person

PAGE_SIZE = 50
ROWS_SHOWN = 100
TILE_ROWS = 4
KEPT = 300  # seconds


@dataclass(frozen=True)
class Shown:
    """A figure as its bar shows it; `value` is empty where there is no data."""

    value: str
    rows: int
    done: int
    badge: texts.Badge


@dataclass(frozen=True)
class Row:
    """A target as lists show it; `figure` is None where it is not for one's eyes."""

    target: Target
    aim: str
    aim_icon: str
    goal: str
    reward: str
    state: texts.Badge
    figure: Shown | None
    passed: int


def _shown(target: Target, standing: Standing) -> Shown:
    frozen = target.state == TargetState.FROZEN
    badge = texts.reached_badge(reached=standing.reached, frozen=frozen, bound=target.bound)
    if standing.figure is None:
        return Shown("", 0, 0, badge)
    value = standing.figure.value
    return Shown(
        texts.value_of(value, Measure(target.measure)),
        standing.figure.rows,
        share_done(value, bound=Bound(target.bound), goal=target.goal),
        badge,
    )


def _rows(request: StaffRequest, targets: list[Target]) -> list[Row]:
    scope = request.scope
    people = queries.of_person(targets, scope)
    found = queries.standings(targets, people=people, now=timezone.now())
    shown = []
    for target in targets:
        whose = target.person_id
        if target.aim == Aim.POST:
            whose = people.get(target.pk, [None])[0]
        standing = found.get((target.pk, whose))
        if standing is None and target.state != TargetState.WITHDRAWN and target.aim != Aim.POST:
            standing = NOTHING
        seen = standing is not None and access.may_see_figure(scope, target.person_id)
        shown.append(
            Row(
                target=target,
                aim=texts.aim_of(target),
                aim_icon=texts.AIM_ICONS[Aim(target.aim)],
                goal=texts.goal_of(target),
                reward=texts.reward_of(target, with_amount=access.may_see_amount(scope, target)),
                state=texts.state_badge(target),
                figure=_shown(target, standing) if seen and standing else None,
                passed=time_passed(queries.period_of(target), scope.today),
            )
        )
    return shown


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """The targets that concern oneself or the people below, with how they stand."""
    scope = request.scope
    if scope.person_id is None and not scope.is_admin:
        raise Http404
    form = forms.TargetFilter(request.GET)
    found = queries.narrowed(Target.objects.visible_to(scope), form.wanted)
    page = page_of(request.GET)
    start = (page - 1) * PAGE_SIZE
    rows = queries.page_of(found, start=start, size=PAGE_SIZE + 1)
    context = {
        "form": form,
        "rows": _rows(request, rows[:PAGE_SIZE]),
        "count": found.count(),
        "previous_url": f"?{form.query(page=str(page - 1))}" if page > 1 else "",
        "next_url": f"?{form.query(page=str(page + 1))}" if rows[PAGE_SIZE:] else "",
        "may_set": access.may_set_targets(scope),
    }
    template = "staff/targets/index.html#rows" if request.htmx else "staff/targets/index.html"
    return render(request, template, context)


@require_GET
def tile(request: StaffRequest) -> HttpResponse:
    """The running targets that concern oneself, those that end first."""
    if request.scope.person_id is None:
        raise Http404
    mine = queries.mine(request.scope)
    targets = list(mine.order_by("last_day", "pk")[:TILE_ROWS])
    keys = {target.pk: _key(target, request.scope) for target in targets}
    kept: dict[str, tuple[Shown, datetime]] = cache.get_many(keys.values())
    context = {
        "rows": [
            (target, texts.goal_of(target), *kept.get(keys[target.pk], (None, None)))
            for target in targets
        ]
    }
    return render(request, "staff/targets/tile.html", context)


def _key(target: Target, scope: Scope) -> str:
    return f"kefu:bar:{target.pk}:{target.version}:{scope.person_id}:{get_language()}"


@require_GET
def tile_bar(request: StaffRequest, pk: int) -> HttpResponse:
    """How one target of the tile stands: measuring it reads a month, so it is kept a while."""
    found = get_object_or_404(queries.mine(request.scope), pk=pk)
    now = timezone.now()
    (row,) = _rows(request, [found])
    if row.figure is not None:
        cache.set(_key(found, request.scope), (row.figure, now), KEPT)
    context = {"target": found, "figure": row.figure, "at": now}
    return render(request, "staff/targets/tile.html#bar", context)


def _target(request: StaffRequest, pk: int) -> Target:
    rows = Target.objects.visible_to(request.scope)
    return get_object_or_404(rows.select_related("person", "team", "store", "set_by"), pk=pk)


@require_GET
def target(request: StaffRequest, pk: int) -> HttpResponse:
    found = _target(request, pk)
    scope = request.scope
    (row,) = _rows(request, [found])
    may_change = found.state == TargetState.RUNNING and access.may_aim_at(scope, found)
    period_runs = found.last_day >= scope.today
    context = {
        "row": row,
        "target": found,
        "definition": texts.definition_of(Measure(found.measure)),
        "people": _people(request, found),
        "is_joint": found.aim in {Aim.TEAM, Aim.STORE},
        "may_change": may_change and period_runs,
        "withdraw_form": forms.WithdrawForm(initial={"version": found.version}),
    }
    return render(request, "staff/targets/target.html", context)


def _people(request: StaffRequest, found: Target) -> list[dict[str, Any]]:
    """Return the people whom it concerns, as far as one may see their figures, with the money."""
    if found.state == TargetState.WITHDRAWN:
        return []
    scope = request.scope
    concerned = [
        one
        for one in queries.holders(found, today=scope.today)
        if access.may_see_figure(scope, one.person_id)
    ]
    is_post = found.aim == Aim.POST
    people = {found.pk: [one.person_id for one in concerned]} if is_post else {}
    standings = queries.standings([found], people=people, now=timezone.now()) if is_post else {}
    money = queries.rewards_of(found) if found.state == TargetState.FROZEN else {}
    return [
        {
            "one": one,
            "figure": _shown(found, standings.get((found.pk, one.person_id), NOTHING))
            if is_post
            else None,
            "reward": money.get(one.person_id) if may_see_salary(scope, one.person_id) else None,
        }
        for one in concerned
    ]


@require_GET
def rows(request: StaffRequest, pk: int) -> HttpResponse:
    """The rows behind a figure; of somebody of a post with `?person=`."""
    found = _target(request, pk)
    someone = _someone(request, found)
    person_id = someone.pk if someone else None
    if not access.may_see_figure(request.scope, person_id):
        raise Http404
    listed = _listed(found, person_id)
    start = (page_of(request.GET) - 1) * ROWS_SHOWN
    suffix = f"person={someone.number}&" if found.aim == Aim.POST and someone else ""
    page = page_of(request.GET)
    standing = queries.standing_of(found, listed)
    measure = Measure(found.measure)
    context = {
        "target": found,
        "someone": someone,
        "aim": texts.aim_of(found),
        "goal": texts.goal_of(found),
        "definition": texts.definition_of(measure),
        "figure": _shown(found, standing),
        "rows": [
            (row, texts.value_of(row.value, measure)) for row in listed[start : start + ROWS_SHOWN]
        ],
        "count": len(listed),
        "weighted": any(row.weight != 1 for row in listed),
        "previous_url": f"?{suffix}page={page - 1}" if page > 1 else "",
        "next_url": f"?{suffix}page={page + 1}" if listed[start + ROWS_SHOWN :] else "",
    }
    return render(request, "staff/targets/rows.html", context)


def _someone(request: StaffRequest, found: Target) -> Person | None:
    """Return whose rows are asked for; None where a team or a store is measured as a whole."""
    if found.aim == Aim.PERSON:
        return found.person
    if found.aim != Aim.POST:
        return None
    number = request.GET.get("person", "")[:20]
    return get_object_or_404(Person.objects.visible_to(request.scope), number=number)


def _listed(found: Target, person_id: int | None) -> list[MeasuredValue]:
    if found.state == TargetState.FROZEN:
        return queries.frozen_rows(found, person_id)
    if found.state == TargetState.WITHDRAWN:
        return []
    people = {found.pk: [person_id]} if person_id else {}
    measured = queries.measured([found], people=people, now=timezone.now())
    return measured.get((found.pk, person_id), [])


def _form(request: StaffRequest, *args: Any, **options: Any) -> forms.TargetForm:  # noqa: ANN401 -- as Form takes them
    aims = [(str(aim.label), rows) for aim, rows in queries.aims_of(request.scope) if rows]
    return forms.TargetForm(*args, aims=aims, **options)


def _refuse(form: forms.TargetForm, error: Exception) -> None:
    """Say beside its field why the target cannot be set so."""
    if isinstance(error, services.Refused):
        form.add_error(texts.REFUSED_FIELDS[error.reason], str(texts.REFUSALS[error.reason]))
    else:
        form.add_error("name", _("There is a target of this name already."))


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    scope = request.scope
    if scope.person_id is None and not scope.is_admin:
        raise Http404
    if not access.may_set_targets(scope):
        raise PermissionDenied
    if request.method == "GET":
        form = _form(request, initial={"form_key": submissions.new_key()})
        return render(request, "staff/targets/form.html", {"form": form})
    form = _form(request, request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                return _set(request, form)
        except submissions.AlreadySubmitted as error:
            messages.info(request, _("This target was set already; the form was sent twice."))
            return redirect(error.result or "staff:targets")
        except (services.Refused, services.NameTaken) as error:
            _refuse(form, error)
    return render(request, "staff/targets/form.html", {"form": form}, status=422)


def _set(request: StaffRequest, form: forms.TargetForm) -> HttpResponse:
    now = timezone.now()
    key = form.cleaned_data["form_key"]
    submission = submissions.claim(key=key, user=request.user, now=now) if key else None
    made = services.set_target(actor=request.user, by=_by(request), wanted=form.wanted(), now=now)
    url = reverse("staff:target", args=[made.pk])
    if submission:
        submissions.finish(submission, result=url)
    messages.success(request, _("The target is set. Those whom it concerns are told."))
    return redirect(url)


def _by(request: StaffRequest) -> Person | None:
    """Return the person who acts; an administrator may be none."""
    return Person.objects.filter(pk=request.scope.person_id or 0).first()


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    found = _target(request, pk)
    if not access.may_aim_at(request.scope, found):
        raise PermissionDenied
    if request.method == "GET":
        form = _form(request, initial=forms.initial_of(found))
        return render(request, "staff/targets/form.html", {"target": found, "form": form})
    form = _form(request, request.POST)
    if form.is_valid():
        try:
            return _change(request, found, form)
        except (services.Refused, services.NameTaken) as error:
            _refuse(form, error)
    context = {"target": found, "form": form}
    return render(request, "staff/targets/form.html", context, status=422)


def _change(request: StaffRequest, found: Target, form: forms.TargetForm) -> HttpResponse:
    try:
        services.change_target(
            actor=request.user,
            target_id=found.pk,
            version=form.cleaned_data["version"] or 0,
            wanted=form.wanted(),
            now=timezone.now(),
        )
    except services.HasEnded:
        messages.warning(request, _("This target has ended; it does not change any more."))
    except services.ChangedMeanwhile as error:
        current = _target(request, error.current.pk)
        form.data = {**request.POST.dict(), "version": current.version}
        context = {"target": current, "form": form, "stored": texts.summary_of(current)}
        return render(request, "staff/targets/form.html", context, status=409)
    else:
        messages.success(request, _("The target is changed. Those whom it concerns are told."))
    return redirect("staff:target", pk=found.pk)


@require_POST
def withdraw(request: StaffRequest, pk: int) -> HttpResponse:
    found = _target(request, pk)
    if not access.may_aim_at(request.scope, found):
        raise PermissionDenied
    form = forms.WithdrawForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the target is withdrawn, in at most 500 characters."))
        return redirect("staff:target", pk=pk)
    try:
        services.withdraw_target(
            actor=request.user,
            target_id=pk,
            version=form.cleaned_data["version"],
            because=form.cleaned_data["because"],
            now=timezone.now(),
        )
    except services.HasEnded:
        messages.warning(request, _("This target has ended; it does not change any more."))
    except services.ChangedMeanwhile:
        messages.warning(
            request, _("Somebody else has changed this target meanwhile. Please look again.")
        )
    else:
        messages.success(request, _("The target is withdrawn."))
    return redirect("staff:target", pk=pk)
