"""Rules of triage: what they suggest and how often they hit; for those who maintain them."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback import tables, texts
from feedback.forms import desk as forms
from feedback.models import Rule
from feedback.queries import learning
from feedback.queries import rules as queries
from feedback.services import learning as learning_services
from feedback.services import rules as services
from feedback.services.channels import ChangedMeanwhile
from feedback.views import parts
from portal import submissions
from staff.people.http import StaffRequest

SHOWN_WORDS = 12


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_maintain(request)
    rows = Rule.objects.select_related("topic").order_by("-is_active", "name")
    context = {
        "rows": [
            {
                "rule": rule,
                "kind": tables.badge(rule.kind) if rule.kind else "",
                "words": words[:SHOWN_WORDS],
                "more": len(words) - SHOWN_WORDS,
            }
            for rule in rows
            for words in [queries.words_in(rule.words)]
        ],
        "rate": queries.hit_rate(),
        **_learnt(),
        **parts.tabs(request, parts.RULES),
    }
    return render(request, "feedback/rules.html", context)


def _learnt() -> dict[str, Any]:
    """Return what was learnt: the version in use with its proof and its words, and the others."""
    versions = learning.versions()
    model = next((one for one in versions if one.is_active), None) or learning.in_use()
    weights = learning.weights_of(model) if model else None
    return {
        "model": model if weights else None,
        "is_broken": model is not None and weights is None,
        "has_library": learning_services.has_library(),
        "learnt_rate": learning.rate_of(model) if model and weights else None,
        "heads": texts.heads(model, weights) if model and weights else [],
        "versions": versions,
    }


@require_POST
def use_learnt(request: StaffRequest) -> HttpResponse:
    """Put another version of what was learnt in use."""
    parts.must_maintain(request)
    number = parts.keys_in([request.POST.get("number", "")])
    if number and learning_services.use(actor=request.user, number=number[0], now=timezone.now()):
        messages.success(request, _("Version %(number)d is in use.") % {"number": number[0]})
    else:
        messages.warning(request, _("The weights of this version are gone."))
    return redirect("feedback:rules")


def _form(data: Any = None, **initial: Any) -> forms.RuleForm:  # noqa: ANN401 -- as Form takes it
    return forms.RuleForm(
        data,
        topics=[(topic.pk, topic.name) for topic in queries.topics()],
        initial={"form_key": submissions.new_key(), **initial},
    )


def _page(request: StaffRequest, form: forms.RuleForm, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": reverse("feedback:rules"),
        "send": _("Save"),
        "icon": "check-lg",
    }
    return render(request, "feedback/form.html", context, status=422 if form.is_bound else 200)


def _facts(form: forms.RuleForm) -> services.RuleFacts:
    data = form.cleaned_data
    return services.RuleFacts(
        name=data["name"],
        words=data["words"],
        kind=data["kind"],
        topic_id=data["topic"],
        is_active=data["is_active"],
    )


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    parts.must_maintain(request)
    title = _("Add a rule")
    if request.method == "GET":
        return _page(request, _form(version=0), title)
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, form, title)
    try:
        services.make_rule(
            actor=request.user,
            facts=_facts(form),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This rule was added already; the form was sent twice."))
    except IntegrityError:
        form.add_error("name", _("There is a rule of this name already."))
        return _page(request, form, title)
    else:
        messages.success(request, _("The rule is added."))
    return redirect("feedback:rules")


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    parts.must_maintain(request)
    rule = get_object_or_404(Rule, pk=pk)
    if request.method == "GET":
        initial = {
            "version": rule.version, "name": rule.name, "words": rule.words, "kind": rule.kind,
            "topic": rule.topic_id, "is_active": rule.is_active,
        }  # fmt: skip
        return _page(request, _form(**initial), rule.name)
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, form, rule.name)
    try:
        services.change_rule(
            actor=request.user,
            rule_id=pk,
            facts=_facts(form),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody else has changed this meanwhile. Load the page again."))
        return _page(request, form, rule.name)
    except IntegrityError:
        form.add_error("name", _("There is a rule of this name already."))
        return _page(request, form, rule.name)
    messages.success(request, _("The rule is saved."))
    return redirect("feedback:rules")
