import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from portal import news, submissions, tasks
from portal.enums import RunState
from portal.http import PortalRequest
from portal.models import ExportRun, ImportRun, User
from portal.transfer import export_runs, findings, registry, texts, uploads
from portal.transfer.forms import Upload
from portal.transfer.registry import Finding
from portal.transfer.tables import MEGABYTE
from portal.transfer.values import neutralised

PAGE = 30
SHOWN_FINDINGS = 100
FORM_BYTES = 64 * 1024  # what an upload's body holds besides the file
TONES: Mapping[str, str] = {
    RunState.CHECKING: "info",
    RunState.READY: "warning",
    RunState.WRITING: "info",
    RunState.DONE: "success",
    RunState.REJECTED: "danger",
    RunState.FAILED: "danger",
}
REASONS = {
    "not_allowed": gettext_lazy("Whoever uploaded this file may not import it any more."),
}


@dataclass(frozen=True)
class Line:
    """A run as pages show it."""

    run: ImportRun
    kind: str
    tone: str
    is_running: bool
    done: int
    total: int


@dataclass(frozen=True)
class Problem:
    """One row that was refused or warned about, in the reader's language."""

    row: int | str
    """As the file's reader sees it: `7`, or `每日统计 7` in a workbook of several sheets."""
    field: str
    text: str


def _scope(request: HttpRequest) -> Any:  # noqa: ANN401 -- staff's scope, handed through
    return getattr(request, "scope", None)


def line_of(run: ImportRun) -> Line:
    try:
        label = str(registry.get(run.kind).label)
    except registry.UnknownKind:
        label = run.kind
    is_writing = run.state == RunState.WRITING
    return Line(
        run=run,
        kind=label,
        tone=TONES[run.state],
        is_running=run.state in uploads.RUNNING,
        done=run.rows_written if is_writing else run.rows_checked,
        total=run.rows_total,
    )


def _show(request: HttpRequest, form: Upload | None = None, status: int = 200) -> HttpResponse:
    """Show the kinds that one may import and export, and one's runs."""
    user, scope = cast("User", request.user), _scope(request)
    importable, exportable = uploads.importable(user, scope), uploads.exportable(user, scope)
    runs = ImportRun.objects.visible_to(user).select_related("actor")
    if before := news.number(request.GET.get("before", "")):
        runs = runs.filter(pk__lt=before)
    found = list(runs.defer("messages").order_by("-pk")[: PAGE + 1])
    if not (importable or exportable or found):
        raise Http404
    chinese = translation.get_language().startswith("zh")
    return render(
        request,
        "portal/transfers/index.html",
        {
            "form": form
            or Upload(
                kinds=importable,
                initial={"form_key": submissions.new_key(), "kind": request.GET.get("kind", "")},
            ),
            "importable": [
                {
                    "label": kind.label,
                    "layout": kind.layout,
                    "template": "" if kind.layout else reverse("portal:template", args=[kind.name]),
                    "columns": [
                        {"name": c.zh if chinese else c.name, "required": c.required}
                        for c in kind.read
                    ],
                }
                for kind in importable
            ],
            "exportable": exportable,
            "formats": [(name, name.upper()) for name in ("csv", "xlsx", "json")],
            "limit": settings.IMPORT_MAX_BYTES // MEGABYTE,
            "lines": [line_of(run) for run in found[:PAGE]],
            "exports": [
                {"run": run, "label": export_runs.label_of(run.kind)}
                for run in ExportRun.objects.visible_to(user)
                .defer("filters")
                .order_by("-pk")[:PAGE]
            ],
            "show_actor": user.is_superuser,
            "next": f"?{urlencode({'before': found[PAGE - 1].pk})}" if len(found) > PAGE else "",
            "prev": "?" if before else "",
        },
        status=status,
    )


@require_GET
def transfers(request: HttpRequest) -> HttpResponse:
    """List what one may import and export, and one's imports, newest first."""
    return _show(request)


@csrf_exempt  # _upload is protected: the token stands in a body that is not read when too large
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file; one that is too large is refused before its body is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.IMPORT_MAX_BYTES + FORM_BYTES:
        text = _("The file is larger than %(limit)s MB.")
        messages.error(request, text % {"limit": settings.IMPORT_MAX_BYTES // MEGABYTE})
        return _show(request, status=413)
    return _upload(request)


@csrf_protect
def _upload(request: HttpRequest) -> HttpResponse:
    user = cast("User", request.user)
    kinds = uploads.importable(user, _scope(request))
    if not kinds:
        raise PermissionDenied
    form = Upload(request.POST, request.FILES, kinds=kinds)
    if not form.is_valid():
        return _show(request, form, status=422)
    data = form.cleaned_data
    path = uploads.receive(
        actor=user,
        kind=registry.get(data["kind"]),
        upload=data["file"],
        form_key=data["form_key"],
        now=timezone.now(),
    )
    if not path:  # the key is somebody else's
        messages.error(request, _("Please choose the file again."))
        return redirect("portal:transfers")
    _ring(int(path.rstrip("/").rsplit("/", 1)[-1]), dry_run=True)
    return redirect(path)


def _ring(run_id: int, *, dry_run: bool) -> None:
    """Ring for a run; without a broker the page is shown all the same, and the tick rings again."""
    transaction.on_commit(partial(tasks.ring_for, run_id, dry_run=dry_run), robust=True)


def _run_or_404(request: HttpRequest, pk: int) -> ImportRun:
    user = cast("User", request.user)
    runs = ImportRun.objects.visible_to(user).exclude(actor=None)
    return get_object_or_404(runs.select_related("actor"), pk=pk)


def _own_or_403(request: HttpRequest, pk: int) -> ImportRun:
    """Return one's own run; the administrator sees those of others, but leaves them alone."""
    run = _run_or_404(request, pk)
    if run.actor_id != request.user.pk:
        raise PermissionDenied
    return run


@require_GET
def transfer_run(request: PortalRequest, pk: int) -> HttpResponse:
    """Show where an import stands; a page that asks while it runs gets the progress alone."""
    run = _run_or_404(request, pk)
    line = line_of(run)
    context: dict[str, Any] = {"line": line, "run": run}
    if request.htmx and line.is_running:
        return render(request, "portal/transfers/run.html#progress", context)
    context |= _outcome(request, run)
    if not request.htmx:
        return render(request, "portal/transfers/run.html", context)
    response = render(request, "portal/transfers/run.html#body", context)
    response["HX-Retarget"] = "#run"
    response["HX-Reswap"] = "innerHTML"
    return response


def _outcome(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    """Return what a run that stands still shows: its problems, and what can be done now."""
    if run.state in uploads.RUNNING:
        return {}
    mine = run.actor_id == request.user.pk
    bad = [each for each, raw in _stored(run) if raw["bad"]]
    warned = [each for each, raw in _stored(run) if not raw["bad"]]
    if mine and run.file:
        path = Path(run.file.path)
        bad = findings.first(findings.beside(path, findings.REJECTED), SHOWN_FINDINGS) or bad
        warned = findings.first(findings.beside(path, findings.WARNED), SHOWN_FINDINGS) or warned
    return {
        "reason": _reason(run),
        "bad": [_problem(run.kind, each) for each in bad[:SHOWN_FINDINGS]],
        "warned": [_problem(run.kind, each) for each in warned[:SHOWN_FINDINGS]],
        "has_sheet": mine and bool(bad),
        "acts": _acts(request, run) if mine else [],
        "is_gone": not run.file,
    }


def _stored(run: ImportRun) -> Iterator[tuple[Finding, dict[str, Any]]]:
    for raw in run.messages:
        if raw["row"] or not raw["bad"]:
            yield Finding.from_stored(raw), raw


def _reason(run: ImportRun) -> str:
    """Return why a run failed, in words for people."""
    if run.state != RunState.FAILED:
        return ""
    for raw in run.messages:
        if raw["bad"] and not raw["row"]:
            return texts.sentence(raw["code"], raw["params"], {**REASONS, **_sentences(run.kind)})
    return _("Something went wrong while the rows were dealt with. Rows written so far stay.")


def _sentences(name: str) -> Mapping[str, Promise]:
    try:
        return registry.get(name).sentences
    except registry.UnknownKind:
        return {}


def _problem(name: str, finding: Finding) -> Problem:
    try:
        kind = registry.get(name)
    except registry.UnknownKind:
        return Problem(finding.row, finding.field, finding.code)
    chinese = translation.get_language().startswith("zh")
    names = {column.name: column.zh if chinese else column.name for column in kind.columns}
    params = {"text": finding.text if finding.text is not None else texts.HIDDEN, **finding.params}
    said = texts.sentence(finding.code, params, kind.sentences)
    if place := finding.place:
        return Problem(f"{place.sheet} {place.row}".strip(), place.column, said)
    return Problem(finding.row, names.get(finding.field, finding.field), said)


def _acts(request: HttpRequest, run: ImportRun) -> list[dict[str, Any]]:
    """Return the buttons that make sense now."""
    allowed = _may_still(request, run)
    good = uploads.good_rows(run)
    found = []
    if allowed and uploads.may_confirm(run, partial=False):
        found.append(
            {"act": "import", "label": _("Import"), "style": "primary", "icon": "check-lg"}
        )
    if allowed and uploads.may_confirm(run, partial=True):
        label = ngettext("Import the good row (%(n)d)", "Import the good rows (%(n)d)", good) % {
            "n": good
        }
        found.append({"act": "partial", "label": label, "style": "primary", "icon": "check-lg"})
    if allowed and uploads.may_restart(run):
        found.append(
            {"act": "again", "label": _("Try again"), "style": "primary", "icon": "arrow-repeat"}
        )
    if uploads.may_discard(run):
        found.append(_discard_button(run))
    return [{**each, "fields": {"act": each["act"]}} for each in found]


def _discard_button(run: ImportRun) -> dict[str, Any]:
    if run.rows_written or run.state == RunState.DONE:
        label, question = _("Delete the file"), _("Delete the uploaded file? The record stays.")
    else:
        label, question = _("Discard"), _("Discard this upload? Nothing of it is imported.")
    return {
        "act": "discard",
        "label": label,
        "style": "outline-secondary",
        "icon": "trash",
        "confirm": question,
    }


def _may_still(request: HttpRequest, run: ImportRun) -> bool:
    kinds = uploads.importable(cast("User", request.user), _scope(request))
    return run.kind in {kind.name for kind in kinds}


@require_POST
def transfer_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the go-ahead for an import, try it again, or discard it."""
    run = _own_or_403(request, pk)
    act = request.POST.get("act", "")
    try:
        if act == "discard":
            return _discard(request, run)
        _start(request, run, act)
    except (uploads.NotNow, ImportRun.DoesNotExist):
        messages.warning(request, _("This import has moved on in the meantime."))
        return redirect(request.path.removesuffix("act/") if _exists(pk) else "portal:transfers")
    return redirect("portal:transfer_run", pk)


def _exists(pk: int) -> bool:
    return ImportRun.objects.filter(pk=pk).exists()


def _start(request: HttpRequest, run: ImportRun, act: str) -> None:
    user = cast("User", request.user)
    now = timezone.now()
    if act not in ("import", "partial", "again") or not _may_still(request, run):
        raise PermissionDenied
    if act == "again":
        run = uploads.restart(actor=user, run_id=run.pk, now=now)
        _ring(run.pk, dry_run=run.dry_run)
        return
    uploads.confirm(actor=user, run_id=run.pk, partial=act == "partial", now=now)
    _ring(run.pk, dry_run=False)


def _discard(request: HttpRequest, run: ImportRun) -> HttpResponse:
    uploads.discard(actor=cast("User", request.user), run_id=run.pk, now=timezone.now())
    messages.success(request, _("The uploaded file is deleted."))
    return redirect("portal:transfers")


class _Echo(io.StringIO):
    """Gives each written line back at once."""

    def taken(self) -> str:
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


def _sheet_of(problems: Iterable[Problem], header: list[str]) -> Iterator[str]:
    echo = _Echo(newline="")
    writer = csv.writer(echo)
    writer.writerow(header)
    yield "\ufeff" + echo.taken()
    for problem in problems:
        writer.writerow(
            [neutralised(str(problem.row)), neutralised(problem.field), neutralised(problem.text)]
        )
        yield echo.taken()


@require_GET
def transfer_rejections(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give all rejected rows as CSV: row, column, what is wrong."""
    run = _own_or_403(request, pk)
    if run.state in uploads.RUNNING:
        raise Http404
    path = findings.beside(Path(run.file.path), findings.REJECTED) if run.file else None
    kept = [each for each, raw in _stored(run) if raw["bad"]]
    source = findings.read(path) if path is not None and path.exists() else iter(kept)
    problems = [_problem(run.kind, each) for each in source]  # now: the language ends with the view
    header = [_("Row"), _("Column"), _("What is wrong")]
    response = StreamingHttpResponse(
        _sheet_of(problems, header), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="rejected-{run.pk}.csv"'
    return response
