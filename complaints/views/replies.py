"""Mails of a case: what came, what was written, and writing one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import access
from complaints.forms import letters as forms
from complaints.models import CaseLetter, CaseMailbox, CaseReply, Complaint
from complaints.policies import letters as policies
from complaints.queries import letters as queries
from complaints.services import attachments
from complaints.services import letters as services
from complaints.services.letters import Reply
from complaints.texts import letters as texts
from complaints.views.case_page import found_case
from portal import submissions
from staff.people.http import StaffRequest


@require_GET
def mails(request: StaffRequest, number: str) -> HttpResponse:
    """The mails of a case, in both directions; the page of the case loads them."""
    complaint = found_case(request, number)
    context = {
        "complaint": complaint,
        "lines": [_shown(line) for line in queries.lines_of(complaint)],
        "can_edit": access.can_edit(request.scope, complaint),
        "can_unmask": access.can_unmask(request.scope, complaint),
        "now": timezone.now(),
    }
    template = "complaints/letters/mails.html"
    return render(request, f"{template}#mails" if request.htmx else template, context)


def _shown(line: queries.Line) -> dict[str, Any]:
    if line.reply is not None:
        tone, icon, label = texts.SENT[line.sent]
        return {
            "at": line.at, "reply": line.reply, "said": line.reply.text,
            "counts": texts.of_counts(line.reply.counts), "failed": line.sent == "FAILED",
            "along": list(line.reply.files.all()),
            "sent": {"tone": tone, "icon": icon, "label": label},
        }  # fmt: skip
    assert line.letter is not None  # noqa: S101 -- a line is either of the two
    letter = line.letter
    said, quoted = policies.parted(letter.mail.body)
    return {
        "at": line.at, "letter": letter, "said": said, "quoted": quoted,
        "how": texts.of_landing(letter.landed_by), "files": list(letter.mail.files.all()),
        "machine": letter.mail.get_automatic_display() if letter.mail.automatic else "",
    }  # fmt: skip


def _box(request: StaffRequest, complaint: Complaint) -> CaseMailbox:
    if not access.can_edit(request.scope, complaint):
        raise PermissionDenied
    box = queries.box_for(complaint, today=request.scope.today)
    if box is None:
        raise Http404
    return box


@require_http_methods(["GET", "POST"])
def reply(request: StaffRequest, number: str) -> HttpResponse:
    """Write a mail to the customer."""
    complaint = found_case(request, number)
    box = _box(request, complaint)
    senders = queries.senders_of(complaint)
    offered: dict[str, Any] = {
        "senders": senders,
        "complaint": complaint,
        "files": list(complaint.attachments.order_by("pk")),
    }
    if request.method == "POST":
        form = forms.ReplyForm(request.POST, request.FILES, **offered)
        if form.is_valid():
            return _send(request, complaint, box, form)
        return _page(request, complaint, box, form, status=422)
    form = forms.ReplyForm(initial=_initial(request, complaint, senders), **offered)
    return _page(request, complaint, box, form)


def _initial(
    request: StaffRequest, complaint: Complaint, senders: list[CaseLetter]
) -> dict[str, Any]:
    wanted = request.GET.get("letter", "")
    known = {str(one.pk): one for one in senders}
    chosen = known.get(wanted) or (senders[0] if senders else None)
    subject = chosen.mail.subject if chosen else _("Your complaint %(number)s")
    subject = subject if chosen else subject % {"number": complaint.number}
    return {
        "form_key": submissions.new_key(),
        "to": str(chosen.pk) if chosen else "",
        "subject": policies.reply_subject(subject) if chosen else subject,
        "counts": "",
    }


def _page(
    request: StaffRequest,
    complaint: Complaint,
    box: CaseMailbox,
    form: forms.ReplyForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"complaint": complaint, "box": box, "form": form, "now": timezone.now()}
    return render(request, "complaints/letters/reply.html", context, status=status)


def _send(
    request: StaffRequest, complaint: Complaint, box: CaseMailbox, form: forms.ReplyForm
) -> HttpResponse:
    data, now = form.cleaned_data, timezone.now()
    fresh = [
        attachments.attach_once(
            actor=request.person, complaint_id=complaint.pk, checked=one, now=now
        )
        for one in data["uploads"]
    ]
    written = Reply(
        receiver=form.receiver(), subject=data["subject"], text=data["text"],
        answers=form.letter(), counts=data.get("counts", ""), files=[*form.chosen(), *fresh],
    )  # fmt: skip
    try:
        services.send(
            actor=request.person, complaint=complaint, box=box, reply=written,
            form_key=data["form_key"], now=now,
        )  # fmt: skip
    except submissions.AlreadySubmitted:
        messages.info(request, _("This mail was written already; the form was sent twice."))
    else:
        messages.success(request, _("The mail is on its way."))
    return redirect(reverse("complaints:case", args=[complaint.number]) + "#mails")


@require_POST
def try_again(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Send a mail again that could not be delivered."""
    complaint = found_case(request, number)
    if not access.can_edit(request.scope, complaint):
        raise PermissionDenied
    written = get_object_or_404(CaseReply, pk=pk, complaint=complaint)
    if services.try_again(actor=request.person, reply=written, now=timezone.now()):
        messages.success(request, _("The mail is on its way again."))
    else:
        messages.info(request, _("This mail is on its way, or was sent."))
    return redirect(reverse("complaints:case", args=[complaint.number]) + "#mails")
