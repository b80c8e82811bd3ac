"""Exports too long for one answer: asked for, written by a task, fetched by whoever asked.

The row of ExportRun is the truth. A run that has not moved for 30 seconds was never heard of by
a worker, or left behind by a killed one; the tick rings for it again, and it is written anew.
Taking it is a conditional UPDATE. The file holds personal data, so it goes after a day.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, cast
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from portal import audit, notices
from portal.enums import ExportState
from portal.models import ExportRun, User
from portal.transfer import output, registry, uploads
from portal.transfer.registry import Context, Kind

log = logging.getLogger(__name__)

LEFT_BEHIND = timedelta(seconds=30)
KEPT = timedelta(days=1)
AT_ONCE = 20  # runs that one tick rings for
TOLD_EVERY = 2000  # rows between two marks of progress
STEP = timedelta(microseconds=1)
READY = "export.ready"


class TakenOver(Exception):
    """Another process writes this export, or it was deleted; this one stops."""


def ask(*, kind: Kind, context: Context, ending: str, chinese: bool) -> ExportRun:
    """Note that somebody wants a file; the same wish while one is being written is that one.

    The actor of the context is who asks.
    """
    actor = cast("User", context.actor)
    wanted = json.dumps(dict(context.filters), sort_keys=True)
    waiting = ExportRun.objects.visible_to(actor).filter(
        kind=kind.name,
        ending=ending,
        month=context.month,
        in_chinese=chinese,
        state=ExportState.WRITING,
    )
    for run in waiting:
        if run.filters == wanted:
            return run
    return ExportRun.objects.create(
        kind=kind.name,
        ending=ending,
        in_chinese=chinese,
        month=context.month,
        filters=wanted,
        actor=actor,
        asked_at=context.now,
        moved_at=context.now,
        state=ExportState.WRITING,
    )


def carry_out(*, run_id: int, clock: Callable[[], datetime]) -> bool:
    """Write one export if it waits for that, and tell whether it did.

    File, state, audit entry and notice are one transaction. What a kind's export raises leaves
    the run FAILED and is raised again.
    """
    run = _take(run_id, now=clock())
    if run is None:
        return False
    now, zone = clock(), timezone.get_default_timezone()
    scope = registry.scope_of_user(run.actor, now.astimezone(zone).date())
    kind = allowed_kind(run, scope)
    if kind is None or kind.export is None or not run.actor.is_active:
        _fail(run, now=now)
        return False
    context = Context(
        actor=run.actor, scope=scope, now=now, zone=zone, month=run.month,
        filters=json.loads(run.filters or "{}"),
    )  # fmt: skip
    try:
        _write(run, kind, kind.export(context), context, clock)
    except TakenOver:
        log.info("export %s was taken over or deleted", run_id)
        return False
    except Exception:
        _fail(run, now=clock())
        raise
    return True


def allowed_kind(run: ExportRun, scope: Any) -> Kind | None:  # noqa: ANN401 -- staff's scope, handed through
    """Return the kind of an export if whoever asked may still export it, else None."""
    kinds = uploads.exportable(run.actor, scope)
    return next((each for each in kinds if each.name == run.kind), None)


def _take(run_id: int, *, now: datetime) -> ExportRun | None:
    """Return the run if it waits or was left behind, and nobody else has just taken it."""
    free = Q(moved_at=F("asked_at")) | Q(moved_at__lte=now - LEFT_BEHIND)
    runs = ExportRun.objects.filter(free, state=ExportState.WRITING)
    run = runs.select_related("actor").filter(pk=run_id).first()
    if run is None:
        return None
    moved = max(now, run.asked_at + STEP)
    if not runs.filter(pk=run_id, moved_at=run.moved_at).update(moved_at=moved, rows=0):
        return None
    run.moved_at = moved
    return run


def _move(run: ExportRun, **fields: Any) -> None:  # noqa: ANN401 -- fields of the record
    mine = ExportRun.objects.filter(pk=run.pk, moved_at=run.moved_at, state=ExportState.WRITING)
    if not mine.update(**fields):
        raise TakenOver(run.pk)
    run.moved_at = fields["moved_at"]


def _told(
    run: ExportRun, rows: Iterable[Mapping[str, Any]], clock: Callable[[], datetime]
) -> Iterator[Mapping[str, Any]]:
    for count, row in enumerate(rows, start=1):
        if count % TOLD_EVERY == 0:
            _move(run, moved_at=max(clock(), run.moved_at + STEP), rows=count)
        yield row


def _write(
    run: ExportRun, kind: Kind, rows: Iterable[Mapping[str, Any]], context: Context,
    clock: Callable[[], datetime],
) -> None:  # fmt: skip
    with TemporaryFile() as target:
        count = output.writer(kind, run.ending, context)(
            kind, _told(run, rows, clock), target, context.zone, chinese=run.in_chinese
        )
        target.seek(0)
        stored = run.file.storage.save(
            run.file.field.generate_filename(run, f"{uuid4().hex}.{run.ending}"), File(target)
        )
    now = max(clock(), run.moved_at + STEP)
    try:
        with transaction.atomic():
            _move(
                run, moved_at=now, finished_at=now, rows=count, file=stored, state=ExportState.DONE
            )
            _tell(run, count, now=now)
    except BaseException:
        run.file.storage.delete(stored)
        raise


def _tell(run: ExportRun, count: int, *, now: datetime) -> None:
    after: dict[str, object] = {"kind": run.kind, "format": run.ending, "rows": count}
    if run.month:
        after["month"] = f"{run.month:%Y-%m}"
    with audit.coming_from("portal export"):
        audit.record(actor=run.actor, verb="export.done", at=now, after=after)
    draft = notices.Draft(
        receiver_id=run.actor_id,
        key=f"export:{run.pk}",
        kind=READY,
        params={"run": run.pk, "kind": run.kind, "rows": count},
        subject=f"export:{run.pk}",
    )
    notices.send([draft], now=now)


def _fail(run: ExportRun, *, now: datetime) -> None:
    """Note the failure, unless another process has taken the run over meanwhile."""
    with suppress(TakenOver):
        _move(
            run, moved_at=max(now, run.moved_at + STEP), finished_at=now, state=ExportState.FAILED
        )


def overdue(*, now: datetime) -> list[int]:
    """Return the ids of runs to ring for again, and make them wait anew."""
    runs = ExportRun.objects.filter(state=ExportState.WRITING, moved_at__lte=now - LEFT_BEHIND)
    return [
        pk
        for pk, moved_at in runs.order_by("moved_at").values_list("pk", "moved_at")[:AT_ONCE]
        if runs.filter(pk=pk, moved_at=moved_at).update(asked_at=now, moved_at=now)
    ]


def forget(*, actor: User, run_id: int) -> None:
    """Delete one's own export and its file at once."""
    run = ExportRun.objects.visible_to(actor).filter(pk=run_id).first()
    if run is not None:
        _delete(run)


def clean_up(*, now: datetime) -> None:
    """Delete exports after a day, and files that a crash left without a run."""
    for run in ExportRun.objects.filter(asked_at__lt=now - KEPT):
        _delete(run)
    used = set(ExportRun.objects.exclude(file="").values_list("file", flat=True))
    root = Path(settings.MEDIA_ROOT)
    for path in (root / "exports").rglob("*"):
        with suppress(FileNotFoundError):
            old = now.timestamp() - path.stat().st_mtime > KEPT.total_seconds()
            if path.is_file() and old and path.relative_to(root).as_posix() not in used:
                path.unlink()


def _delete(run: ExportRun) -> None:
    if ExportRun.objects.filter(pk=run.pk).delete()[0] and run.file:
        run.file.storage.delete(run.file.name or "")


def label_of(name: str) -> str:
    """Return what the rows of a kind are called, its code where no app knows it any more."""
    try:
        return str(registry.get(name).label)
    except registry.UnknownKind:
        return name


READY_KIND = notices.Kind(
    code=READY,
    icon="download",
    label=gettext_lazy("Export ready"),
    text=lambda params: (
        gettext("Your export is ready: %(kind)s, %(rows)s rows.")
        % {"kind": label_of(params["kind"]), "rows": params["rows"]}
    ),
    url=lambda params: reverse("portal:export_run", args=[params["run"]]),
)
