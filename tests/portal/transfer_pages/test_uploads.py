"""Uploads: good, bad, hostile, too large, sent twice."""

import csv
import io
import json
import re
import uuid
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from portal import tasks
from portal.enums import RunState
from portal.models import AuditEntry, Heartbeat, ImportRun
from portal.transfer import registry, uploads
from tests.factories.portal import UserFactory
from tests.portal.transfer import kinds
from tests.portal.transfer_pages.steps import (
    GOOD,
    MIXED,
    act,
    buttons,
    files_left,
    page,
    send,
    uploaded,
    written,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_an_upload_is_checked_then_written_on_a_go_ahead(signed_in, user):
    run = uploaded(signed_in, GOOD)
    assert (run.state, run.added, run.rejected, Heartbeat.objects.count()) == (
        RunState.READY,
        2,
        0,
        0,
    )
    shown = page(signed_in, run)
    assert buttons(shown) == ["import", "discard"]
    assert b"Nothing has been written yet" in shown.content
    run = written(signed_in, run, "import")
    assert (run.state, run.added, run.dry_run) == (RunState.DONE, 2, False)
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"web", "worker"}
    said = AuditEntry.objects.get(verb="import.done")
    assert (said.actor, said.target_label, said.after["sha256"], said.after["added"]) == (
        user,
        f"{run.pk} beats",
        run.sha256,
        2,
    )
    assert run.filename not in f"{said.after}{said.target_label}"
    go_ahead = AuditEntry.objects.get(verb="import.confirmed")
    assert (go_ahead.actor, go_ahead.origin, go_ahead.after["added"]) == (user, "127.0.0.1", 2)
    assert buttons(page(signed_in, run)) == ["discard"]


def test_the_same_file_again_has_nothing_to_import(signed_in):
    written(signed_in, uploaded(signed_in, GOOD), "import")
    run = uploaded(signed_in, GOOD)
    assert (run.state, run.unchanged) == (RunState.READY, 2)
    assert buttons(page(signed_in, run)) == ["discard"]


def test_bad_rows_are_shown_and_nothing_is_written_without_partial(signed_in):
    run = uploaded(signed_in, MIXED)
    assert (run.state, run.added, run.rejected) == (RunState.REJECTED, 2, 2)
    shown = page(signed_in, run)
    assert buttons(shown) == ["partial", "discard"]
    text = shown.content.decode()
    assert "&lt;b&gt;soon&lt;/b&gt;&quot; is not a time such as" in text
    assert "&quot;forbidden&quot; is against BEAT-1" in text
    act(signed_in, run, "import")
    tasks.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, Heartbeat.objects.count()) == (RunState.REJECTED, 0)


def test_good_rows_are_written_where_that_is_wanted(signed_in):
    run = written(signed_in, uploaded(signed_in, MIXED), "partial")
    assert (run.state, run.added, run.rejected, run.partial) == (RunState.DONE, 2, 2, True)
    assert Heartbeat.objects.count() == 2
    assert "&quot;forbidden&quot; is against BEAT-1" in page(signed_in, run).content.decode()


def test_rejections_come_as_csv_in_the_readers_language(signed_in, user):
    run = uploaded(signed_in, "name,beat_at\n=1+1,x\n@sum,\n")
    url = reverse("portal:transfer_rejections", args=[run.pk])
    response = signed_in.get(url)
    text = response.getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Row", "Column", "What is wrong"],
        ["2", "beat_at", '"x" is not a time such as 2026-10-08 08:31'],
        ["3", "beat_at", "is missing"],
    ]
    assert "attachment" in response["Content-Disposition"]
    user.language = "zh-hans"
    user.save()
    assert "时间" in signed_in.get(url).getvalue().decode()


def test_the_record_keeps_no_text_of_a_cell(signed_in):
    run = uploaded(signed_in, MIXED)
    assert "soon" not in json.dumps(run.messages)
    assert "soon" not in json.dumps(list(AuditEntry.objects.values_list("after", flat=True)))


def test_a_file_that_cannot_be_read_says_why(signed_in):
    run = uploaded(signed_in, "name\nweb\n")
    assert run.state == RunState.FAILED
    shown = page(signed_in, run)
    assert b"These columns are missing: beat_at." in shown.content
    assert buttons(shown) == ["discard"]


@pytest.mark.parametrize(
    "content",
    [
        b"\x00" * 400,
        b"PK\x03\x04not a workbook",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9,
        b"\xff\xfen\x00a\x00",
        "name,beat_at\n工号".encode()[:-1],
        b"name,beat_at,\x00\nweb,2026-10-08 08:00,1\n",
        b'name,beat_at\n"web\x00\xd8",2026-10-08 08:00\n',
        b"name,beat_at," + b"\xed\xa0\x80" + b"\nweb,2026-10-08 08:00,1\n",
        "name,beat_at,\x01\u202e\nweb\x00,\x1b[31m\n".encode(),
        b"name,beat_at\n",
        b"name," * 300,
    ],
)
def test_hostile_contents_end_with_a_page(signed_in, content):
    run = uploaded(signed_in, content)
    assert run.state in (RunState.FAILED, RunState.REJECTED, RunState.READY)
    assert page(signed_in, run).status_code == 200
    assert signed_in.get(reverse("portal:transfers")).status_code == 200


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\人员.csv", "人员.csv"),
        ("a\x00b\ud800c.csv", "abc.csv"),
        ("\u202egpj.csv", "gpj.csv"),
        ("..", ".."),
        ("\x00", "-"),
        ("", "-"),
        ("n" * 5000, "n" * 200),
    ],
)
def test_names_of_files_are_made_plain(name, kept):
    assert uploads.plain_name(name) == kept


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\x00b.csv", "a\ud800.csv", "x" * 900 + ".csv"]
)
def test_a_hostile_name_leads_to_no_other_folder(signed_in, settings, name):
    fields = {"kind": "beats", "form_key": str(uuid.uuid4()), "file": GOOD}
    body = "".join(
        f'--kefu\r\nContent-Disposition: form-data; name="{field}"'
        + (f'; filename="{name}"' if field == "file" else "")
        + f"\r\n\r\n{value}\r\n"
        for field, value in fields.items()
    )
    response = signed_in.generic(
        "POST",
        reverse("portal:upload"),
        f"{body}--kefu--\r\n".encode("utf-8", "surrogatepass"),
        content_type="multipart/form-data; boundary=kefu",
    )
    if "\ud800" in name:  # no text in any encoding: Django takes no such part for a file
        assert (response.status_code, files_left(settings)) == (422, [])
        return
    assert response.status_code == 302
    run = ImportRun.objects.get()
    assert re.fullmatch(r"imports/\d{4}/\d\d/[0-9a-f]{32}", run.file.name)
    assert files_left(settings) == [Path(run.file.path)]
    assert page(signed_in, run).status_code == 200


def test_a_form_that_lacks_something_is_shown_again(signed_in):
    for data in ({}, {"kind": "nonsense"}, {"form_key": "x\x00"}, {"kind": "beats\x00\ud800"}):
        body = {key: value.encode("utf-8", "surrogatepass") for key, value in data.items()}
        assert signed_in.post(reverse("portal:upload"), body).status_code == 422
    assert send(signed_in, b"").status_code == 422
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(signed_in, settings):
    settings.IMPORT_MAX_BYTES = 1024 * 1024
    slightly = send(signed_in, b"x" * (1024 * 1024 + 1))
    assert slightly.status_code == 422
    assert b"The file is larger than 1 MB." in slightly.content

    class Unread(io.BytesIO):
        def read(self, *_):
            raise AssertionError("the body was read")

    huge = signed_in.generic(
        "POST",
        reverse("portal:upload"),
        content_type="multipart/form-data; boundary=kefu",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )
    assert huge.status_code == 413
    assert b"The file is larger than 1 MB." in huge.content
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("kind")
def test_an_upload_needs_the_token_against_forgery(user):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    assert send(strict, GOOD).status_code == 403
    assert not ImportRun.objects.exists()


def test_a_form_sent_twice_keeps_one_file(signed_in, settings):
    key = uuid.uuid4()
    first, second = send(signed_in, GOOD, key=key), send(signed_in, GOOD, key=key)
    assert first.url == second.url
    assert (ImportRun.objects.count(), len(files_left(settings))) == (1, 1)


def test_somebody_elses_form_key_keeps_nothing(client, signed_in, settings):
    key = uuid.uuid4()
    registry.unregister("beats")
    registry.register(kinds.beats(may_import=registry.everybody))
    send(signed_in, GOOD, key=key)
    client.force_login(UserFactory())
    assert send(client, GOOD, key=key).url == reverse("portal:transfers")
    assert (ImportRun.objects.count(), len(files_left(settings))) == (1, 1)
