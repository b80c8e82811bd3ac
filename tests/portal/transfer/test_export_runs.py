"""Exports too long for one answer."""

import shutil
from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from portal.enums import ExportState
from portal.models import AuditEntry, ExportRun, Notice
from portal.transfer import export_runs, registry, values
from portal.views.exports import AT_ONCE
from tests.factories.portal import ExportRunFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]

LONG = AT_ONCE + 1


def rows(context):
    if context.filters.get("fail"):
        raise RuntimeError("the rows cannot be read")
    count = int(context.filters.get("rows", LONG))
    return ({"number": n} for n in range(count))


@pytest.fixture
def numbers():
    kind = registry.register(
        registry.Kind(
            name="numbers",
            label="Numbers",
            columns=(registry.Column("number", "数", values.Whole()),),
            export=rows,
            by_month=True,
            may_export=lambda _user, scope: scope.leads,
        )
    )
    yield kind
    registry.unregister("numbers")
    shutil.rmtree(settings.MEDIA_ROOT / "exports", ignore_errors=True)


@pytest.fixture
def lead(client):
    someone = Department().lead
    client.force_login(someone.user)
    return someone


def ask(client, **query):
    return client.get(reverse("portal:export_kind", args=["numbers"]), query)


def content(client, run):
    answer = client.get(reverse("portal:export_file", args=[run.pk]))
    return b"".join(answer.streaming_content).decode("utf-8-sig").split()


@pytest.mark.usefixtures("numbers", "lead")
def test_a_short_export_is_answered_at_once(client):
    answer = ask(client, rows=AT_ONCE)
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content).splitlines()) == AT_ONCE + 1
    assert not ExportRun.objects.exists()


@pytest.mark.usefixtures("numbers")
def test_a_long_export_is_written_by_the_task_and_fetched(client, lead):
    answer = ask(client, month="2026-10", rows=LONG)
    run = ExportRun.objects.get()
    assert answer.url == reverse("portal:export_run", args=[run.pk])
    assert not AuditEntry.objects.filter(verb="export.done").exists()
    assert "<progress" in client.get(answer.url).text
    assert export_runs.carry_out(run_id=run.pk, clock=timezone.now) is True
    run.refresh_from_db()
    assert (run.state, run.rows) == (ExportState.DONE, LONG)
    assert content(client, run) == ["数", *map(str, range(LONG))]
    assert Notice.objects.get(receiver=lead.user).params["run"] == run.pk
    done = AuditEntry.objects.get(verb="export.done")
    assert done.after == {"kind": "numbers", "format": "csv", "rows": LONG, "month": "2026-10"}


@pytest.mark.usefixtures("numbers", "lead")
def test_the_same_wish_twice_is_one_export(client):
    first, second, other = ask(client), ask(client), ask(client, q="x")
    assert first.url == second.url != other.url
    assert ExportRun.objects.count() == 2


@pytest.mark.usefixtures("numbers", "lead")
def test_the_task_run_twice_writes_once(client):
    ask(client)
    run = ExportRun.objects.get()
    done = [export_runs.carry_out(run_id=run.pk, clock=timezone.now) for _ in "ab"]
    assert done == [True, False]
    assert Notice.objects.count() == 1


@pytest.mark.usefixtures("numbers", "lead")
def test_one_that_was_left_behind_is_rung_for_and_written_anew(client):
    ask(client)
    run = ExportRun.objects.get()
    now = timezone.now()
    ExportRun.objects.update(
        asked_at=now - timedelta(minutes=2), moved_at=now - timedelta(seconds=31)
    )
    assert export_runs.overdue(now=now) == [run.pk]
    assert export_runs.overdue(now=now) == []
    assert export_runs.carry_out(run_id=run.pk, clock=timezone.now) is True


@pytest.mark.usefixtures("numbers", "lead")
def test_one_that_is_taken_over_leaves_no_file(client):
    ask(client)
    run = ExportRun.objects.get()
    moments = iter([timezone.now(), timezone.now()])

    def clock():
        moment = next(moments, None)
        if moment is None:  # somebody else goes on with it between two marks
            ExportRun.objects.update(moved_at=timezone.now() + timedelta(minutes=1))
            moment = timezone.now()
        return moment

    assert export_runs.carry_out(run_id=run.pk, clock=clock) is False
    run.refresh_from_db()
    assert (run.state, run.file.name) == (ExportState.WRITING, "")
    assert not AuditEntry.objects.filter(verb="export.done").exists()


@pytest.mark.usefixtures("numbers", "lead")
def test_one_that_cannot_be_written_says_so(client):
    ask(client)
    ExportRun.objects.update(filters=export_runs.json.dumps({"fail": "1"}))
    run = ExportRun.objects.get()
    with pytest.raises(RuntimeError):
        export_runs.carry_out(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    assert run.state == ExportState.FAILED
    page = client.get(reverse("portal:export_run", args=[run.pk]))
    assert page.status_code == 200
    assert "<progress" not in page.text


@pytest.mark.usefixtures("numbers")
def test_who_may_no_longer_export_gets_nothing(client, lead):
    ask(client)
    run = ExportRun.objects.get()
    lead.postings.update(post="POSTSALE")
    assert export_runs.carry_out(run_id=run.pk, clock=timezone.now) is False
    run.refresh_from_db()
    assert (run.state, run.file.name) == (ExportState.FAILED, "")


@pytest.mark.usefixtures("numbers")
def test_who_lost_the_right_cannot_fetch_the_file(client, lead):
    ask(client)
    run = ExportRun.objects.get()
    export_runs.carry_out(run_id=run.pk, clock=timezone.now)
    address = reverse("portal:export_file", args=[run.pk])
    assert content(client, run)
    lead.postings.update(post="POSTSALE")
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("numbers", "lead")
def test_a_failure_leaves_a_run_alone_that_another_process_took_over(client):
    ask(client)
    ExportRun.objects.update(filters=export_runs.json.dumps({"fail": "1"}))
    run = ExportRun.objects.get()
    moments = iter([timezone.now(), timezone.now()])

    def clock():
        moment = next(moments, None)
        if moment is None:
            ExportRun.objects.update(moved_at=timezone.now() + timedelta(minutes=1))
            moment = timezone.now()
        return moment

    with pytest.raises(RuntimeError):
        export_runs.carry_out(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    assert run.state == ExportState.WRITING


@pytest.mark.usefixtures("numbers", "lead")
@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_every_format_may_be_long(client, ending):
    ask(client, format=ending)
    run = ExportRun.objects.get()
    assert export_runs.carry_out(run_id=run.pk, clock=timezone.now) is True
    run.refresh_from_db()
    assert (run.state, run.rows) == (ExportState.DONE, LONG)
    page = client.get(reverse("portal:export_run", args=[run.pk]))
    assert reverse("portal:export_file", args=[run.pk]) in page.text


@pytest.mark.usefixtures("numbers", "lead")
def test_the_file_goes_after_a_day_or_when_told(client):
    for _ in "ab":
        ask(client)
        run = ExportRun.objects.latest("pk")
        export_runs.carry_out(run_id=run.pk, clock=timezone.now)
    kept, gone = ExportRun.objects.order_by("pk")
    client.post(reverse("portal:export_delete", args=[gone.pk]))
    assert list(ExportRun.objects.all()) == [kept]
    export_runs.clean_up(now=timezone.now())
    assert content(client, kept)
    export_runs.clean_up(now=timezone.now() + timedelta(hours=25))
    assert not ExportRun.objects.exists()
    assert not [path for path in (settings.MEDIA_ROOT / "exports").rglob("*") if path.is_file()]


def test_search_words_of_an_export_are_sealed_in_the_database():
    run = ExportRunFactory(filters='{"q": "13800001234"}')
    assert ExportRun.objects.get().filters == '{"q": "13800001234"}'
    stored = ExportRun.objects.extra(select={"raw": "filters"}).values_list("raw", flat=True)
    assert "13800001234" not in stored.get(pk=run.pk)
