"""Imports and exports in the portal through a real Celery worker that is killed in the middle."""

import os
import subprocess
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from portal import tasks
from portal.enums import ExportState, RunState
from portal.models import AuditEntry, ExportRun, ImportRun, Notice
from portal.transfer import export_runs, uploads
from staff.people.models import Person
from tests.factories.complaints import FollowUpFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.both]

ROWS = 1500
EXPORTED = 6000  # more than one answer holds
PATIENCE = 90  # seconds; the machines of tests are slow


def database_url():
    wanted = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{wanted['NAME']}"
    user = f"{wanted['USER']}:{wanted['PASSWORD']}" if wanted["PASSWORD"] else wanted["USER"]
    return f"postgres://{user}@{wanted['HOST']}:{wanted['PORT'] or 5432}/{wanted['NAME']}"


@pytest.fixture
def worker():
    """Start workers on the database of the test; end those that are left."""
    started = []

    def start():
        env = os.environ | {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "KEFU_VAR": str(settings.VAR_DIR),
            "KEFU_BROKER_URL": settings.CELERY_BROKER_URL,
        }
        command = [sys.executable, "-m", "celery", "--app", "config", "worker"]
        options = ["--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
        process = subprocess.Popen(  # noqa: S603 -- our own worker
            [*command, *options, "--without-gossip", "--without-mingle"],
            env=env,
            cwd=Path(__file__).parents[2],
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_for(run, holds):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        run.refresh_from_db()
        if holds(run):
            return run
        time.sleep(0.05)
    raise AssertionError(f"{run} is still {run.state}")


def test_an_import_survives_the_death_of_its_worker(client, worker):
    department = Department()
    client.force_login(department.supervisor.user)
    rows = "".join(
        f"X{n:05},某人,postsale,{department.lead.number},6000,2026-11-01\n" for n in range(ROWS)
    )
    header = "number,name,post,reports_to,base_salary,hired_on\n"
    upload = SimpleUploadedFile("people.csv", (header + rows).encode())
    before = Person.objects.count()
    first = worker()
    response = client.post(
        reverse("portal:upload"), {"kind": "people", "file": upload, "form_key": uuid.uuid4()}
    )
    run = wait_for(ImportRun.objects.get(), lambda run: run.state == RunState.READY)
    assert (run.added, run.rejected, Person.objects.count()) == (ROWS, 0, before)
    client.post(f"{response.url}act/", {"act": "import"})
    wait_for(run, lambda run: run.rows_written)
    first.kill()
    first.wait()
    run.refresh_from_db()
    assert (run.state, run.rows_written > 0) == (RunState.WRITING, True)
    step = timedelta(seconds=31)  # the half minute until the tick rings again
    ImportRun.objects.update(moved_at=F("moved_at") - step, started_at=F("started_at") - step * 2)
    worker()
    for run_id, dry_run in uploads.overdue(now=timezone.now()):
        tasks.ring_for(run_id, dry_run=dry_run)
    run = wait_for(run, lambda run: run.state == RunState.DONE)
    assert (run.added, run.rejected, Person.objects.count()) == (ROWS, 0, before + ROWS)
    assert AuditEntry.objects.filter(verb="import.done").count() == 1


def many_followups(department):
    """Make more follow-ups of the lead's team than one answer holds, and one that is not theirs."""
    one = FollowUpFactory(store=department.store, owner=department.agent)
    model, start = type(one), one.due_at
    model.objects.bulk_create(
        model(
            number=f"F20990101-{number:05}", complaint=one.complaint, store=one.store,
            owner=one.owner, purpose=f"回电 {number}", due_at=start + timedelta(minutes=number),
            created_at=one.created_at,
        )
        for number in range(EXPORTED)
    )  # fmt: skip
    FollowUpFactory(store=department.other_store)


def test_a_long_list_is_exported_by_a_worker_and_survives_its_death(client, worker):
    department = Department()
    client.force_login(department.lead.user)
    many_followups(department)
    response = client.get(
        reverse("portal:export_kind", args=["followups"]), {"tab": "team", "format": "csv"}
    )
    run = ExportRun.objects.get()
    assert response.url == reverse("portal:export_run", args=[run.pk])
    first = worker()
    wait_for(run, lambda run: run.rows or run.state == ExportState.DONE)
    first.kill()
    first.wait()
    run.refresh_from_db()
    if run.state == ExportState.WRITING:
        ExportRun.objects.update(moved_at=timezone.now() - export_runs.LEFT_BEHIND)
    worker()
    for run_id in export_runs.overdue(now=timezone.now()):
        tasks.write_export.delay(run_id)
    run = wait_for(run, lambda run: run.state == ExportState.DONE)
    answer = client.get(reverse("portal:export_file", args=[run.pk]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert (run.rows, len(lines), len(set(lines))) == (EXPORTED + 1, EXPORTED + 2, EXPORTED + 2)
    assert Notice.objects.filter(kind="export.ready", receiver=department.lead.user).count() == 1
    assert AuditEntry.objects.filter(verb="export.done").count() == 1
