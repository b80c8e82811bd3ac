"""House rules: each version of the policy as text, confirmed by name."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from staff.handbook import access
from staff.handbook.queries import rules as queries
from staff.handbook.services import rules as services
from staff.handbook.texts import rules as texts
from staff.handbook.views import parts
from staff.handbook.views.reading import readers_page
from staff.people.http import StaffRequest
from staff.people.services import Refused
from staff.rulebook.models import Policy


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """The version that holds, to be read and confirmed, and those before it."""
    parts.must_be_person(request.scope)
    policy = queries.in_force(request.scope.today)
    if policy is None:
        raise Http404
    return _page(request, policy)


@require_GET
def version(request: StaffRequest, day: date) -> HttpResponse:
    parts.must_be_person(request.scope)
    return _page(request, get_object_or_404(Policy, valid_from=day))


def _page(request: StaffRequest, policy: Policy) -> HttpResponse:
    scope = request.scope
    rows = queries.versions(scope)
    holds = bool(rows) and rows[0].policy.pk == policy.pk
    context = {
        "policy": policy,
        "sections": texts.as_text(policy),
        "rows": rows,
        "holds": holds,
        "begun": policy.valid_from <= scope.today,
        "read_at": queries.own(policy, scope.person_id or 0),
        "leads": scope.leads,
        "now": timezone.now(),
        **parts.tabs("rules"),
    }
    return render(request, "staff/handbook/rules.html", context)


@require_POST
def confirm(request: StaffRequest, day: date) -> HttpResponse:
    parts.must_be_person(request.scope)
    policy = get_object_or_404(Policy, valid_from=day)
    try:
        services.confirm(actor=request.person, policy_id=policy.pk, now=timezone.now())
    except Refused as refused:
        messages.warning(request, texts.sentence(refused))
    else:
        messages.success(request, _("Confirmed. Thank you."))
    return redirect("staff:rules_version", day)


@require_GET
def readers(request: StaffRequest, day: date) -> HttpResponse:
    """Who of one's people has confirmed a version."""
    parts.must_be_person(request.scope)
    policy = get_object_or_404(Policy, valid_from=day, valid_from__lte=request.scope.today)
    if not access.can_see_readers(request.scope):
        raise PermissionDenied
    seen = [
        one
        for one in queries.readers(policy, day=request.scope.today)
        if one.place.person_id in request.scope.below_ids
    ]
    title = _("House rules from %(day)s") % {"day": date_format(day, "SHORT_DATE_FORMAT")}
    back = reverse("staff:rules_version", args=[day])
    export = f"{reverse('portal:export_kind', args=['acknowledgements'])}?format=csv"
    return readers_page(request, seen, must_read=True, title=title, back=back, export=export)
