import io
from dataclasses import replace
from functools import partial
from typing import IO, cast

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal import tasks
from portal.enums import ExportState
from portal.http import PortalRequest
from portal.models import ExportRun, User
from portal.transfer import export_runs, exports, output, uploads
from portal.transfer.forms import ExportChoice
from portal.transfer.output import CellTooLong
from portal.transfer.registry import Context, NothingToExport

AT_ONCE = 5000  # rows that are written while somebody waits
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@require_GET
def export_kind(request: HttpRequest, name: str) -> HttpResponseBase:
    """Give the rows of a kind that one may see, in the columns of its import."""
    user, scope = cast("User", request.user), getattr(request, "scope", None)
    kind = next((each for each in uploads.exportable(user, scope) if each.name == name), None)
    if kind is None:
        raise Http404
    form = ExportChoice(request.GET)
    if not form.is_valid():
        messages.error(request, _("Choose a format and a month such as 2026-10."))
        return redirect("portal:transfers")
    month, ending = form.cleaned_data["month"], form.cleaned_data["format"] or "csv"
    zone = timezone.get_default_timezone()
    context = Context(
        actor=user, scope=scope, now=timezone.now(), zone=zone, month=month,
        filters=request.GET.dict(),
    )  # fmt: skip
    chinese = translation.get_language().startswith("zh")
    try:
        file = exports.write(kind, context, ending=ending, chinese=chinese, most=AT_ONCE)
    except exports.TooLong:
        run = export_runs.ask(kind=kind, context=context, ending=ending, chinese=chinese)
        transaction.on_commit(partial(tasks.write_export.delay, run.pk), robust=True)
        return redirect("portal:export_run", run.pk)
    except NothingToExport as refusal:
        messages.error(request, str(refusal))
        return redirect("portal:transfers")
    except CellTooLong:
        messages.error(request, _("A text is too long for a workbook. Export it as CSV."))
        return redirect("portal:transfers")
    span = f"{month:%Y-%m}" if month else f"{context.today:%Y-%m-%d}"
    return sent(file, f"{kind.name}-{span}", ending)


def sent(file: IO[bytes], name: str, ending: str) -> FileResponse:
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.{ending}", content_type=CONTENT_TYPES[ending]
    )


@require_GET
def template(request: HttpRequest, name: str) -> FileResponse:
    """Give an empty workbook with the columns of a kind that one may import."""
    user, scope = cast("User", request.user), getattr(request, "scope", None)
    kind = next((each for each in uploads.importable(user, scope) if each.name == name), None)
    if kind is None or kind.layout:
        raise Http404
    chinese = translation.get_language().startswith("zh")
    file = io.BytesIO()
    wanted = replace(kind, columns=kind.read)
    output.write_xlsx(wanted, [], file, timezone.get_default_timezone(), chinese=chinese)
    file.seek(0)
    return sent(file, f"{kind.name}-template", "xlsx")


def _run_or_404(request: HttpRequest, pk: int) -> ExportRun:
    return get_object_or_404(ExportRun.objects.visible_to(cast("User", request.user)), pk=pk)


@require_GET
def export_run(request: PortalRequest, pk: int) -> HttpResponse:
    """Show where a long export stands; a page that asks while it runs gets the progress alone."""
    run = _run_or_404(request, pk)
    is_running = run.state == ExportState.WRITING
    context = {"run": run, "kind": export_runs.label_of(run.kind), "is_running": is_running}
    if request.htmx and is_running:
        return render(request, "portal/transfers/export.html#progress", context)
    if not request.htmx:
        return render(request, "portal/transfers/export.html", context)
    response = render(request, "portal/transfers/export.html#body", context)
    response["HX-Retarget"] = "#run"
    response["HX-Reswap"] = "innerHTML"
    return response


@require_GET
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """Give the file to whoever asked for it and may still have it."""
    run = _run_or_404(request, pk)
    if not run.file or export_runs.allowed_kind(run, getattr(request, "scope", None)) is None:
        raise Http404
    asked = timezone.localtime(run.asked_at)
    span = f"{run.month:%Y-%m}" if run.month else f"{asked:%Y-%m-%d}"
    try:
        file = run.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    return sent(file, f"{run.kind}-{span}", run.ending)


@require_POST
def export_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an export before its day is over."""
    run = _run_or_404(request, pk)
    export_runs.forget(actor=cast("User", request.user), run_id=run.pk)
    messages.success(request, _("The export has been deleted."))
    return redirect("portal:transfers")
