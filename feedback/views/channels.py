"""Channels: how they are, and the form for those who maintain them (FBK-1)."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from complaints.enums import Channel as Source
from feedback import access
from feedback.enums import ChannelState
from feedback.forms import desk as forms
from feedback.models import Channel
from feedback.queries import channels as queries
from feedback.queries import hooks as hook_queries
from feedback.queries import mails as mail_queries
from feedback.services import channels as services
from feedback.views import parts
from portal import submissions
from staff.people.http import StaffRequest
from staff.people.models import Store, Team
from staff.people.queries import members

STATES = {
    ChannelState.ACTIVE: ("success", "play-circle"),
    ChannelState.PAUSED: ("neutral", "pause-circle"),
}


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    if not request.scope.is_admin:
        parts.must_serve(request)
    now = timezone.now()
    may_edit = access.can_maintain(request.scope)
    context = {
        "rows": [
            {
                "row": row,
                "channel": row.channel,
                "kind": Source(row.channel.source).label,
                "hook_url": reverse("feedback:hook", args=[row.channel.pk])
                if may_edit and row.channel.source in hook_queries.SOURCES
                else "",
                "badge": (
                    ChannelState(row.channel.state).label,
                    *STATES[ChannelState(row.channel.state)],
                ),
            }
            for row in queries.rows_for(request.scope, now=now)
        ],
        "may_edit": may_edit,
        "now": now,
        **parts.tabs(request, parts.CHANNELS),
    }
    return render(request, "feedback/channels.html", context)


def _form(request: StaffRequest, data: Any = None, **initial: Any) -> forms.ChannelForm:  # noqa: ANN401 -- as Form takes it
    everybody = sorted(members(request.scope.today).values(), key=lambda one: one.number)
    return forms.ChannelForm(
        data,
        stores=list(Store.objects.order_by("name").values_list("pk", "name")),
        teams=list(Team.objects.order_by("name").values_list("pk", "name")),
        people=[(one.person_id, one.label) for one in everybody],
        mailboxes=mail_queries.mailboxes(),
        initial={"form_key": submissions.new_key(), **initial},
    )


def _page(request: StaffRequest, form: forms.ChannelForm, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "back": reverse("feedback:channels"),
        "send": _("Save"),
        "icon": "check-lg",
    }
    status = 422 if form.is_bound else 200
    return render(request, "feedback/form.html", context, status=status)


@require_http_methods(["GET", "POST"])
def create(request: StaffRequest) -> HttpResponse:
    parts.must_maintain(request)
    title = _("Add a channel")
    if request.method == "GET":
        return _page(request, _form(request, version=0, state=ChannelState.ACTIVE), title)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, title)
    try:
        services.make_channel(
            actor=request.user,
            facts=form.facts(),
            form_key=form.cleaned_data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This channel was added already; the form was sent twice."))
    except IntegrityError:
        form.add_error(None, _("There is a channel of this name, kind or mailbox there already."))
        return _page(request, form, title)
    else:
        messages.success(request, _("The channel is added."))
    return redirect("feedback:channels")


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    parts.must_maintain(request)
    channel = get_object_or_404(Channel.objects.visible_to(request.scope), pk=pk)
    if request.method == "GET":
        return _page(request, _form(request, **_initial(channel)), channel.name)
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, channel.name)
    try:
        services.change_channel(
            actor=request.user,
            channel_id=pk,
            facts=form.facts(),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except services.ChangedMeanwhile:
        form.add_error(None, _("Somebody else has changed this meanwhile. Load the page again."))
        return _page(request, form, channel.name)
    except IntegrityError:
        form.add_error(None, _("There is a channel of this name, kind or mailbox there already."))
        return _page(request, form, channel.name)
    messages.success(request, _("The channel is saved."))
    return redirect("feedback:channels")


def _initial(channel: Channel) -> dict[str, Any]:
    return {
        "version": channel.version,
        "name": channel.name,
        "source": channel.source,
        "store": channel.store_id,
        "team": channel.team_id,
        "owner": channel.owner_id,
        "state": channel.state,
        "quiet_hours": channel.quiet_hours,
        "mailbox": channel.mailbox_id,
    }
