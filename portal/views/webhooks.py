"""Webhooks: set up by supervisors, deputies and the administrator; with a log of deliveries."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal import shell, submissions, webhooks
from portal.forms import WebhookForm
from portal.models import OutboxMessage, User, Webhook
from portal.outbox import identifier
from portal.querysets import WebhookQuerySet

LOGGED = 50


def _reachable(request: HttpRequest) -> WebhookQuerySet:
    reach = shell.reach_of(request)
    if not reach.operator:
        raise Http404
    rows = Webhook.objects.visible_to(cast("User", request.user), below=reach.user_ids)
    return rows.select_related("user").defer("secret")


def _state(hook: Webhook) -> str:
    if not hook.is_active:
        return "off"
    if not hook.user.is_active:
        return "orphaned"
    return "paused" if hook.paused_at else "on"


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List the webhooks and how they go."""
    labels = webhooks.events()
    rows = [
        {
            "hook": hook,
            "state": _state(hook),
            "events": [str(labels.get(code, code)) for code in hook.events],
        }
        for hook in _reachable(request).order_by("name", "pk")[:200]
    ]
    return render(request, "portal/webhooks.html", {"rows": rows})


def _form(request: HttpRequest, hook: Webhook) -> WebhookForm:
    stores = list(shell.stores_of(request))
    known = {key for key, _name in stores}
    kept = [(key, f"#{key}") for key in hook.store_ids if key not in known]
    return WebhookForm(
        request.POST or None, instance=hook, events=webhooks.events(), stores=[*stores, *kept]
    )


def _saved(request: HttpRequest, form: WebhookForm) -> Webhook | None:
    try:
        return webhooks.save(
            actor=cast("User", request.user),
            webhook=form.instance,
            changed=form.changed_data,
            seen=form.cleaned_data["seen"],
            now=timezone.now(),
            form_key=form.cleaned_data["form_key"],
        )
    except webhooks.TooManyWebhooks:
        form.add_error(None, _("You have %(most)d webhooks already.") % {"most": webhooks.MOST})
    except webhooks.ChangedMeanwhile:
        form.add_error(
            None,
            _("Somebody else has changed this webhook meanwhile. Please load the page again."),
        )
    return None


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a webhook; its secret is shown once."""
    if not shell.reach_of(request).operator:
        raise Http404
    form = _form(request, Webhook())
    try:
        if request.method == "POST" and form.is_valid() and (hook := _saved(request, form)):
            return _page(request, hook, _fresh(request, hook), secret=hook.secret)
    except submissions.AlreadySubmitted:
        messages.info(request, _("This form was sent already; its webhook is in the list."))
        return redirect("portal:webhooks")
    return _page(request, None, form, status=422 if request.method == "POST" else 200)


def _fresh(request: HttpRequest, hook: Webhook) -> WebhookForm:
    return WebhookForm(
        instance=hook, events=webhooks.events(), stores=list(shell.stores_of(request))
    )


def _page(
    request: HttpRequest,
    hook: Webhook | None,
    form: WebhookForm,
    *,
    secret: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"hook": hook, "form": form, "secret": secret, "log": []}
    if hook is not None:
        labels = webhooks.events()
        rows = OutboxMessage.objects.filter(webhook=hook).order_by("-pk")[:LOGGED]
        context["state"] = _state(hook)
        context["log"] = [
            {
                "row": row,
                "label": labels.get(row.kind, row.kind),
                "identifier": identifier(row.key),
                "about": next(iter(row.params.get("data", {}).values()), ""),
            }
            for row in rows
        ]
    response = render(request, "portal/webhook.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a webhook, and see what it was told."""
    hook = get_object_or_404(_reachable(request), pk=pk)
    form = _form(request, hook)
    if request.method == "POST":
        if form.is_valid() and _saved(request, form):
            messages.success(request, _("The webhook is saved."))
            return redirect("portal:webhook", pk=pk)
        stored = get_object_or_404(_reachable(request), pk=pk)
        return _page(request, stored, form, status=422)
    return _page(request, hook, form)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Test, resume, renew the secret, or remove."""
    hook = get_object_or_404(_reachable(request), pk=pk)
    actor, now = cast("User", request.user), timezone.now()
    what = request.POST.get("act", "")
    if what == "secret":
        secret = webhooks.rotate(actor=actor, webhook=hook, now=now)
        return _page(request, hook, _fresh(request, hook), secret=secret)
    if what == "delete":
        webhooks.delete(actor=actor, webhook=hook, now=now)
        messages.success(request, _("The webhook is removed."))
        return redirect("portal:webhooks")
    if what == "resume":
        webhooks.resume(actor=actor, webhook=hook, now=now)
        messages.success(request, _("The webhook goes on with what waits."))
    elif what == "test":
        webhooks.test(actor=actor, webhook=hook, now=now)
        messages.success(request, _("A test is on its way; the log below shows how it went."))
    return redirect("portal:webhook", pk=pk)
