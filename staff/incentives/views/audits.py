"""Quality audits: the list, samples, the audit itself, and a person's score over time."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal import sampling, shell, submissions
from staff.incentives import access
from staff.incentives.filters.recognition import RecordFilter
from staff.incentives.forms import quality as forms
from staff.incentives.models import AuditScore, QualityAudit, Sample, ScorecardVersion
from staff.incentives.queries import quality as queries
from staff.incentives.queries import recognition as lists
from staff.incentives.services import quality as services
from staff.incentives.services import samples
from staff.incentives.texts import quality as texts
from staff.incentives.views import parts
from staff.people.http import StaffRequest
from staff.people.models import Person
from staff.people.services import Refused

PAGE = "quality_audits"
SEED_RANGE = 1_000_000
DRAWN_FROM_DAYS = 30


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_be_person(request.scope)
    form = RecordFilter(request.GET)
    found = lists.audits(request.scope, form.wanted, form.days)
    page = lists.page_of(found, request.GET)
    context = {
        "form": form,
        "rows": [(row, texts.score_badge(row.total_bp)) for row in page.rows],
        "count": found.count(),
        "previous_url": f"?{form.query(before=page.before)}" if page.before else "",
        "next_url": f"?{form.query(after=page.after)}" if page.after else "",
        "leads": request.scope.leads,
        **shell.saved_views(request, PAGE),
        "query": form.query(),
        **parts.tabs(request.scope, "quality_audits"),
    }
    template = "staff/incentives/audits.html"
    return render(request, f"{template}#rows" if request.htmx else template, context)


@dataclass(frozen=True)
class _Chosen:
    """What an audit is about, as address or form say; `item` only of a sample."""

    person: Person
    version: ScorecardVersion
    sample: Sample | None = None
    item: sampling.Item | None = None

    @property
    def query(self) -> dict[str, object]:
        found: dict[str, object] = {"person": self.person.pk, "card": self.version.pk}
        if self.sample and self.item:
            found |= {"sample": self.sample.pk, "key": self.item.key}
        return found


def card_choices(versions: list[ScorecardVersion]) -> list[tuple[int, str]]:
    return [
        (version.pk, _("%(name)s (version %(number)s)") % {
            "name": version.scorecard.name, "number": version.number
        })
        for version in versions
    ]  # fmt: skip


def _sampled(request: StaffRequest, data: Mapping[str, str]) -> tuple[Sample, sampling.Item] | None:
    """Return the item of a sample that the address names; 404 where one may not see it."""
    if not data.get("sample"):
        return None
    if not lists.KEY.fullmatch(data["sample"]):
        raise Http404
    rows = Sample.objects.visible_to(request.scope)
    sample = get_object_or_404(rows, pk=int(data["sample"]))
    key = data.get("key", "")
    item = queries.items_of(request.scope, [(sample.source, key)]).get((sample.source, key))
    if item is None or key not in sample.keys:
        raise Http404
    return sample, item


def _chosen(
    request: StaffRequest, data: Mapping[str, str], people: list[tuple[int, str]]
) -> tuple[_Chosen | None, forms.StartForm]:
    """Return what is audited, or None with the form that asks for it."""
    versions = queries.latest_versions()
    found = _sampled(request, data)
    card = str(versions[0].pk) if len(versions) == 1 else ""
    start = {
        "person": str(found[0].person_id) if found else data.get("person", ""),
        "card": data.get("card", "") or card,
    }
    form = forms.StartForm(
        start if start["person"] and start["card"] else None,
        people=people,
        cards=card_choices(versions),
        initial=start,
    )
    if not form.is_valid():
        return None, form
    version = next(one for one in versions if one.pk == form.cleaned_data["card"])
    person = Person.objects.get(pk=form.cleaned_data["person"])
    return _Chosen(person, version, *(found or ())), form


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Choose person and scorecard, then score: freely, or an item of a sample."""
    parts.must_be_person(request.scope)
    if not request.scope.leads:
        raise PermissionDenied
    people = lists.people_below(request.scope)
    data = request.POST if request.method == "POST" else request.GET
    chosen, start = _chosen(request, data.dict(), people)
    if chosen is None:
        context = {
            "form": start,
            "has_cards": bool(start.fields["card"].choices),  # type: ignore[attr-defined]  # a ChoiceField
            "keeps_cards": access.can_keep_scorecards(request.scope),
            "keep": {name: data[name] for name in ("sample", "key") if data.get(name)},
        }
        return render(request, "staff/incentives/audit_start.html", context)
    form = forms.AuditForm(
        request.POST if request.method == "POST" else None,
        criteria=chosen.version.criteria.all(),
        with_reference=chosen.item is None,
        initial={"form_key": submissions.new_key()},
    )
    if request.method == "GET":
        return _score_page(request, form, chosen)
    if not form.is_valid():
        return _score_page(request, form, chosen, status=422)
    return _given(request, form, chosen)


def _given(request: StaffRequest, form: forms.AuditForm, chosen: _Chosen) -> HttpResponse:
    item, sample = chosen.item, chosen.sample
    target = services.Target(
        person_id=chosen.person.pk,
        version_id=chosen.version.pk,
        source=sample.source if sample else "",
        reference=item.key if item else form.cleaned_data["reference"],
    )
    given = services.Given(
        marks=form.marks(),
        comment=form.cleaned_data["comment"],
        sample_id=sample.pk if sample else None,
    )
    try:
        audit = services.give_audit(
            actor=request.person,
            target=target,
            given=given,
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This audit is given already."))
        return redirect(sent.result or "staff:quality_audits")
    except services.AlreadyAudited as refused:
        messages.info(request, texts.sentence(refused))
        return redirect("staff:quality_audit", pk=refused.audit.pk)
    except Refused as refused:
        form.add_error(None, texts.sentence(refused))
        return _score_page(request, form, chosen, status=422)
    messages.success(request, _("The audit is given. The person has been told."))
    return redirect("staff:quality_audit", pk=audit.pk)


def _score_page(
    request: StaffRequest, form: forms.AuditForm, chosen: _Chosen, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "lines": score_lines(form),
        "person": chosen.person,
        "version": chosen.version,
        "item": chosen.item,
        "sample": chosen.sample,
        "keep": chosen.query,
    }
    return render(request, "staff/incentives/audit_new.html", context, status=status)


def score_lines(form: forms.AuditForm) -> list[dict[str, Any]]:
    """Return the criteria with their fields and weights in words."""
    return [{**line, "weight": texts.percent(line["criterion"].weight_bp)} for line in form.lines()]


def shown_scores(scores: list[AuditScore]) -> list[dict[str, Any]]:
    """Return the points of an audit with the weights in words."""
    return [
        {
            "criterion": score.criterion,
            "points": score.points,
            "note": score.note,
            "weight": texts.percent(score.criterion.weight_bp),
        }
        for score in scores
    ]


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    rows = QualityAudit.objects.visible_to(request.scope).select_related(
        "person", "auditor", "version__scorecard", "sample"
    )
    audit = get_object_or_404(rows, pk=pk)
    key = (audit.source, audit.reference)
    context = {
        "audit": audit,
        "badge": texts.score_badge(audit.total_bp),
        "scores": shown_scores(queries.scores_of(audit)),
        "item": queries.items_of(request.scope, [key] if audit.source else []).get(key),
        "shows_sample": audit.sample is not None
        and Sample.objects.visible_to(request.scope).filter(pk=audit.sample_id or 0).exists(),
        "can_calibrate": access.can_record(request.scope, audit.person_id),
        "now": timezone.now(),
    }
    return render(request, "staff/incentives/audit.html", context)


@require_GET
def trend(request: StaffRequest, number: str) -> HttpResponse:
    """A person's score by month, as a chart and as its table."""
    someone = get_object_or_404(Person.objects.visible_to(request.scope), number=number)
    if not access.sees_record(request.scope, someone.pk):
        raise Http404
    months = queries.trend(request.scope, someone.pk, today=request.scope.today)
    rows = QualityAudit.objects.visible_to(request.scope).filter(person=someone)
    latest = rows.select_related("auditor", "version__scorecard").order_by("-pk")
    context = {
        "someone": someone,
        "is_own": someone.pk == request.scope.person_id,
        "months": [(month, texts.score(month.mean_bp)) for month in months],
        "has_any": any(month.count for month in months),
        "points": chart_points(months),
        "latest": [(row, texts.score_badge(row.total_bp)) for row in latest[: lists.PAGE_ROWS]],
        "can_audit": access.can_record(request.scope, someone.pk),
        "now": timezone.now(),
    }
    return render(request, "staff/incentives/trend.html", context)


def chart_points(months: list[queries.MonthScore]) -> dict[str, list[Any]]:
    """Return what the chart draws: months, and scores of 100 or none."""
    return {
        "labels": [date_format(month.month, "Y-m") for month in months],
        "values": [None if month.mean_bp is None else month.mean_bp / 100 for month in months],
    }


@require_http_methods(["GET", "POST"])
def draw(request: StaffRequest) -> HttpResponse:
    """Draw items of a person at random, with a seed that stands on the page."""
    parts.must_be_person(request.scope)
    if not request.scope.leads:
        raise PermissionDenied
    people, today = lists.people_below(request.scope), request.scope.today
    sources = [(source.code, source.label) for source in sampling.sources()]
    if request.method == "GET":
        initial = {
            "form_key": submissions.new_key(),
            "person": parts.chosen_person(request, people),
            "first_day": today - timedelta(days=DRAWN_FROM_DAYS),
            "last_day": today,
        }
        return _draw_page(
            request, forms.SampleForm(people=people, sources=sources, initial=initial)
        )
    form = forms.SampleForm(request.POST, people=people, sources=sources)
    if not form.is_valid():
        return _draw_page(request, form, status=422)
    data = form.cleaned_data
    seed = secrets.randbelow(SEED_RANGE) if data["seed"] is None else data["seed"]
    wanted = samples.Wanted(
        person_id=data["person"],
        source=data["source"],
        first_day=data["first_day"],
        last_day=data["last_day"],
        size=data["size"],
        seed=seed,
    )
    try:
        sample = samples.draw_sample(
            actor=request.person,
            scope=request.scope,
            wanted=wanted,
            form_key=data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        return redirect(sent.result or "staff:quality_audits")
    except Refused as refused:
        form.add_error(None, texts.sentence(refused))
        return _draw_page(request, form, status=422)
    return redirect("staff:sample", pk=sample.pk)


def _draw_page(request: StaffRequest, form: forms.SampleForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Draw a sample"),
        "hint": _(
            "Drawn at random from what you may see. The seed is kept with the draw, so that it"
            " can be checked."
        ),
        "send": _("Draw"),
        "icon": "shuffle",
        "back": ("staff:quality_audits", _("Quality audits")),
    }
    return render(request, "staff/incentives/form.html", context, status=status)


@require_GET
def sample(request: StaffRequest, pk: int) -> HttpResponse:
    rows = Sample.objects.visible_to(request.scope).select_related("person", "auditor")
    found = get_object_or_404(rows, pk=pk)
    source = sampling.find(found.source)
    items = queries.items_of(request.scope, [(found.source, key) for key in found.keys])
    done = queries.audited(request.scope, found.keys, source=found.source)
    context = {
        "sample": found,
        "source": source.label if source else found.source,
        "rows": [(key, items.get((found.source, key)), done.get(key)) for key in found.keys],
        "can_audit": access.can_record(request.scope, found.person_id),
        "now": timezone.now(),
    }
    return render(request, "staff/incentives/sample.html", context)
