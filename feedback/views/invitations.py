"""Customers are invited by personal links, which are shown once, to be pasted into a chat."""

from base64 import b64encode
from typing import Any

import qrcode
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from qrcode.image.svg import SvgPathFillImage

from feedback import access, texts
from feedback.filters import InvitationFilter
from feedback.forms.surveys import InviteForm
from feedback.models import Invitation, Survey
from feedback.queries import surveys as queries
from feedback.services import aftercase, answers
from feedback.services.surveys import Refused
from feedback.views import parts
from feedback.views.surveys import found
from portal import submissions
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50


def _address(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('feedback:answer_personal', args=[token])}"


def _to_invite(request: StaffRequest, pk: int) -> Survey:
    survey = found(request, pk)
    if not access.can_invite(request.scope, survey):
        raise PermissionDenied
    return survey


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the invitations, newest first."""
    parts.must_serve(request)
    now, number = timezone.now(), page_of(request.GET)
    form = InvitationFilter(request.GET)
    rows = form.apply(Invitation.objects.visible_to(request.scope), now=now)
    start = (number - 1) * PAGE_SIZE
    page = queries.invitations_of(rows, start=start, size=PAGE_SIZE + 1)
    context = {
        "rows": [
            {"row": row, "waits": row.answered_at is None and row.expires_at > now}
            for row in page[:PAGE_SIZE]
        ],
        "count": rows.count(),
        "form": form,
        "now": now,
        "previous_url": f"?{form.query(page=str(number - 1))}" if number > 1 else "",
        "next_url": f"?{form.query(page=str(number + 1))}" if page[PAGE_SIZE:] else "",
        **parts.tabs(request, parts.SURVEYS),
    }
    return render(request, "feedback/invitations.html", context)


def _form(request: StaffRequest, data: Any = None) -> InviteForm:  # noqa: ANN401 -- as Form takes it
    scope = request.scope
    return InviteForm(
        data,
        people=queries.people_of(scope.team_ids, today=scope.today),
        initial={"form_key": submissions.new_key(), "agent": scope.person_id},
    )


def _page(request: StaffRequest, survey: Survey, form: InviteForm) -> HttpResponse:
    context = {
        "form": form,
        "title": _("Invite customers"),
        "back": reverse("feedback:survey", args=[survey.pk]),
        "send": _("Make the links"),
        "icon": "link-45deg",
        "intro": survey.title,
    }
    return render(request, "feedback/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def invite(request: StaffRequest, pk: int) -> HttpResponse:
    """Make links and show them; nobody can show them a second time."""
    survey = _to_invite(request, pk)
    if request.method == "GET":
        return _page(request, survey, _form(request))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, survey, form)
    data = form.cleaned_data
    orders = queries.orders_of(survey.store_id, data["orders"])
    if unknown := [number for number in data["orders"] if number not in orders]:
        text = _("The store has no order of this number: %(numbers)s")
        form.add_error("orders", text % {"numbers": _(", ").join(unknown[:10])})
        return _page(request, survey, form)
    try:
        made = answers.invite(
            actor=request.person,
            survey_id=pk,
            guests=answers.Guests(
                orders=[orders[number] for number in data["orders"]],
                nameless=data["nameless"] or 0,
                agent_id=data["agent"],
            ),
            form_key=data["form_key"],
            now=timezone.now(),
        )
    except submissions.AlreadySubmitted:
        messages.info(request, _("These links were made already, and are shown only once."))
        return redirect("feedback:survey", pk=pk)
    except Refused as refused:
        messages.warning(request, texts.why_not(refused.code))
        return redirect("feedback:survey", pk=pk)
    links = [(label, _address(token)) for label, token in made.links]
    return _links(request, survey, links, skipped=made.skipped)


def _links(
    request: StaffRequest,
    survey: Survey,
    links: list[tuple[str, str]],
    *,
    skipped: Any = (),  # noqa: ANN401 -- texts
    case: str = "",
) -> HttpResponse:
    context = {"survey": survey, "links": links, "skipped": skipped, "case": case}
    if len(links) == 1:
        url = links[0][1]
        context |= {"message": _message(url, case=case), "qr": _qr(url)}
    response = render(request, "feedback/links.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _message(url: str, *, case: str) -> str:
    """Return what is pasted into the chat with a customer."""
    if not case:
        return _("Would you tell us in half a minute how we did? %(url)s") % {"url": url}
    text = _(
        "Your case %(case)s is closed. Would you tell us in half a minute how it went? %(url)s"
    )
    return text % {"case": case, "url": url}


def _qr(url: str) -> str:
    """Return the QR code of a link as the source of an image: a secret has no address here."""
    image = qrcode.make(url, image_factory=SvgPathFillImage, border=2)
    return f"data:image/svg+xml;base64,{b64encode(image.to_string()).decode()}"


@require_POST
def call_instead(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the customer of a case on the call list: the link did not arrive, or will not."""
    rows = Invitation.objects.visible_to(request.scope).exclude(after_case=None)
    invitation = get_object_or_404(rows.select_related("survey", "after_case"), pk=pk)
    if not access.can_invite(request.scope, invitation.survey):
        raise PermissionDenied
    after = invitation.after_case
    try:
        call = aftercase.call_instead(actor=request.person, after_id=after.pk, now=timezone.now())
    except aftercase.NoPhone:
        messages.warning(request, _("No phone number of this customer is known."))
        return redirect(f"{reverse('feedback:invitations')}?state=hand")
    messages.success(request, _("The customer is on the call list."))
    return redirect("feedback:call", pk=call.pk)


@require_POST
def new_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a further link of one invitation, to remind the customer with."""
    rows = Invitation.objects.visible_to(request.scope).select_related(
        "survey", "order", "after_case__complaint"
    )
    invitation = get_object_or_404(rows, pk=pk)
    if not access.can_invite(request.scope, invitation.survey):
        raise PermissionDenied
    try:
        token = answers.new_link(actor=request.person, invitation_id=pk, now=timezone.now())
    except answers.Gone:
        messages.info(request, _("This invitation was answered meanwhile, or is over."))
        return redirect("feedback:survey", pk=invitation.survey_id)
    label = invitation.order.number if invitation.order else ""
    after = getattr(invitation, "after_case", None)
    case = after.complaint.number if after else ""
    return _links(request, invitation.survey, [(label, _address(token))], case=case)
