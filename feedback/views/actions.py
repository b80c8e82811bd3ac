"""Improvement actions: their list, the page with before and after, and the form (FBK-4)."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback import access, tables
from feedback.enums import ActionState, Gauge
from feedback.forms import desk as forms
from feedback.models import Action, Item
from feedback.queries import actions as queries
from feedback.queries import items as item_queries
from feedback.queries import rules as rule_queries
from feedback.services import actions as services
from feedback.services.channels import ChangedMeanwhile
from feedback.views import parts
from portal import submissions
from staff.daily.models import PassedOn
from staff.daily.queries import passed
from staff.people.filters import page_of
from staff.people.http import StaffRequest
from staff.people.models import Store
from staff.people.queries import members

PAGE_SIZE = 50
TITLE_LENGTH = 120
STATES = {
    ActionState.OPEN: ("info", "hourglass-split"),
    ActionState.DONE: ("success", "check2-circle"),
    ActionState.DROPPED: ("neutral", "x-circle"),
}


def _badge(action: Action) -> tuple[str, str, str]:
    state = ActionState(action.state)
    return (str(state.label), *STATES[state])


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    parts.must_serve(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else queries.OPEN
    number = page_of(request.GET)
    start = (number - 1) * PAGE_SIZE
    rows = queries.rows_of(
        Action.objects.visible_to(request.scope), tab=tab, start=start, size=PAGE_SIZE + 1
    )
    labels = {
        queries.OPEN: pgettext("improvement action", "open"),
        queries.DONE: pgettext("improvement action", "closed"),
        queries.ALL: _("all"),
    }
    context = {
        "rows": [
            {
                "action": row,
                "badge": _badge(row),
                "gauge": Gauge(row.gauge).label,
                "late": row.state == ActionState.OPEN and row.due_on < request.scope.today,
            }
            for row in rows[:PAGE_SIZE]
        ],
        "subtabs": [
            {"label": label, "url": f"?tab={code}", "active": code == tab}
            for code, label in labels.items()
        ],
        "previous_url": f"?tab={tab}&page={number - 1}" if number > 1 else "",
        "next_url": f"?tab={tab}&page={number + 1}" if rows[PAGE_SIZE:] else "",
        "may_plan": request.scope.leads,
        **parts.tabs(request, parts.ACTIONS),
    }
    return render(request, "feedback/actions.html", context)


def _found(request: StaffRequest, pk: int) -> Action:
    rows = Action.objects.visible_to(request.scope)
    related = ("store", "owner", "item", "product", "topic", "made_by")
    return get_object_or_404(rows.select_related(*related).defer("item__words"), pk=pk)


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    action = _found(request, pk)
    items = queries.effect_items()
    measured = [(pgettext("improvement action", "Before"), queries.before(action, items))]
    if (effect := queries.after(action, items)) is not None:
        measured.append((_("After"), effect))
    sees_item = bool(
        action.item_id and Item.objects.visible_to(request.scope).filter(pk=action.item_id).exists()
    )
    finding = passed.sent_finding(request.scope, action.finding_id) if action.finding_id else None
    may_finish = access.can_finish(request.scope, action) and action.state == ActionState.OPEN
    context = {
        "action": action,
        "badge": _badge(action),
        "gauge": Gauge(action.gauge).label,
        "is_share": action.gauge == Gauge.NEGATIVE_SHARE,
        "measured": measured,
        "excerpt": tables.excerpt(action.item.text) if sees_item and action.item else "",
        "finding": finding,
        "shift_url": _shift_of(finding) if finding else "",
        "may_finish": may_finish,
        "may_edit": may_finish and access.can_plan(request.scope, action.store_id),
        "late": action.state == ActionState.OPEN and action.due_on < request.scope.today,
    }
    return render(request, "feedback/action.html", context)


def _form(request: StaffRequest, data: Any = None, **initial: Any) -> forms.ActionForm:  # noqa: ANN401 -- as Form takes it
    everybody = sorted(members(request.scope.today).values(), key=lambda one: one.number)
    stores = Store.objects.filter(pk__in=request.scope.store_ids).order_by("name")
    return forms.ActionForm(
        data,
        stores=list(stores.values_list("pk", "name")),
        people=[(one.person_id, one.label) for one in everybody],
        topics=[(topic.pk, topic.name) for topic in rule_queries.topics()],
        initial={"form_key": submissions.new_key(), **initial},
    )


def _facts(form: forms.ActionForm) -> services.ActionFacts:
    data = form.cleaned_data
    names = ("title", "text", "department", "due_on", "check_on", "gauge", "window_days")
    return services.ActionFacts(
        **{name: data[name] for name in names},
        store_id=data["store"],
        owner_id=data["owner"],
        topic_id=data["topic"],
    )


def _page(
    request: StaffRequest, form: forms.ActionForm, title: str, *, back: str, intro: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": back,
        "send": _("Save"),
        "icon": "check-lg",
        "intro": intro,
    }
    return render(request, "feedback/form.html", context, status=422 if form.is_bound else 200)


def _item(request: StaffRequest) -> Item | None:
    """Return the item that the address names, as far as one may see it."""
    keys = parts.keys_in([request.GET.get("item", "")])
    if not keys:
        return None
    return get_object_or_404(Item.objects.visible_to(request.scope).defer("words"), pk=keys[0])


def _finding(request: StaffRequest) -> PassedOn | None:
    """Return the finding of a shift that the address names, as far as one may see it (DAY-2)."""
    keys = parts.keys_in([request.GET.get("finding", "")])
    if not keys:
        return None
    finding = passed.sent_finding(request.scope, keys[0])
    if finding is None:
        raise Http404
    return finding


def _shift_of(finding: PassedOn) -> str:
    summary = finding.summary
    where = [summary.team_id, summary.day, summary.shift_type.code]
    return reverse("staff:daily_shift", args=where)


def _origin(item: Item | None, finding: PassedOn | None) -> tuple[str, str, dict[str, Any]]:
    """Return the text behind an action, the page it came from, and what the form begins with."""
    if item is not None:
        return item.text, reverse("feedback:item", args=[item.pk]), {"store": item.store_id}
    if finding is not None:
        begins = {
            "title": finding.text[:TITLE_LENGTH],
            "text": finding.text if len(finding.text) > TITLE_LENGTH else "",
            "department": finding.get_department_display(),
        }
        return finding.text, _shift_of(finding), begins
    return "", reverse("feedback:actions"), {}


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    item, finding = _item(request), _finding(request)
    if not request.scope.leads:
        raise PermissionDenied
    title = _("Set an improvement action")
    intro, back, begins = _origin(item, finding)
    if request.method == "GET":
        today = request.scope.today
        initial = {
            **begins,
            "version": 0,
            "owner": request.scope.person_id,
            "topic": next((t.pk for t in item_queries.topics_of(item)[1]), None) if item else None,
            "due_on": today + timedelta(days=14),
            "check_on": today + timedelta(days=45),
            "window_days": 30,
            "gauge": Gauge.NEGATIVE_SHARE,
        }
        return _page(request, _form(request, **initial), title, back=back, intro=intro)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, title, back=back, intro=intro)
    try:
        made = services.make_action(
            actor=request.person,
            facts=_facts(form),
            origin=services.Origin(
                item_id=item.pk if item else None, finding_id=finding.pk if finding else None
            ),
            form_key=form.cleaned_data["form_key"],
            today=request.scope.today,
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted as sent:
        messages.info(request, _("This action was set already; the form was sent twice."))
        return redirect(sent.result or "feedback:actions")
    except services.AlreadyActed:
        messages.info(request, _("Somebody has made an action of this finding meanwhile."))
        return redirect(back)
    messages.success(request, _("The improvement action is set."))
    return redirect("feedback:action", pk=made.pk)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    action = _found(request, pk)
    if not access.can_plan(request.scope, action.store_id) or action.state != ActionState.OPEN:
        raise PermissionDenied
    back = reverse("feedback:action", args=[pk])
    if request.method == "GET":
        names = ("version", "title", "text", "department", "due_on", "check_on", "gauge",
                 "window_days")  # fmt: skip
        initial = {name: getattr(action, name) for name in names} | {
            "store": action.store_id, "owner": action.owner_id, "topic": action.topic_id,
        }  # fmt: skip
        return _page(request, _form(request, **initial), action.title, back=back)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, action.title, back=back)
    try:
        services.change_action(
            actor=request.person,
            action_id=pk,
            facts=_facts(form),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        form.add_error(None, _("Somebody else has changed this meanwhile. Load the page again."))
        return _page(request, form, action.title, back=back)
    messages.success(request, _("The improvement action is saved."))
    return redirect("feedback:action", pk=pk)


@require_POST
def finish(request: StaffRequest, pk: int) -> HttpResponse:
    action = _found(request, pk)
    if not access.can_finish(request.scope, action):
        raise PermissionDenied
    version = parts.keys_in([request.POST.get("version", "")])
    dropped = "drop" in request.POST
    try:
        services.finish_action(
            actor=request.person,
            action_id=pk,
            version=version[0] if version else 0,
            done_on=None if dropped else request.scope.today,
            now=timezone.now(),
        )
    except ChangedMeanwhile:
        messages.warning(
            request, _("Somebody has closed or changed this meanwhile. Please look again.")
        )
    else:
        messages.success(
            request, _("The action is dropped.") if dropped else _("The action is done.")
        )
    return redirect("feedback:action", pk=pk)
