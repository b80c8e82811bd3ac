"""Whose the mailboxes for complaints are; for those who look after the portal."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from complaints.forms.letters import BoxForm
from complaints.models import CaseMailbox
from complaints.queries import letters as queries
from complaints.services import letters as services
from portal import shell
from portal.models import Mailbox
from staff.people.http import StaffRequest


def _operator(request: StaffRequest) -> None:
    if not shell.reach_of(request).operator:
        raise Http404


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """List the mailboxes for complaints and whose they are."""
    _operator(request)
    return render(request, "complaints/letters/boxes.html", {"rows": queries.boxes(request.scope)})


def _form(request: StaffRequest, box: CaseMailbox | None) -> BoxForm:
    initial = {
        "version": box.version if box else 0,
        "store": box.store_id if box else None,
        "team": box.team_id if box else None,
        "address": box.address if box else "",
        "takes_tags": box.takes_tags if box else False,
        "signature": box.signature if box else "",
    }
    stores, teams = queries.places(request.scope)
    data = request.POST if request.method == "POST" else None
    return BoxForm(data or None, stores=stores, teams=teams, initial=initial)


@require_http_methods(["GET", "POST"])
def box(request: StaffRequest, pk: int) -> HttpResponse:
    """Say whose a mailbox is."""
    _operator(request)
    mailbox = get_object_or_404(queries.mailboxes(request.scope), pk=pk)
    known = CaseMailbox.objects.filter(mailbox=mailbox).first()
    form = _form(request, known)
    if request.method == "POST" and form.is_valid() and _saved(request, form, mailbox):
        return redirect("complaints:mailboxes")
    context = {"form": form, "mailbox": mailbox}
    status = 422 if form.is_bound else 200
    return render(request, "complaints/letters/box.html", context, status=status)


def _saved(request: StaffRequest, form: BoxForm, mailbox: Mailbox) -> bool:
    try:
        services.save_box(
            actor=request.user,
            mailbox_id=mailbox.pk,
            place=form.place(),
            version=form.cleaned_data["version"],
            now=timezone.now(),
        )
    except (services.ChangedMeanwhile, services.BoxTaken):
        form.add_error(None, _("Somebody else has changed this meanwhile. Load the page again."))
        return False
    messages.success(request, _("The mailbox is saved."))
    return True
