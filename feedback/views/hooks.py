"""The door of chat systems, and the page on which its secret is made (FBK-1)."""

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from feedback.enums import ChannelState
from feedback.forms.hooks import PostedForm, ReplyAddressForm, wrong_with
from feedback.models import Channel, Hook
from feedback.policies.hooks import WINDOW_SECONDS
from feedback.queries import hooks as queries
from feedback.services import hooks as services
from feedback.services import tallies
from feedback.views import parts
from portal.http import address_of
from staff.people.http import StaffRequest
from staff.people.models import Person

LARGEST = 64 * 1024  # bytes
WRONG, MOST_WRONG = "hook", 100
CREATED, UNSIGNED, PAUSED, REPLAYED, TOO_LARGE, INVALID, TOO_MANY = (
    201, 401, 403, 409, 413, 422, 429,
)  # fmt: skip


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, key: str) -> HttpResponse:
    """Take one post of a chat system.

    Whether the address, the signature or the stamp was wrong is not told; whoever keeps failing is
    slowed down. The signature stands for the sender, so that no token against forgery is needed.
    """
    now, address = timezone.now(), address_of(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return _refused(TOO_LARGE, "too large")
    if tallies.count_of(what=WRONG, address=address, now=now) >= MOST_WRONG:
        return _refused(TOO_MANY, "too many")
    call = services.Call(
        key=key,
        timestamp=request.headers.get("X-Kefu-Timestamp", ""),
        signature=request.headers.get("X-Kefu-Signature", ""),
        body=request.body,
    )
    try:
        hook = services.proven(call, now=now)
    except services.NotSigned:
        tallies.count_up(what=WRONG, address=address, now=now)
        return _refused(UNSIGNED, "not signed")
    if hook.channel.state == ChannelState.PAUSED:
        return _refused(PAUSED, "paused")
    return _take(hook, call)


def _take(hook: Hook, call: services.Call) -> HttpResponse:
    now = timezone.now()
    try:
        data = json.loads(call.body)
    except (ValueError, RecursionError):
        data = None
    if wrong := wrong_with(data):
        return _refused(INVALID, wrong)
    form = PostedForm({name: value for name, value in data.items() if value is not None})
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=INVALID)
    try:
        item, known = services.receive(hook=hook, call=call, posted=form.posted(now=now), now=now)
    except services.Replayed:
        return _refused(REPLAYED, "replayed")
    except services.UnknownStore:
        return JsonResponse({"errors": {"store": [_("This channel serves no such store.")]}},
                            status=INVALID)  # fmt: skip
    return JsonResponse(
        {"item": item.pk, "known": known, "order_known": item.order_id is not None},
        status=200 if known else CREATED,
    )


def _refused(status: int, reason: str) -> HttpResponse:
    return JsonResponse({"error": reason}, status=status)


def _channel(request: StaffRequest, pk: int) -> Channel:
    """Return a channel by which chat systems may post, for those who maintain it."""
    parts.must_maintain(request)
    rows = Channel.objects.visible_to(request.scope).select_related("store")
    channel = get_object_or_404(rows, pk=pk)
    if channel.source not in queries.SOURCES:
        raise Http404
    return channel


def _shown(
    request: StaffRequest,
    channel: Channel,
    *,
    secret: str = "",
    form: ReplyAddressForm | None = None,
) -> HttpResponse:
    hook = queries.hook_of(channel)
    initial = {"reply_url": hook.reply_url if hook else ""}
    address = reverse("feedback:receive", args=[hook.key]) if hook else ""
    context: dict[str, Any] = {
        "channel": channel,
        "hook": hook,
        "address": f"{settings.PUBLIC_URL}{address}" if address else "",
        "secret": secret,
        "form": form or ReplyAddressForm(initial=initial),
        "minutes": WINDOW_SECONDS // 60,
        "kilobytes": LARGEST // 1024,
        "now": timezone.now(),
    }
    status = INVALID if form is not None else 200
    response = render(request, "feedback/hook.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show the address, and how to post to it."""
    return _shown(request, _channel(request, pk))


@require_POST
def rotate(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a secret and show it, this once."""
    channel = _channel(request, pk)
    person = Person.objects.filter(pk=request.scope.person_id or 0).first()
    secret = services.rotate(
        actor=request.user, person=person, channel_id=channel.pk, now=timezone.now()
    )
    return _shown(request, channel, secret=secret)


@require_POST
def answer_to(request: StaffRequest, pk: int) -> HttpResponse:
    """Set the address to which answers are posted."""
    channel = _channel(request, pk)
    form = ReplyAddressForm(request.POST)
    if not form.is_valid():
        return _shown(request, channel, form=form)
    services.answer_to(
        actor=request.user,
        channel_id=channel.pk,
        url=form.cleaned_data["reply_url"],
        now=timezone.now(),
    )
    messages.success(request, _("The address for answers is saved."))
    return redirect("feedback:hook", pk=channel.pk)


@require_POST
def close(request: StaffRequest, pk: int) -> HttpResponse:
    channel = _channel(request, pk)
    services.close(actor=request.user, channel_id=channel.pk, now=timezone.now())
    messages.success(request, _("The webhook is closed."))
    return redirect("feedback:hook", pk=channel.pk)
