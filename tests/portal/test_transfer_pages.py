"""The pages of import and export: through the test client, the tasks called as functions."""

import csv
import io
import json
import os
import re
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from portal import tasks, ticking
from portal.enums import RunState
from portal.models import AuditEntry, Heartbeat, ImportRun
from portal.transfer import findings, registry, uploads
from tests.factories.portal import UserFactory
from tests.factories.staff import Department, PersonFactory, SalaryFactory
from tests.portal.transfer import kinds

pytestmark = [pytest.mark.django_db, pytest.mark.both]

GOOD = "name,beat_at,detail\nweb,2026-10-08 08:00,one\nworker,2026-10-08 08:01,two\n"
MIXED = GOOD + 'beat,"<b>soon</b>",three\nother,2026-10-08 08:02,forbidden\n'


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def user():
    return UserFactory()


@pytest.fixture
def kind(user):
    """A kind that only this user may import and export."""
    mine = lambda who, _scope: who.pk == user.pk  # noqa: E731 -- as short as a rule may be
    kind = registry.register(kinds.beats(may_import=mine, may_export=mine, by_month=True))
    yield kind
    registry.unregister("beats")


@pytest.fixture
def signed_in(client, user, kind):  # noqa: ARG001 -- the kind is there for all tests
    user.language = "en"
    user.save()
    client.force_login(user)
    return client


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


def test_only_the_uploader_sees_a_run_and_the_administrator_reads_it(client, signed_in):
    run = uploaded(signed_in, MIXED)
    addresses = [
        reverse("portal:transfer_run", args=[run.pk]),
        reverse("portal:transfer_rejections", args=[run.pk]),
    ]
    client.force_login(UserFactory())
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    assert act(client, run, "discard").status_code == 404
    client.force_login(UserFactory(is_superuser=True, language="en"))
    shown = client.get(addresses[0])
    assert (shown.status_code, buttons(shown)) == (200, [])
    assert b"soon" not in shown.content
    assert client.get(addresses[1]).status_code == 403
    assert [act(client, run, name).status_code for name in ("discard", "partial")] == [403, 403]
    assert ImportRun.objects.get().state == RunState.REJECTED


@pytest.mark.usefixtures("kind")
def test_whoever_may_nothing_finds_no_page(client):
    client.force_login(UserFactory())
    assert client.get(reverse("portal:transfers")).status_code == 404
    assert client.get(reverse("portal:export_kind", args=["beats"])).status_code == 404
    assert send(client, GOOD).status_code == 403
    assert reverse("portal:transfers") not in client.get(reverse("portal:home")).content.decode()


def test_the_navigation_shows_the_page_to_whoever_may_something(signed_in):
    assert reverse("portal:transfers") in signed_in.get(reverse("portal:home")).content.decode()


def test_a_right_that_was_lost_stops_the_import(signed_in):
    run = uploaded(signed_in, GOOD)
    registry.unregister("beats")
    registry.register(kinds.beats(may_export=registry.everybody))
    assert act(signed_in, run, "import").status_code == 403
    assert buttons(page(signed_in, run)) == ["discard"]
    ImportRun.objects.update(state=RunState.CHECKING, dry_run=False, moved_at=F("started_at"))
    tasks.write_import(run.pk)
    run.refresh_from_db()
    assert (run.state, Heartbeat.objects.count()) == (RunState.FAILED, 0)
    assert b"may not import it any more" in page(signed_in, run).content
    registry.unregister("beats")
    assert page(signed_in, run).status_code == 200


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


@pytest.mark.parametrize(("language", "header"), [("en", "name"), ("zh-hans", "名称")])
@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_an_export_is_written_in_the_readers_language_and_audited(
    signed_in, user, language, header, ending
):
    user.language = language
    user.save()
    Heartbeat.objects.create(name="=web", beat_at=kinds.NOW, detail="one")
    Heartbeat.objects.create(name="later", beat_at=kinds.NOW + timedelta(days=40), detail="two")
    address = reverse("portal:export_kind", args=["beats"])
    response = signed_in.get(address, {"format": ending, "month": "2026-10"})
    body = response.getvalue()
    assert f"beats-2026-10.{ending}" in response["Content-Disposition"]
    if ending == "json":
        assert [row["name"] for row in json.loads(body)] == ["=web"]
    elif ending == "csv":
        assert body.decode("utf-8-sig").splitlines()[0].split(",")[0] == header
        assert "'=web" in body.decode("utf-8-sig")
    else:
        assert load_workbook(io.BytesIO(body)).active["A1"].value == header
    said = AuditEntry.objects.get(verb="export.done")
    assert said.after == {"kind": "beats", "format": ending, "rows": 1, "month": "2026-10"}
    assert (said.actor, said.origin) == (user, "127.0.0.1")


@pytest.mark.parametrize(
    "query", ["format=exe", "month=2026-13", "month=0001-01", "month=%ED%A0%80"]
)
def test_a_wrong_choice_of_export_leads_back(signed_in, query):
    response = signed_in.get(reverse("portal:export_kind", args=["beats"]) + f"?{query}")
    assert (response.status_code, response.url) == (302, reverse("portal:transfers"))
    assert not AuditEntry.objects.filter(verb="export.done").exists()


def test_a_text_that_no_workbook_holds_leads_back(signed_in):
    registry.unregister("beats")
    long = {"name": "x" * 40_000, "beat_at": kinds.NOW}
    registry.register(kinds.beats(may_export=registry.everybody, export=lambda _context: [long]))
    address = reverse("portal:export_kind", args=["beats"])
    assert signed_in.get(address, {"format": "xlsx"}).status_code == 302
    assert signed_in.get(address, {"format": "csv"}).getvalue()


@pytest.mark.parametrize("address", ["99999999999999999999999", "0"])
def test_numbers_of_no_run_are_not_found(signed_in, address):
    assert signed_in.get(f"/transfers/{address}/").status_code == 404


def test_people_are_imported_by_a_deputy_within_the_own_department(client):
    department = Department()
    client.force_login(department.deputy.user)
    content = (
        "number,name,post,reports_to,base_salary,hired_on\n"
        f"E900,新人,postsale,{department.lead.number},6000,2026-11-01\n"
    )
    run = uploaded(client, content, kind="people", name="人员.csv")
    assert (run.state, run.added) == (RunState.READY, 1), run.messages
    run = written(client, run, "import")
    assert (run.state, run.added) == (RunState.DONE, 1)
    stranger = PersonFactory()
    SalaryFactory(person=stranger, base_fen=777_700)
    above = uploaded(
        client,
        "number,name,post,reports_to,base_salary,hired_on\n"
        f"E901,别人,postsale,{stranger.number},6000,2026-11-01\n",
        kind="people",
        name="people.csv",
    )
    assert above.state == RunState.REJECTED
    export = client.get(reverse("portal:export_kind", args=["people"]), {"format": "csv"})
    numbers = export.getvalue().decode("utf-8-sig")
    assert "E900" in numbers
    assert "7777.00" not in numbers


def test_an_agent_exports_what_agents_may_and_imports_nothing(client):
    department = Department()
    client.force_login(department.agent.user)
    assert client.get(reverse("portal:export_kind", args=["people"])).status_code == 404
    assert send(client, GOOD, kind="people").status_code == 403
