"""The run of an import: watched, discarded, killed, taken up again, cleared away."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import tasks, ticking
from portal.enums import RunState
from portal.models import AuditEntry, Heartbeat, ImportRun
from portal.transfer import findings, registry, uploads
from tests.portal.transfer import kinds
from tests.portal.transfer_pages.steps import (
    GOOD,
    MIXED,
    act,
    age,
    buttons,
    files_left,
    page,
    send,
    uploaded,
    written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_runs(signed_in, rows, django_assert_num_queries):
    for _ in range(rows):
        uploaded(signed_in, GOOD)
    with django_assert_num_queries(7):
        response = signed_in.get(reverse("portal:transfers"))
    assert response.content.count(b'class="run-row"') == rows


def test_the_list_without_a_run_says_what_would_be_there(signed_in):
    assert b"No imports yet" in signed_in.get(reverse("portal:transfers")).content


def test_the_page_asks_for_progress_until_the_run_stands_still(signed_in):
    send(signed_in, GOOD)
    run = ImportRun.objects.get()
    address = reverse("portal:transfer_run", args=[run.pk])
    assert f'hx-get="{address}" hx-trigger="every 2s"' in page(signed_in, run).content.decode()
    moving = page(signed_in, run, headers={"HX-Request": "true"})
    assert moving.content.strip().startswith(b'<div class="progress-line"')
    tasks.check_import(run.pk)
    still = page(signed_in, run, headers={"HX-Request": "true"})
    assert (still["HX-Retarget"], buttons(still)) == ("#run", ["import", "discard"])
    assert b"<html" not in still.content
    assert b"hx-trigger" not in still.content


def test_discarding_deletes_the_file_its_findings_and_the_run(
    signed_in, settings, django_capture_on_commit_callbacks
):
    run = uploaded(signed_in, MIXED)
    assert len(files_left(settings)) == 3
    with django_capture_on_commit_callbacks(execute=True):
        assert act(signed_in, run, "discard").url == reverse("portal:transfers")
    assert (files_left(settings), ImportRun.objects.count()) == ([], 0)
    assert AuditEntry.objects.get(verb="import.discarded").after["sha256"] == run.sha256
    assert act(signed_in, run, "discard").status_code == 404


def test_the_record_of_a_written_import_stays_when_its_file_goes(
    signed_in, settings, django_capture_on_commit_callbacks
):
    run = written(signed_in, uploaded(signed_in, MIXED), "partial")
    with django_capture_on_commit_callbacks(execute=True):
        act(signed_in, run, "discard")
    run.refresh_from_db()
    assert (files_left(settings), run.state, run.file.name) == ([], RunState.DONE, "")
    shown = page(signed_in, run)
    assert b"soon" not in shown.content
    assert b"The uploaded file has been deleted." in shown.content


def test_a_discarded_check_stops(signed_in, django_capture_on_commit_callbacks, settings):
    send(signed_in, GOOD)
    run = ImportRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        act(signed_in, run, "discard")
    tasks.check_import(run.pk)
    assert (ImportRun.objects.count(), files_left(settings)) == (0, [])


def test_an_import_that_is_being_written_cannot_be_discarded(signed_in):
    run = uploaded(signed_in, GOOD)
    act(signed_in, run, "import")
    response = act(signed_in, run, "discard")
    assert response.url == reverse("portal:transfer_run", args=[run.pk])
    assert ImportRun.objects.get().file


def test_a_go_ahead_given_twice_writes_once(signed_in):
    run = uploaded(signed_in, GOOD)
    act(signed_in, run, "import")
    act(signed_in, run, "import")
    for _ in range(3):
        tasks.write_import(run.pk)
    assert AuditEntry.objects.filter(verb="import.done").count() == 1
    assert AuditEntry.objects.filter(verb="import.confirmed").count() == 1


def test_unknown_acts_do_nothing(signed_in):
    run = uploaded(signed_in, GOOD)
    assert act(signed_in, run, "nonsense").status_code == 403
    assert act(signed_in, run, "again").status_code == 302
    assert signed_in.get(reverse("portal:transfer_act", args=[run.pk])).status_code == 405
    run.refresh_from_db()
    assert run.state == RunState.READY


def test_a_check_runs_once_however_often_it_is_rung(signed_in):
    send(signed_in, GOOD)
    run = ImportRun.objects.get()
    now = timezone.now()
    assert uploads._take(run.pk, dry_run=True, now=now) is not None  # noqa: SLF001 -- the claim itself
    assert uploads._take(run.pk, dry_run=True, now=now) is None  # noqa: SLF001 -- the same
    assert uploads.overdue(now=now + timedelta(seconds=29)) == []
    later = now + timedelta(seconds=31)
    assert uploads.overdue(now=later) == [(run.pk, True)]
    assert uploads.overdue(now=later) == []
    assert uploads._take(run.pk, dry_run=True, now=later) is not None  # noqa: SLF001 -- the same
    assert not uploads.carry_out(run_id=run.pk, dry_run=False, clock=timezone.now)


def test_a_killed_write_goes_on_from_the_mark(signed_in):
    rows = "".join(f"beat{n},2026-10-08 08:00,x\n" for n in range(120))
    run = uploaded(signed_in, "name,beat_at,detail\n" + rows + "bad,x,x\n")
    act(signed_in, run, "partial")

    class Killed(BaseException):
        """As kill -9: nothing is noted afterwards."""

    clocked = []

    def clock():
        clocked.append(1)
        if ImportRun.objects.get(pk=run.pk).rows_written:
            raise Killed
        return timezone.now()

    with pytest.raises(Killed):
        uploads.carry_out(run_id=run.pk, dry_run=False, clock=clock)
    run.refresh_from_db()
    assert (run.state, run.rows_written) == (RunState.WRITING, 50)
    assert Heartbeat.objects.count() == 50
    assert b"being written" in signed_in.get(reverse("portal:transfers")).content
    tasks.write_import(run.pk)
    assert Heartbeat.objects.count() == 50  # nobody takes it before it is left behind
    age(run, 31)
    assert uploads.overdue(now=timezone.now()) == [(run.pk, False)]
    tasks.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, run.added, run.rejected) == (RunState.DONE, 120, 1)
    assert Heartbeat.objects.count() == 120
    assert AuditEntry.objects.filter(verb="import.done").count() == 1
    assert "&quot;x&quot; is not a time" in page(signed_in, run).content.decode()


def test_a_write_that_failed_can_be_tried_again(signed_in):
    class Faulty(kinds.BeatResource):
        def write(self, *_):
            raise RuntimeError("broken on purpose")

    run = uploaded(signed_in, GOOD)
    act(signed_in, run, "import")
    registry.unregister("beats")
    registry.register(kinds.beats(may_import=registry.everybody, resource=Faulty))
    with pytest.raises(RuntimeError):
        tasks.write_import(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert buttons(page(signed_in, run)) == ["again", "discard"]
    registry.unregister("beats")
    registry.register(kinds.beats(may_import=registry.everybody))
    run = written(signed_in, run, "again")
    assert (run.state, Heartbeat.objects.count()) == (RunState.DONE, 2)


def test_a_file_that_vanished_ends_the_run_with_a_sentence(signed_in):
    send(signed_in, GOOD)
    run = ImportRun.objects.get()
    Path(run.file.path).unlink()
    tasks.check_import(run.pk)
    assert b"There is no such file." in page(signed_in, run).content


def test_the_tick_rings_for_what_was_left_behind(signed_in, monkeypatch):
    send(signed_in, GOOD)
    run = ImportRun.objects.get()
    age(run, 40)
    rung = []
    monkeypatch.setattr(tasks.check_import, "delay", rung.append)
    ticking.run(clock=timezone.now)
    ticking.run(clock=timezone.now)
    assert rung == [run.pk]


def test_the_imports_of_the_command_line_are_left_alone(signed_in):
    now = timezone.now() - timedelta(days=1)
    run = ImportRun.objects.create(
        kind="beats",
        filename="x",
        sha256="0",
        size=1,
        started_at=now,
        moved_at=now,
        state=RunState.WRITING,
    )  # fmt: skip -- the fields of a record
    assert uploads.overdue(now=timezone.now()) == []
    tasks.write_import(run.pk)
    assert page(signed_in, run).status_code == 404


def test_files_are_deleted_after_thirty_days(signed_in, settings):
    old, waiting = uploaded(signed_in, MIXED), uploaded(signed_in, GOOD)
    ImportRun.objects.filter(pk=old.pk).update(started_at=timezone.now() - timedelta(days=31))
    stray = Path(settings.MEDIA_ROOT) / "imports" / ("0" * 32)
    fresh = stray.with_name("1" * 32)
    for path in (stray, fresh):
        path.write_text("x")
    two_days_ago = time.time() - 2 * 24 * 3600
    for path in (stray, Path(waiting.file.path)):
        os.utime(path, (two_days_ago, two_days_ago))
    for _ in range(2):
        tasks.housekeeping()
    upload = Path(waiting.file.path)
    assert set(files_left(settings)) == {
        fresh,
        upload,
        findings.beside(upload, "rejected"),
        findings.beside(upload, "warned"),
    }
    old.refresh_from_db()
    assert (old.file.name, old.state) == ("", RunState.REJECTED)
    assert buttons(page(signed_in, old)) == []
