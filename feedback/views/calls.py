"""The call list: whom to call, the form during a call, and the rules that draw (FBK-1)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback import access, tables
from feedback.enums import CallState
from feedback.forms.calls import CallForm, CallRuleForm
from feedback.models import Call, CallRule
from feedback.queries import calls as queries
from feedback.services import calls as services
from feedback.services.channels import ChangedMeanwhile
from feedback.views import parts
from portal import submissions
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Store

PAGE_SIZE = 50
MINE, DONE = "mine", "done"
TONES = {
    CallState.WAITING: ("info", "telephone"),
    CallState.REACHED: ("success", "telephone-inbound"),
    CallState.REFUSED: ("neutral", "telephone-x"),
    CallState.NOT_REACHED: ("warning", "telephone-minus"),
    CallState.LEFT_OUT: ("neutral", "moon"),
}


def _badge(call: Call) -> tuple[str, str, str]:
    state = CallState(call.state)
    return (str(state.label), *TONES[state])


def _found(request: StaffRequest, pk: int) -> Call:
    call = queries.call_page(Call.objects.visible_to(request.scope).listed(), pk)
    if call is None:
        raise Http404
    return call


def _callable(request: StaffRequest, pk: int) -> Call:
    call = _found(request, pk)
    if not access.can_call(request.scope, call):
        raise PermissionDenied
    return call


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the calls to be made, those that one has taken, or those that have ended."""
    parts.must_serve(request)
    now, number, tab = timezone.now(), page_of(request.GET), request.GET.get("tab", "")
    visible = Call.objects.visible_to(request.scope)
    waiting = visible.filter(state=CallState.WAITING)
    rows = {
        MINE: waiting.filter(owner=request.scope.person_id),
        DONE: visible.exclude(state=CallState.WAITING).listed(),
    }.get(tab, waiting)
    start = (number - 1) * PAGE_SIZE
    page = queries.page_of(rows, start=start, size=PAGE_SIZE + 1, done=tab == DONE)
    context = {
        "rows": [{"call": one, "badge": _badge(one)} for one in page[:PAGE_SIZE]],
        "count": rows.count(),
        "now": now,
        "may_maintain": access.can_maintain(request.scope),
        "previous_url": f"?tab={tab}&page={number - 1}" if number > 1 else "",
        "next_url": f"?tab={tab}&page={number + 1}" if page[PAGE_SIZE:] else "",
        "subtabs": [
            {"label": label, "url": f"?tab={code}", "active": code == (tab or "")}
            for code, label in (
                ("", _("To be made")),
                (MINE, _("Taken by me")),
                (DONE, pgettext("phone call", "Ended")),
            )
        ],
        **parts.tabs(request, parts.CALLS),
    }  # fmt: skip
    return render(request, "feedback/calls.html", context)


def _page(request: StaffRequest, call: Call, form: CallForm) -> HttpResponse:
    scope = request.scope
    context = {
        "call": call,
        "badge": _badge(call),
        "attempts": queries.attempts_of(call),
        "stars": tables.stars(call.item.rating) if call.item else "",
        "form": form,
        "may_call": access.can_call(scope, call) and call.state == CallState.WAITING,
        "may_take": call.owner_id is None and call.state == CallState.WAITING,
        "may_dial": access.can_dial(scope, call),
        "now": timezone.now(),
    }
    return render(request, "feedback/call.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a call and take down how an attempt went."""
    now = timezone.now()
    if request.method == "GET":
        form = CallForm(now=now, initial={"form_key": submissions.new_key()})
        return _page(request, _found(request, pk), form)
    call = _callable(request, pk)
    form = CallForm(request.POST, now=now)
    if not form.is_valid():
        return _page(request, call, form)
    try:
        call = services.record(
            actor=request.person,
            call_id=pk,
            tried=form.tried(),
            form_key=form.cleaned_data["form_key"],
            now=now,
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This attempt was written down already."))
        return redirect("feedback:call", pk=pk)
    except services.Over:
        messages.warning(request, _("Somebody has ended this call meanwhile."))
        return redirect("feedback:call", pk=pk)
    messages.success(request, _("The attempt is written down."))
    if call.state == CallState.REACHED:
        return redirect("feedback:call", pk=pk)
    return redirect("feedback:calls")


@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    _callable(request, pk)
    try:
        services.take(actor=request.person, call_id=pk, now=timezone.now())
    except services.Over:
        messages.warning(request, _("Somebody has taken or ended this call meanwhile."))
    return redirect("feedback:call", pk=pk)


@require_POST
def phone(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the number in the open, to whom may, and write that down."""
    call = _found(request, pk)
    if not access.can_dial(request.scope, call):
        raise PermissionDenied
    shown = services.number_of(actor=request.person, call=call, now=timezone.now())
    response = render(request, "portal/components/masked.html", {"shown": shown})
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def rules(request: StaffRequest) -> HttpResponse:
    parts.must_maintain(request)
    rows = queries.rules_of(CallRule.objects.visible_to(request.scope))
    context = {"rows": rows, **parts.tabs(request, parts.CALLS)}
    return render(request, "feedback/call_rules.html", context)


def _rule_form(request: StaffRequest, data: Any = None, **initial: Any) -> CallRuleForm:  # noqa: ANN401 -- as Form takes it
    stores = Store.objects.all()
    if not request.scope.is_admin:
        stores = stores.filter(pk__in=request.scope.store_ids)
    return CallRuleForm(
        data,
        stores=list(stores.order_by("name").values_list("pk", "name")),
        initial={"form_key": submissions.new_key(), **initial},
    )


def _rule_page(request: StaffRequest, form: CallRuleForm, title: str) -> HttpResponse:
    context = {
        "form": form, "title": title, "back": reverse("feedback:call_rules"), "send": _("Save"),
        "icon": "check-lg",
    }  # fmt: skip
    return render(request, "feedback/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def create_rule(request: StaffRequest) -> HttpResponse:
    parts.must_maintain(request)
    title = _("Add a rule of the call list")
    if request.method == "GET":
        usual = {"days": 3, "percent": 20, "per_person": 1, "rest_days": 90, "is_active": True}
        return _rule_page(request, _rule_form(request, version=0, **usual), title)
    form = _rule_form(request, request.POST)
    if not form.is_valid():
        return _rule_page(request, form, title)
    try:
        services.make_rule(
            actor=request.user,
            facts=form.facts(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This rule was added already; the form was sent twice."))
    except IntegrityError:
        form.add_error("name", _("There is a rule of this name already."))
        return _rule_page(request, form, title)
    else:
        messages.success(request, _("The rule is added."))
    return redirect("feedback:call_rules")


@require_http_methods(["GET", "POST"])
def edit_rule(request: StaffRequest, pk: int) -> HttpResponse:
    parts.must_maintain(request)
    rule = get_object_or_404(CallRule.objects.visible_to(request.scope), pk=pk)
    if request.method == "GET":
        names = ("version", "name", "after", "days", "percent", "per_person", "rest_days",
                 "is_active")  # fmt: skip
        initial = {name: getattr(rule, name) for name in names} | {"store": rule.store_id}
        return _rule_page(request, _rule_form(request, **initial), rule.name)
    form = _rule_form(request, request.POST)
    if not form.is_valid():
        return _rule_page(request, form, rule.name)
    try:
        services.change_rule(
            actor=request.user,
            rule_id=pk,
            facts=form.facts(),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody else has changed this meanwhile. Load the page again."))
        return _rule_page(request, form, rule.name)
    except IntegrityError:
        form.add_error("name", _("There is a rule of this name already."))
        return _rule_page(request, form, rule.name)
    messages.success(request, _("The rule is saved."))
    return redirect("feedback:call_rules")
