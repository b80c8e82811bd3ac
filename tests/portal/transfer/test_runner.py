from datetime import timedelta

import pytest
from django.db import connection, transaction

from portal.enums import RunState
from portal.models import AuditEntry, Heartbeat, ImportRun
from portal.transfer import jobs, registry, runner, writing
from portal.transfer.registry import Finding
from tests.portal.transfer.kinds import NOW, BeatResource, beats, job

pytestmark = [pytest.mark.django_db, pytest.mark.both]


class Killed(BaseException):
    """What `kill -9` looks like from inside: nothing after it runs."""


@pytest.fixture
def file(tmp_path):
    def write(*lines, header="name,beat_at,detail,after,price"):
        path = tmp_path / "beats.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return path

    return write


def rows(*names):
    return [f"{name},2026-10-08 09:00,x,," for name in names]


def many(count):
    return rows(*(f"b{number:04}" for number in range(count)))


def do(kind, path, **changes):
    """Import the file with a record of its own, or the unfinished one."""
    given = job(kind, path, **changes)
    run = runner.start_run(given, filename=path.name)
    return runner.run_import(job(kind, path, run=run, **changes)), run


def counts(added=0, changed=0, unchanged=0, rejected=0):
    return {"added": added, "changed": changed, "unchanged": unchanged, "rejected": rejected}


def test_import_adds_then_finds_nothing_to_change(file):
    path = file(*rows("a", "b"))
    assert do(beats(), path)[0].counts == counts(added=2)
    report, run = do(beats(), path)
    assert (report.counts, report.status) == (counts(unchanged=2), 0)
    run.refresh_from_db()
    assert (run.state, run.rows_written, run.rows_total, run.finished_at) == (
        RunState.DONE, 2, 2, NOW,
    )  # fmt: skip


def test_import_changes_what_the_row_says_and_leaves_the_rest(file):
    Heartbeat.objects.create(name="a", beat_at=NOW - timedelta(1), detail="kept")
    Heartbeat.objects.create(name="b", beat_at=NOW, detail="goes")
    report, _ = do(beats(), file("a,2026-10-08 09:00,,,", "b,2026-10-08 09:00,-,,"))
    assert report.counts == counts(changed=2)
    assert list(Heartbeat.objects.order_by("pk").values_list("beat_at", "detail")) == [
        (NOW, "kept"),
        (NOW, ""),
    ]


def test_import_with_a_bad_row_writes_nothing(file):
    heard = []
    listener = jobs.Listener(rejected=heard.append)
    report, run = do(beats(), file(*rows("a"), "b,2026-10-08 09:00,x,,abc"), listener=listener)
    finding = Finding(3, "price", "not_an_amount", "abc")
    assert (report.status, report.counts) == (1, counts(added=1, rejected=1))
    assert heard == report.rejections == [finding]
    assert not Heartbeat.objects.exists()
    run.refresh_from_db()
    assert (run.state, run.rejected, run.rows_written) == (RunState.REJECTED, 1, 0)
    assert run.messages == [{**finding.stored(), "bad": True}]
    assert "abc" not in str(run.messages)


def test_partial_import_writes_the_good_rows(file):
    path = file(*rows("a"), "b,2026-10-08 09:00,forbidden,,", "c,,x,,")
    report, run = do(beats(), path, partial=True)
    assert (report.status, report.counts) == (1, counts(added=1, rejected=2))
    assert [(each.row, each.code) for each in report.rejections] == [
        (3, "forbidden"),
        (4, "missing"),
    ]
    assert list(Heartbeat.objects.values_list("pk", flat=True)) == ["a"]
    run.refresh_from_db()
    assert (run.state, run.added, run.rejected) == (RunState.DONE, 1, 2)


def test_dry_run_says_the_same_and_writes_nothing(file):
    path = file(*rows("a"), "b,2026-10-08 09:00,forbidden,,")
    report = runner.run_import(job(beats(), path, dry_run=True))
    assert (report.status, report.counts) == (1, counts(added=1, rejected=1))
    assert not ImportRun.objects.exists()
    assert not Heartbeat.objects.exists()


def test_preview_leaves_the_record_ready_to_be_written(file):
    path = file(*rows("a"))
    given = job(beats(), path, dry_run=True)
    run = runner.start_run(given, filename="a.csv")
    runner.run_import(job(beats(), path, run=run, dry_run=True))
    run.refresh_from_db()
    assert (run.state, run.added, run.finished_at, run.dry_run) == (RunState.READY, 1, None, True)
    runner.run_import(job(beats(), path, run=run))
    run.refresh_from_db()
    assert (run.state, run.added, run.dry_run) == (RunState.DONE, 1, False)


def test_rows_of_one_identity_are_refused_and_name_the_first(file):
    report, _ = do(beats(), file(*rows("a", "b", "a")))
    assert report.rejections == [Finding(4, "name", "same_row", "a", {"first": 2})]


def test_rows_may_lean_on_later_rows_but_not_on_bad_ones(file):
    chain = [
        "a,2026-10-08 09:00,x,b,", "b,2026-10-08 09:00,x,c,", "c,2026-10-08 09:00,forbidden,,",
        "d,2026-10-08 09:00,x,e,", "e,2026-10-08 09:00,x,,", "f,2026-10-08 09:00,x,nobody,",
    ]  # fmt: skip
    report, _ = do(beats(), file(*chain), partial=True)
    assert [(each.row, each.code, each.text) for each in report.rejections] == [
        (4, "forbidden", "forbidden"),
        (3, "unknown_beat", "c"),
        (7, "unknown_beat", "nobody"),
        (2, "unknown_beat", "b"),
    ]
    assert set(Heartbeat.objects.values_list("pk", flat=True)) == {"d", "e"}


def test_unknown_columns_are_named_in_a_warning(file):
    heard = []
    path = file("a,2026-10-08 09:00,?", header="name,beat_at,colour")
    do(beats(), path, listener=jobs.Listener(warned=heard.append))
    assert heard == [Finding(0, "", "unknown_columns", "", {"names": "colour"})]


def test_unreadable_file_ends_with_status_two(file):
    report, run = do(beats(), file(header="x,y"))
    assert (report.status, report.unreadable.code) == (2, "missing_columns")
    run.refresh_from_db()
    assert (run.state, run.messages[0]["code"]) == (RunState.FAILED, "missing_columns")


def test_check_costs_the_same_for_any_number_of_rows(file, django_assert_num_queries):
    for count in (1, 400):
        given = job(beats(), file(*many(count)), dry_run=True)
        # PostgreSQL: a savepoint and its end, and how rows are to be found.
        with django_assert_num_queries({"postgresql": 4, "sqlite": 1}[connection.vendor]):
            runner.run_import(given)


class DiesAfter(BeatResource):
    """Is killed in the batch that holds this row, after writing it."""

    last = 60

    def write(self, rows, notes, sweep):
        super().write(rows, notes, sweep)
        if rows[0].number <= self.last <= rows[-1].number:
            raise Killed


def test_killed_import_goes_on_from_the_mark(file):
    path = file(*many(120), "bad,x,,,")
    with pytest.raises(Killed):
        do(beats(resource=DiesAfter), path, partial=True)
    run = ImportRun.objects.get()
    assert (run.state, run.rows_written, run.added) == (RunState.WRITING, 50, 50)
    assert Heartbeat.objects.count() == 50

    written = []

    class Counts(BeatResource):
        def write(self, rows, notes, sweep):
            written.extend(row.number for row in rows)
            super().write(rows, notes, sweep)

    report, again = do(beats(resource=Counts), path, partial=True)
    assert again.pk == run.pk
    assert written == list(range(52, 122))
    assert report.counts == counts(added=120, rejected=1)
    assert Heartbeat.objects.count() == 120
    assert ImportRun.objects.get().state == RunState.DONE


def test_killed_import_does_not_refuse_what_it_has_written(file):
    """A rule that the written rows themselves now break must not undo them."""
    path = file(*many(120))
    with pytest.raises(Killed):
        do(beats(resource=DiesAfter), path)

    class OncePerDatabase(BeatResource):
        def judge(self, beat, row, notes):
            if beat is not None:
                notes.reject(row, "name", "forbidden", rule="BEAT-2")
            else:
                notes.added(row)

    report, _ = do(beats(resource=OncePerDatabase), path)
    assert (report.counts, report.rejections) == (counts(added=120), [])


def test_failing_write_rolls_its_batch_back_and_can_go_on(file):
    class Fails(DiesAfter):
        def write(self, rows, notes, sweep):
            try:
                super().write(rows, notes, sweep)
            except Killed:
                raise RuntimeError("disk full") from None

    path = file(*many(120))
    with pytest.raises(RuntimeError, match="disk full"):
        do(beats(resource=Fails), path)
    run = ImportRun.objects.get()
    assert (run.state, run.rows_written) == (RunState.FAILED, 50)
    assert do(beats(), path)[0].counts == counts(added=120)
    assert ImportRun.objects.get().state == RunState.DONE


def test_second_process_with_the_same_record_stops(file):
    path = file(*many(120))
    with pytest.raises(Killed):
        do(beats(resource=DiesAfter), path)
    first = ImportRun.objects.get()
    second = ImportRun.objects.get()
    runner.run_import(job(beats(), path, run=first))
    with pytest.raises(jobs.TakenOver):
        runner.run_import(job(beats(), path, run=second))
    assert ImportRun.objects.get().added == 120


def test_two_sweeps_write_every_row_twice_and_count_it_once(file):
    order = []

    class Twice(BeatResource):
        def write(self, rows, notes, sweep):
            order.extend((sweep, row.number) for row in rows)
            if sweep == 0:
                super().write(rows, notes, sweep)

    report, _ = do(beats(resource=Twice, sweeps=2), file(*rows("a", "b")))
    assert order == [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert report.counts == counts(added=2)


def test_killed_import_of_two_sweeps_goes_on_in_the_second(file):
    calls = []

    class DiesInSecond(BeatResource):
        def write(self, rows, notes, sweep):
            if sweep == 0:
                super().write(rows, notes, sweep)
            elif not calls:
                calls.append("killed")
                raise Killed
            else:
                calls.append((sweep, len(rows)))

    kind = beats(resource=DiesInSecond, sweeps=2)
    path = file(*many(30))
    with pytest.raises(Killed):
        do(kind, path)
    assert ImportRun.objects.get().rows_written == 30
    assert do(kind, path)[0].counts == counts(added=30)
    assert calls == ["killed", (1, 30)]


def test_row_refused_while_writing_is_reported_and_left_out_later(file):
    class Changes(BeatResource):
        def write(self, rows, notes, sweep):
            if sweep == 0:
                for row in rows:
                    if row.values["name"] == "b":
                        notes.reject(row, "name", "forbidden", rule="BEAT-3")
                    else:
                        notes.added(row)
            else:
                assert [row.values["name"] for row in rows] == ["a", "c"]

    report, run = do(beats(resource=Changes, sweeps=2), file(*rows("a", "b", "c")))
    assert (report.status, report.counts) == (1, counts(added=2, rejected=1))
    run.refresh_from_db()
    assert [each["row"] for each in run.messages] == [3]


def test_resource_that_forgets_a_row_is_found_out(file):
    class Forgets(BeatResource):
        def check(self, rows, notes):
            pass

    with pytest.raises(registry.RowNotJudged):
        do(beats(resource=Forgets), file(*rows("a")))


def test_batches_shrink_to_a_second(file, monkeypatch):
    clock = iter(range(0, 2000, 2))
    monkeypatch.setattr(writing.time, "monotonic", lambda: next(clock))
    sizes = []

    class Slow(BeatResource):
        def write(self, rows, notes, sweep):
            sizes.append(len(rows))
            super().write(rows, notes, sweep)

    do(beats(resource=Slow), file(*many(90)))
    assert sizes == [50, 25, 12, 3]


def test_each_batch_is_one_transaction(file):
    depth = [len(transaction.get_connection().savepoint_ids)]

    class Looks(BeatResource):
        def write(self, rows, notes, sweep):
            depth.append(len(transaction.get_connection().savepoint_ids))
            super().write(rows, notes, sweep)

    do(beats(resource=Looks), file(*rows("a")))
    assert depth[1] == depth[0] + 1


def test_written_import_is_audited_without_texts(file):
    path = file(*rows("a"))
    _, run = do(beats(), path)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target_id, entry.at) == ("import.done", str(run.pk), NOW)
    assert entry.after == {
        "kind": "beats",
        "sha256": runner.checksum(path),
        **counts(added=1),
    }


def test_import_of_a_kind_for_export_is_refused(file):
    with pytest.raises(runner.NotForImport):
        runner.run_import(job(beats(resource=None), file(), dry_run=True))


def test_import_that_writes_needs_a_record(file):
    with pytest.raises(ValueError, match="needs a record"):
        runner.run_import(job(beats(), file()))
