"""The versions of the policy: all of them, one with its numbers, a new or a coming one."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import submissions
from portal.submissions import AlreadySubmitted
from staff.rulebook import access, queries, registry, services, texts
from staff.rulebook.enums import VersionState
from staff.rulebook.forms import PolicyForm
from staff.rulebook.http import RulebookRequest
from staff.rulebook.models import Policy
from staff.rulebook.queries import numbers
from staff.rulebook.queries.numbers import Standing, Version

LOOK = {
    VersionState.PAST: ("neutral", "clock-history"),
    VersionState.IN_FORCE: ("success", "check-circle"),
    VersionState.COMING: ("info", "calendar-plus"),
}
COUNTED_DAYS = 62
"""Uses are counted for the last two months in which a version held."""


def _badge(version: Version) -> dict[str, str]:
    tone, icon = LOOK[version.state]
    return {"label": str(version.state.label), "tone": tone, "icon": icon}


@require_GET
def index(request: RulebookRequest) -> HttpResponse:
    versions = numbers.all_versions(today=request.scope.today)
    context = {
        "rows": [(each, _badge(each)) for each in versions],
        "edits": access.may_edit(request.scope),
        "simulates": access.may_simulate(request.scope),
    }
    return render(request, "staff/rulebook/policy.html", context)


def _find(day: date, *, today: date) -> tuple[Version, list[Version]]:
    versions = numbers.all_versions(today=today)
    found = next((each for each in versions if each.policy.valid_from == day), None)
    if found is None:
        raise Http404
    return found, versions


@require_GET
def on(request: RulebookRequest, day: date) -> HttpResponse:  # noqa: ARG001 -- a view's signature
    """The version that holds on a day: other pages link to a rule of it."""
    try:
        held = queries.policy_on(day)
    except queries.NoPolicy:
        raise Http404 from None
    return redirect("staff:policy_version", held.valid_from)


def _counted_span(found: Version, today: date) -> tuple[date, date] | None:
    """Return the days for which uses are counted, None for a version that is still coming."""
    first = found.policy.valid_from
    last = min(found.until or today, today)
    if last < first:
        return None
    return max(first, last - timedelta(days=COUNTED_DAYS - 1)), last


def _rows(
    stands: dict[str, Standing], uses: dict[str, registry.Used] | None
) -> list[dict[str, Any]]:
    """Return the sections with their rules, and the rules with their numbers in words."""
    return [
        {
            "number": section,
            "title": texts.SECTIONS[section],
            "rules": [
                {
                    "code": rule,
                    "text": texts.RULES[rule],
                    "used": (uses or {}).get(rule),
                    "numbers": [
                        {
                            "label": texts.LABELS[number.name],
                            "value": texts.said(number, stands[number.name].value),
                            "former": texts.said(number, stands[number.name].former),
                            "changed": stands[number.name].changed,
                            "since": stands[number.name].since,
                        }
                        for number in inside
                    ],
                }
                for rule, inside in rules
            ],
        }
        for section, rules in numbers.by_section()
    ]


@require_GET
def version(request: RulebookRequest, day: date) -> HttpResponse:
    """A version with the rule, the value before and the origin of each number.

    The uses are counted by a second request (`?uses=1`): that can take a moment.
    """
    found, versions = _find(day, today=request.scope.today)
    at = versions.index(found)
    span = _counted_span(found, request.scope.today)
    uses = (
        registry.uses(*span, request.scope, timezone.now())
        if span and "uses" in request.GET
        else None
    )
    context = {
        "version": found,
        "badge": _badge(found),
        "span": texts.span(found.policy.valid_from, found.until),
        "sections": _rows(numbers.standing(found.policy, versions), uses),
        "counted": uses is not None,
        "counted_span": span,
        "newer": versions[at - 1].policy if at else None,
        "older": versions[at + 1].policy if versions[at + 1 :] else None,
        "edits": access.may_edit(request.scope),
        "simulates": access.may_simulate(request.scope),
    }
    template = "staff/rulebook/version.html"
    return render(request, f"{template}#rules" if request.htmx else template, context)


def _must_edit(request: RulebookRequest) -> None:
    if not access.may_edit(request.scope):
        raise PermissionDenied


def _sections(form: PolicyForm) -> list[tuple[int, Any, list[dict[str, Any]]]]:
    return [
        (
            section,
            texts.SECTIONS[section],
            [
                {
                    "code": rule,
                    "text": texts.RULES[rule],
                    "fields": [(form[number.name], texts.unit(number)) for number in inside],
                }
                for rule, inside in rules
            ],
        )
        for section, rules in numbers.by_section()
    ]


def _show_form(
    request: RulebookRequest, form: PolicyForm, *, status: int = 200, **more: object
) -> HttpResponse:
    context = {
        "form": form,
        "sections": _sections(form),
        "stored": form.stored,
        "simulates": access.may_simulate(request.scope),
        **more,
    }
    return render(request, "staff/rulebook/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def new(request: RulebookRequest) -> HttpResponse:
    _must_edit(request)
    newest = Policy.objects.order_by("-valid_from").first() or Policy()
    today = request.scope.today
    if request.method == "POST":
        return _answer(request, PolicyForm(request.POST, following=newest, today=today))
    initial = {"form_key": submissions.new_key(), "valid_from": _next_month(today)}
    return _show_form(request, PolicyForm(initial=initial, following=newest, today=today))


def _next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


@require_http_methods(["GET", "POST"])
def edit(request: RulebookRequest, day: date) -> HttpResponse:
    _must_edit(request)
    today = request.scope.today
    stored = Policy.objects.filter(valid_from=day).first()
    if stored is None:
        raise Http404
    if day <= today:
        messages.warning(request, texts.REFUSALS["begun"])
        return redirect("staff:policy_version", day)
    if request.method == "POST":
        form = PolicyForm(request.POST, following=stored, today=today, stored=stored)
        return _answer(request, form)
    initial = {"valid_from": day, "note": stored.note, "seen": stored.version}
    return _show_form(
        request, PolicyForm(initial=initial, following=stored, today=today, stored=stored)
    )


def _answer(request: RulebookRequest, form: PolicyForm) -> HttpResponse:
    """Show the form again, the preview, or save: whatever button was pressed."""
    step = request.POST.get("step", "")
    if not form.is_valid():
        return _show_form(request, form, status=422)
    if step == "change":
        return _show_form(request, form)
    if step == "save":
        return _save(request, form)
    policy = form.policy()
    own = form.stored.pk if form.stored else None
    old = numbers.before(policy.valid_from, without=own)
    changed = numbers.changes(old, policy) if old else []
    if old and not changed:
        form.add_error(None, texts.REFUSALS["unchanged"])
        return _show_form(request, form, status=422)
    context = {
        "form": form,
        "rows": [texts.change_row(each) for each in changed],
        "old": old,
        "policy": policy,
        "span": texts.span(
            policy.valid_from, numbers.last_day_from(policy.valid_from, without=own)
        ),
        "simulates": access.may_simulate(request.scope),
    }
    return render(request, "staff/rulebook/preview.html", context)


def _save(request: RulebookRequest, form: PolicyForm) -> HttpResponse:
    now = timezone.now()
    policy = form.policy(form.stored)
    if form.stored:
        policy.version = form.cleaned_data["seen"]
    try:
        saved = services.save_policy(
            actor=request.user,
            policy=policy,
            today=timezone.localdate(now),
            now=now,
            form_key=form.cleaned_data["form_key"],
        )
    except AlreadySubmitted:
        messages.info(request, _("This version was saved already; it was sent twice."))
        return redirect("staff:policy")
    except services.Gone:
        messages.warning(request, _("Somebody else has withdrawn this version meanwhile."))
        return redirect("staff:policy")
    except services.ChangedMeanwhile as error:
        return _conflict(request, form, error.current)
    except (services.DayTaken, services.Begun) as refusal:
        code = "day_taken" if isinstance(refusal, services.DayTaken) else "too_early"
        form.add_error("valid_from", texts.REFUSALS[code])
        return _show_form(request, form, status=422)
    messages.success(
        request,
        _("The version %(span)s is saved.")
        % {"span": texts.span(saved.valid_from, numbers.last_day_from(saved.valid_from))},
    )
    return redirect("staff:policy_version", saved.valid_from)


def _conflict(request: RulebookRequest, form: PolicyForm, current: Policy) -> HttpResponse:
    """Show what somebody else saved beside what was typed; saving again puts it over that."""
    typed = form.policy()
    sent = request.POST.copy()
    sent["seen"] = str(current.version)
    again = PolicyForm(sent, following=current, today=form.today, stored=current)
    again.is_valid()
    rows = [texts.change_row(each) for each in numbers.changes(current, typed)]
    return _show_form(request, again, status=409, conflict=True, differences=rows)


@require_POST
def withdraw(request: RulebookRequest, day: date) -> HttpResponse:
    _must_edit(request)
    stored = Policy.objects.filter(valid_from=day).first()
    if stored is None:
        raise Http404
    now, seen = timezone.now(), request.POST.get("seen", "")
    try:
        services.withdraw_policy(
            actor=request.user,
            policy_id=stored.pk,
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0,  # noqa: PLR2004 -- digits of a version
            today=timezone.localdate(now),
            now=now,
        )
    except services.Begun:
        messages.warning(request, texts.REFUSALS["begun"])
        return redirect("staff:policy_version", day)
    except (services.ChangedMeanwhile, services.Gone):
        messages.warning(
            request, _("Somebody else has changed this version meanwhile. Look at it once more.")
        )
        return redirect("staff:policy")
    messages.success(request, _("The version is withdrawn."))
    return redirect("staff:policy")
