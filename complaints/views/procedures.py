"""Procedures of a case by checklist, and its evidence as one file (CMP-11, CMP-12)."""

import tempfile
import zipfile
from collections.abc import Iterable

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints.enums import ProcedureKind
from complaints.forms import procedures as forms
from complaints.models import Attachment, Complaint, Procedure
from complaints.queries import letters as mails
from complaints.queries import procedures as queries
from complaints.services import procedures
from complaints.texts import procedures as texts
from complaints.views.stages import handled_case
from portal import audit
from portal.models import IncomingFile
from staff.people.http import StaffRequest

IN_MEMORY = 4 * 1024 * 1024


@require_http_methods(["GET", "POST"])
def index(request: StaffRequest, number: str) -> HttpResponse:
    """The procedures of a case; a new one is begun here."""
    complaint = handled_case(request, number)
    if request.method == "GET":
        return _page(request, complaint, forms.BeginForm())
    form = forms.BeginForm(request.POST)
    if form.is_valid():
        kind = ProcedureKind(form.cleaned_data["kind"])
        plan = procedures.Plan(
            kind=kind,
            title=texts.title_of(kind, number=number),
            deadline_at=form.cleaned_data["deadline_at"],
        )
        try:
            procedures.begin(
                actor=request.person, complaint_id=complaint.pk, plan=plan, now=timezone.now()
            )
        except procedures.RunsAlready:
            form.add_error("kind", _("This procedure runs already."))
        except procedures.NoDeadline:
            form.add_error(
                "deadline_at", _("A dispute needs the platform's deadline, and it must be ahead.")
            )
        else:
            messages.success(request, _("The procedure has begun."))
            return redirect("complaints:procedures", number=number)
    return _page(request, complaint, form, status=422)


def _page(
    request: StaffRequest, complaint: Complaint, form: forms.BeginForm, *, status: int = 200
) -> HttpResponse:
    running = queries.procedures_of(complaint)
    context = {
        "complaint": complaint,
        "form": form,
        "procedures": [
            (
                one,
                [
                    (line, texts.STEPS[line.code], texts.too_early(list(line.lacking)))
                    for line in one.lines
                ],
            )
            for one in running
        ],
        "files": Attachment.objects.filter(complaint=complaint).order_by("added_at", "pk"),
        "now": timezone.now(),
    }
    return render(request, "complaints/stages/procedures.html", context, status=status)


def _found(request: StaffRequest, number: str, pk: int) -> Procedure:
    complaint = handled_case(request, number)
    return get_object_or_404(Procedure.objects.filter(complaint=complaint), pk=pk)


@require_POST
def tick_off(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    found = _found(request, number, pk)
    files = list(Attachment.objects.filter(complaint_id=found.complaint_id))
    form = forms.StepForm(request.POST, files=files)
    if not form.is_valid():
        messages.error(request, _("Say what it rests on, in at most 500 characters."))
        return redirect("complaints:procedures", number=number)
    data = form.cleaned_data
    try:
        procedures.tick_off(
            actor=request.person,
            procedure_id=pk,
            code=data["code"],
            note=data["note"],
            file=next((one for one in files if one.pk == data["file"]), None),
            now=timezone.now(),
        )
    except procedures.NotOpen:
        messages.info(request, _("This step is done already, or the procedure has ended."))
    except procedures.TooEarly as error:
        messages.warning(request, texts.too_early(error.codes))
    else:
        messages.success(request, _("The step is done."))
    return redirect("complaints:procedures", number=number)


@require_POST
def end(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    _found(request, number, pk)
    form = forms.EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how it ended, in at most 500 characters."))
        return redirect("complaints:procedures", number=number)
    try:
        procedures.end(
            actor=request.person,
            procedure_id=pk,
            result=form.cleaned_data["result"],
            now=timezone.now(),
        )
    except procedures.NotOpen:
        messages.info(request, _("This step is done already, or the procedure has ended."))
    else:
        messages.success(request, _("The procedure has ended."))
    return redirect("complaints:procedures", number=number)


def _put_mails(bundle: zipfile.ZipFile, complaint: Complaint) -> None:
    """Add the mails of a case, addresses masked, and the files that came with them."""
    for place, line in enumerate(reversed(mails.lines_of(complaint)), start=1):
        if line.letter is not None:
            mail = line.letter.mail
            said = (mail.sender_masked, mail.subject, mail.body)
            _put_files(bundle, place, mail.files.all())
        elif line.reply is not None:
            said = (line.reply.receiver_masked, line.reply.subject, line.reply.text)
        way = "received" if line.letter else "written"
        text = "\n".join((timezone.localtime(line.at).isoformat(), *said))
        bundle.writestr(f"mails/{place:02}-{way}.txt", text)


def _put_files(bundle: zipfile.ZipFile, place: int, files: Iterable[IncomingFile]) -> None:
    for number, file in enumerate((one for one in files if one.file), start=1):
        name = file.name.replace("/", "_").replace("\\", "_")
        try:
            with file.file.open("rb") as content:
                bundle.writestr(f"mails/{place:02}-{number:02}-{name}", content.read())
        except FileNotFoundError:
            bundle.writestr(f"mails/{place:02}-{number:02}-{name}.missing", b"")


@require_POST
def evidence(request: StaffRequest, number: str) -> HttpResponseBase:
    """Everything of the case that proves something, as one file; taking it out is logged."""
    complaint = handled_case(request, number)
    found = queries.evidence_of(complaint)
    pack = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- the answer closes it
    with zipfile.ZipFile(pack, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr(f"{number}.txt", "\n".join(texts.summary(complaint, found)) + "\n")
        for place, file in enumerate(found.files, start=1):
            name = file.name.replace("/", "_").replace("\\", "_")
            try:
                with file.file.open("rb") as content:
                    bundle.writestr(f"files/{place:02}-{name}", content.read())
            except FileNotFoundError:
                bundle.writestr(f"files/{place:02}-{name}.missing", b"")
        _put_mails(bundle, complaint)
    pack.seek(0)
    audit.record(
        actor=request.user, verb="complaint.evidence", target=complaint, at=timezone.now(),
        after={"files": len(found.files)},
    )  # fmt: skip
    return FileResponse(
        pack, as_attachment=True, filename=f"{number}.zip", content_type="application/zip"
    )
