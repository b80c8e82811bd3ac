"""Mails without a case: the list of the lead, and what becomes of each."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from complaints import access
from complaints.forms import letters as forms
from complaints.models import CaseLetter, Complaint
from complaints.policies import letters as policies
from complaints.queries import letters as queries
from complaints.services import letters as services
from portal import news
from staff.people.http import StaffRequest


@require_GET
def letters(request: StaffRequest) -> HttpResponse:
    """List the mails without a case, or those that were set aside, newest first."""
    if not request.scope.leads:
        raise PermissionDenied
    aside = "aside" in request.GET
    before = news.number(request.GET.get("before", ""))
    rows, after = queries.page_of(request.scope, aside=aside, before=before)
    base = reverse("complaints:letters")
    start = "?aside=1" if aside else "?"
    joint = "&" if aside else ""
    context = {
        "rows": rows,
        "aside": aside,
        "tabs": [
            {"label": _("Waiting"), "url": base, "active": not aside, "icon": "envelope"},
            {"label": _("Set aside"), "url": f"{base}?aside=1", "active": aside, "icon": "archive"},
        ],
        "next_url": f"{start}{joint}before={after}" if after else "",
        "previous_url": start if before else "",
        "now": timezone.now(),
    }
    return render(request, "complaints/letters/list.html", context)


def _found(request: StaffRequest, pk: int) -> CaseLetter:
    rows = CaseLetter.objects.visible_to(request.scope)
    rows = rows.select_related("mail", "box__store", "box__team", "complaint", "handled_by")
    return get_object_or_404(rows, pk=pk)


def _to_sort(request: StaffRequest, pk: int) -> CaseLetter:
    found = _found(request, pk)
    if not access.can_sort(request.scope, found.box):
        raise PermissionDenied
    return found


@require_GET
def letter(request: StaffRequest, pk: int) -> HttpResponse:
    """The page of a mail; one that has found its case leads there."""
    found = _found(request, pk)
    if found.complaint is not None:
        return redirect(_place(found.complaint))
    return _page(request, found, {})


def _place(case: Complaint) -> str:
    return reverse("complaints:case", args=[case.number]) + "#mails"


def _page(
    request: StaffRequest, found: CaseLetter, bound: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    orders = queries.orders_in(found)
    said, quoted = policies.parted(found.mail.body)
    context = {
        "letter": found,
        "said": said,
        "quoted": quoted,
        "files": list(found.mail.files.order_by("pk")),
        "orders": orders,
        "suggested": queries.suggested(request.scope, found, orders),
        "can_sort": access.can_sort(request.scope, found.box),
        "attach_form": forms.AttachLetterForm(auto_id="attach-%s"),
        "aside_form": forms.AsideForm(auto_id="aside-%s"),
        "now": timezone.now(),
        **bound,
    }
    return render(request, "complaints/letters/letter.html", context, status=status)


@require_POST
def attach(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a mail into a case that one sees."""
    found = _to_sort(request, pk)
    form = forms.AttachLetterForm(request.POST, auto_id="attach-%s")
    if not form.is_valid():
        return _page(request, found, {"attach_form": form}, status=422)
    cases = Complaint.objects.visible_to(request.scope).select_related("merged_into")
    case = cases.filter(number=form.cleaned_data["number"]).defer("words").first()
    if case is None:
        form.add_error("number", _("You see no case of this number."))
        return _page(request, found, {"attach_form": form}, status=422)
    case = case.merged_into or case
    try:
        landed = services.attach(
            actor=request.person, letter_id=pk, complaint_id=case.pk, now=timezone.now()
        )
    except services.AlreadyHandled as error:
        return handled(request, error)
    text = ngettext(
        "%(count)d mail is in the case now.", "%(count)d mails are in the case now.", landed
    )
    messages.success(request, text % {"count": landed})
    return redirect(_place(case))


def handled(request: StaffRequest, error: services.AlreadyHandled) -> HttpResponse:
    """Say that somebody was faster, and lead to the case where the mail is now."""
    messages.warning(request, _("Somebody else has dealt with this mail in the meantime."))
    seen = error.case and Complaint.objects.visible_to(request.scope).filter(pk=error.case.pk)
    if error.case is not None and seen and seen.exists():
        return redirect(_place(error.case))
    return redirect("complaints:letters")


@require_POST
def set_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """Say that a mail is no complaint."""
    found = _to_sort(request, pk)
    form = forms.AsideForm(request.POST, auto_id="aside-%s")
    if not form.is_valid():
        return _page(request, found, {"aside_form": form}, status=422)
    why = form.cleaned_data["why"]
    try:
        services.set_aside(actor=request.person, letter_id=pk, why=why, now=timezone.now())
    except services.AlreadyHandled as error:
        return handled(request, error)
    messages.success(request, _("The mail is set aside."))
    return redirect("complaints:letters")


@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a mail that was set aside wait again."""
    _to_sort(request, pk)
    try:
        services.take_back(actor=request.person, letter_id=pk, now=timezone.now())
    except services.AlreadyHandled as error:
        return handled(request, error)
    messages.success(request, _("The mail waits for a case again."))
    return redirect("complaints:letter", pk=pk)


@require_POST
def sender(request: StaffRequest, pk: int) -> HttpResponse:
    """The sender's address in the open; who does not own the case leaves a trace (§10)."""
    found = _found(request, pk)
    if not access.can_unmask_sender(request.scope, found):
        raise PermissionDenied
    shown = services.look(actor=request.person, letter=found, now=timezone.now())
    if request.htmx:
        return render(request, "portal/components/masked.html", {"shown": shown or "–"})
    return render(request, "complaints/letters/sender.html", {"shown": shown, "letter": found})


@require_GET
def file(request: StaffRequest, pk: int, key: int) -> HttpResponseBase:
    """A file of a mail, always as a download."""
    found = queries.file_of(request.scope, pk, key)
    if found is None:
        raise Http404
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(
        opened, as_attachment=True, filename=found.name, content_type=found.kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
