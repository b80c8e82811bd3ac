"""What the tests of these pages do again and again; the tasks are called as functions."""

import re
import uuid
from datetime import timedelta
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.urls import reverse

from portal import tasks
from portal.models import ImportRun

GOOD = "name,beat_at,detail\nweb,2026-10-08 08:00,one\nworker,2026-10-08 08:01,two\n"
MIXED = GOOD + 'beat,"<b>soon</b>",three\nother,2026-10-08 08:02,forbidden\n'


def send(client, content, *, name="beats.csv", kind="beats", key=None, **extra):
    upload = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    upload.name = name
    data = {"kind": kind, "file": upload, "form_key": key or uuid.uuid4()}
    return client.post(reverse("portal:upload"), data, **extra)


def uploaded(client, content, **changes):
    """Upload and check a file; return the run."""
    assert send(client, content, **changes).status_code == 302
    run = ImportRun.objects.latest("pk")
    tasks.check_import(run.pk)
    run.refresh_from_db()
    return run


def page(client, run, **extra):
    return client.get(reverse("portal:transfer_run", args=[run.pk]), **extra)


def act(client, run, name):
    return client.post(reverse("portal:transfer_act", args=[run.pk]), {"act": name})


def written(client, run, name):
    act(client, run, name)
    tasks.write_import(run.pk)
    run.refresh_from_db()
    return run


def buttons(response):
    return re.findall(r'name="act" value="(\w+)"', response.content.decode())


def files_left(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def age(run, seconds):
    ImportRun.objects.filter(pk=run.pk).update(
        moved_at=F("moved_at") - timedelta(seconds=seconds),
        started_at=F("started_at") - timedelta(seconds=seconds + 1),
    )
