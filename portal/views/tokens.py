"""Tokens of the API: one's own, and names and scopes of those of the people below."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal import shell, submissions, tokens
from portal.enums import ApiScope
from portal.forms import TokenForm
from portal.models import ApiToken, User
from portal.querysets import ApiTokenQuerySet

SHOWN = 200


def _reachable(request: HttpRequest) -> ApiTokenQuerySet:
    reach = shell.reach_of(request)
    below = reach.user_ids if reach.operator else ()
    return ApiToken.objects.visible_to(cast("User", request.user), below=below)


def _row(token: ApiToken, *, now: datetime) -> dict[str, Any]:
    if token.revoked_at:
        state = "revoked"
    elif token.expires_at <= now:
        state = "expired"
    else:
        state = "valid" if token.user.is_active else "asleep"
    known = dict(ApiScope.choices)
    scopes = [str(known.get(scope, scope)) for scope in token.scopes]
    return {"token": token, "state": state, "scopes": scopes}


def _page(
    request: HttpRequest, form: TokenForm, *, secret: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    found = _reachable(request).select_related("user").order_by("-pk")[:SHOWN]
    rows = [_row(token, now=now) for token in found]
    context = {
        "form": form,
        "secret": secret,
        "mine": [row for row in rows if row["token"].user_id == request.user.pk],
        "others": [row for row in rows if row["token"].user_id != request.user.pk],
        "base": f"{settings.PUBLIC_URL}/api/v1",
        "now": now,
    }
    response = render(request, "portal/tokens.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Show one's tokens, and make one; its secret is shown in this answer only."""
    user = cast("User", request.user)
    if request.method == "GET":
        return _page(request, TokenForm(user=user))
    form = TokenForm(request.POST, user=user)
    if not form.is_valid():
        return _page(request, form, status=422)
    now = timezone.now()
    data = form.cleaned_data
    try:
        secret, _token = tokens.make(
            user=user,
            name=data["name"],
            scopes=data["scopes"],
            expires_at=now + timedelta(days=data["days"]),
            now=now,
            form_key=data["form_key"],
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("This form was sent already; its token is in the list."))
        return redirect("portal:tokens")
    except tokens.TooManyTokens:
        form.add_error(
            None,
            _("You have %(most)d valid tokens. Revoke one that is no longer used.")
            % {"most": tokens.MOST},
        )
        return _page(request, form, status=422)
    return _page(request, TokenForm(user=user), secret=secret)


@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token: one's own, or one of somebody below."""
    token = get_object_or_404(_reachable(request), pk=pk)
    if token.user_id != request.user.pk and not shell.reach_of(request).operator:
        raise PermissionDenied
    if tokens.revoke(actor=cast("User", request.user), token=token, now=timezone.now()):
        messages.success(request, _("The token is revoked; it opens nothing any more."))
    else:
        messages.info(request, _("This token was revoked already."))
    return redirect("portal:tokens")
