"""Imports that a person makes in the portal: upload, check, go-ahead, write, delete.

A run's page shows where it stands; the passes themselves run in tasks, which ring for rows of
ImportRun. A run waits for a worker while `moved_at` is still `started_at`, and a run that has
not moved for 30 seconds was left behind by a killed process: both are rung for again by the
tick. Taking a run is a conditional UPDATE, and two processes with one run cannot write a row
twice (see `runner`), so a bell may ring any number of times.
"""

import hashlib
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from portal import audit, submissions
from portal.enums import RunState
from portal.models import ImportRun, User
from portal.transfer import findings, registry, runner
from portal.transfer.jobs import OUTCOMES, Job, Listener, TakenOver
from portal.transfer.registry import Context, Finding, Kind

log = logging.getLogger(__name__)

LEFT_BEHIND = timedelta(seconds=30)
KEPT = timedelta(days=30)
STRAY = timedelta(days=1)
AT_ONCE = 20  # runs that one tick rings for
LONGEST_NAME = 200
RUNNING = (RunState.CHECKING, RunState.WRITING)
STEP = timedelta(microseconds=1)


class NotNow(Exception):
    """The import does not stand where this act is possible; somebody was faster."""


def importable(user: User, scope: Any) -> list[Kind]:  # noqa: ANN401 -- staff's scope, handed through
    """Return the kinds that somebody may import; nobody anything without a scope."""
    return [
        kind
        for kind in registry.kinds()
        if scope is not None and kind.resource is not None and kind.may_import(user, scope)
    ]


def exportable(user: User, scope: Any) -> list[Kind]:  # noqa: ANN401 -- staff's scope, handed through
    """Return the kinds that somebody may export; without a scope none: None would show all."""
    return [
        kind
        for kind in registry.kinds()
        if scope is not None and kind.export is not None and kind.may_export(user, scope)
    ]


def plain_name(name: str) -> str:
    """Return the last part of a file's name without what cannot be shown; never empty."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(char for char in last if char.isprintable()).strip()[:LONGEST_NAME] or "-"


def receive(
    *, actor: User, kind: Kind, upload: "UploadedFile[Any]", form_key: UUID, now: datetime
) -> str:
    """Keep an upload, to be checked, and return the path of its page.

    A form that is sent twice keeps one file and leads to the same page.
    """
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    run = ImportRun(
        kind=kind.name,
        filename=plain_name(upload.name or ""),
        sha256=digest.hexdigest(),
        size=upload.size or 0,
        actor=actor,
        started_at=now,
        moved_at=now,
        state=RunState.CHECKING,
        dry_run=True,
    )
    run.file.save(
        uuid4().hex, upload, save=False
    )  # its own name: that of the upload is a stranger's
    try:
        with transaction.atomic():
            submission = submissions.claim(key=form_key, user=actor, now=now)
            run.save()
            path = reverse("portal:transfer_run", args=[run.pk])
            submissions.finish(submission, result=path)
    except submissions.AlreadySubmitted as first:
        run.file.delete(save=False)
        return first.result
    except BaseException:
        run.file.delete(save=False)
        raise
    return path


def carry_out(*, run_id: int, dry_run: bool, clock: Callable[[], datetime]) -> bool:
    """Check or write one run if it waits for that, and tell whether it did.

    A write goes on from the mark. Raises what a kind's resource raises; the run then reads
    FAILED and can be started again from its page.
    """
    run = _take(run_id, dry_run=dry_run, now=clock())
    if run is None or run.actor is None:
        return False
    now = clock()
    zone = timezone.get_default_timezone()
    scope = registry.scope_of_user(run.actor, now.astimezone(zone).date())
    kind = next((each for each in importable(run.actor, scope) if each.name == run.kind), None)
    if kind is None or not run.actor.is_active:
        _refuse(run, now=clock())
        return False
    context = Context(
        actor=run.actor, scope=scope, now=now, zone=zone, partial=run.partial, dry_run=dry_run
    )
    path = Path(run.file.path)
    goes_on = bool(run.rows_written)
    try:
        with findings.keeping(path, goes_on=goes_on) as (rejected, warned):
            listener = Listener(rejected=rejected, warned=warned)
            job = Job(
                kind=kind, path=path, context=context, clock=clock, run=run, listener=listener
            )
            with audit.coming_from("portal import"):
                runner.run_import(job)
    except TakenOver:
        log.info("import %s was taken over or discarded", run_id)
        return False
    except FileNotFoundError:
        _refuse(run, now=clock(), code="missing_file")
        return False
    return True


def _take(run_id: int, *, dry_run: bool, now: datetime) -> ImportRun | None:
    """Return the run if it waits or was left behind, and nobody else has just taken it."""
    free = Q(moved_at=F("started_at")) | Q(moved_at__lte=now - LEFT_BEHIND)
    runs = ImportRun.objects.filter(free, state__in=RUNNING, dry_run=dry_run).exclude(file="")
    run = runs.select_related("actor").filter(pk=run_id).first()
    if run is None:
        return None
    moved = max(now, run.started_at + STEP)
    if not runs.filter(pk=run_id, moved_at=run.moved_at).update(moved_at=moved):
        return None
    run.moved_at = moved
    return run


def _refuse(run: ImportRun, *, now: datetime, code: str = "not_allowed") -> None:
    found = Finding(0, "", code)
    ImportRun.objects.filter(pk=run.pk, state__in=RUNNING).update(
        state=RunState.FAILED,
        moved_at=now,
        finished_at=now,
        messages=[{**found.stored(), "bad": True}],
    )


def overdue(*, now: datetime) -> list[tuple[int, bool]]:
    """Return (id, whether it is a check) of runs to ring for again, and make them wait anew."""
    runs = ImportRun.objects.filter(state__in=RUNNING, moved_at__lte=now - LEFT_BEHIND)
    runs = runs.exclude(file="").order_by("moved_at")
    return [
        (pk, dry_run)
        for pk, dry_run, moved_at in runs.values_list("pk", "dry_run", "moved_at")[:AT_ONCE]
        if runs.filter(pk=pk, moved_at=moved_at).update(started_at=now, moved_at=now)
    ]


def good_rows(run: ImportRun) -> int:
    return run.added + run.changed + run.unchanged


def may_confirm(run: ImportRun, *, partial: bool) -> bool:
    """Whether a checked run may be written: whole if no row is bad, else its good rows."""
    wanted = RunState.REJECTED if partial else RunState.READY
    return bool(run.file) and run.state == wanted and bool(run.added + run.changed)


def may_restart(run: ImportRun) -> bool:
    """Whether a failed run may be tried again: not where the file itself is the reason."""
    is_refused = any(each["bad"] and not each["row"] for each in run.messages)
    return bool(run.file) and run.state == RunState.FAILED and not is_refused


def may_discard(run: ImportRun) -> bool:
    """Whether the upload may go: always but while it is being written."""
    return bool(run.file) and (run.dry_run or run.state not in RUNNING)


@transaction.atomic
def confirm(*, actor: User, run_id: int, partial: bool, now: datetime) -> ImportRun:
    """Give the go-ahead for writing and note it in the audit log. Raises NotNow."""
    run = ImportRun.objects.select_for_update().get(pk=run_id, actor=actor)
    if not may_confirm(run, partial=partial):
        raise NotNow
    claimed = ImportRun.objects.filter(pk=run.pk, state=run.state).update(
        state=RunState.CHECKING,
        dry_run=False,
        partial=partial,
        started_at=now,
        moved_at=now,
        finished_at=None,
        rows_checked=0,
    )
    if not claimed:
        raise NotNow
    _note(run, verb="import.confirmed", actor=actor, now=now, partial=partial, **_counts(run))
    return run


@transaction.atomic
def restart(*, actor: User, run_id: int, now: datetime) -> ImportRun:
    """Let a failed run be tried again, a write from its mark. Raises NotNow."""
    run = ImportRun.objects.select_for_update().get(pk=run_id, actor=actor)
    if not may_restart(run):
        raise NotNow
    claimed = ImportRun.objects.filter(pk=run.pk, state=RunState.FAILED).update(
        state=RunState.WRITING if run.rows_written else RunState.CHECKING,
        started_at=now,
        moved_at=now,
        finished_at=None,
    )
    if not claimed:
        raise NotNow
    return run


@transaction.atomic
def discard(*, actor: User, run_id: int, now: datetime) -> None:
    """Delete the upload at once, and the run with it unless it has written. Raises NotNow."""
    run = ImportRun.objects.select_for_update().get(pk=run_id, actor=actor)
    if not may_discard(run):
        raise NotNow
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, dry_run=run.dry_run)
    has_written = bool(run.rows_written) or run.state == RunState.DONE
    if not (mine.update(file="") if has_written else mine.delete()[0]):
        raise NotNow
    _note(run, verb="import.discarded", actor=actor, now=now)
    name = run.file.name or ""
    transaction.on_commit(lambda: _delete(name))


def _note(run: ImportRun, *, verb: str, actor: User, now: datetime, **more: object) -> None:
    after = {"kind": run.kind, "sha256": run.sha256, **more}
    audit.record(actor=actor, verb=verb, target=run, at=now, after=after)


def _counts(run: ImportRun) -> dict[str, int]:
    return {name: getattr(run, name) for name in OUTCOMES}


def _delete(name: str) -> None:
    storage = ImportRun._meta.get_field("file").storage
    findings.remove(Path(storage.path(name)))
    storage.delete(name)


def clean_up(*, now: datetime) -> None:
    """Delete uploads after 30 days, and files that a crash left without a run after a day."""
    old = ImportRun.objects.filter(started_at__lt=now - KEPT).exclude(file="")
    for run in old.exclude(state__in=RUNNING):
        if ImportRun.objects.filter(pk=run.pk, state=run.state).update(file=""):
            _delete(run.file.name or "")
    used = set(ImportRun.objects.exclude(file="").values_list("file", flat=True))
    root = Path(settings.MEDIA_ROOT)
    for path in (root / "imports").rglob("*"):
        upload = path.relative_to(root).with_name(path.name.split(".")[0]).as_posix()
        with suppress(FileNotFoundError):
            if path.is_file() and upload not in used and _is_stray(path, now):
                path.unlink()


def _is_stray(path: Path, now: datetime) -> bool:
    return now.timestamp() - path.stat().st_mtime > STRAY.total_seconds()
