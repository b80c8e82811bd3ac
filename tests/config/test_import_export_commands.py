import io
import json

import pytest
from django.core.management import CommandError, call_command

from portal.models import AuditEntry, Heartbeat, ImportRun
from portal.transfer import registry
from tests.portal.transfer.kinds import NOW, beats

pytestmark = [pytest.mark.django_db, pytest.mark.both]
HEADER = "名称,时间,金额\n"


@pytest.fixture(autouse=True)
def _kind():
    registry.register(beats())
    yield
    registry.unregister("beats")


@pytest.fixture
def file(tmp_path):
    def write(text, name="beats.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def run(*arguments):
    """Return the exit status, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    try:
        call_command(*map(str, arguments), stdout=out, stderr=err)
    except SystemExit as ended:
        status = ended.code
    return status, out.getvalue(), err.getvalue()


def test_import_ends_with_its_total(file):
    path = file(HEADER + "a,2026-10-08 09:00,\nb,2026-10-08 09:00,\n")
    assert run("import", "beats", path) == (
        0, "beats: 2 added, 0 changed, 0 unchanged, 0 rejected\n", "",
    )  # fmt: skip
    assert run("import", "beats", path) == (
        0, "beats: 0 added, 0 changed, 2 unchanged, 0 rejected\n", "",
    )  # fmt: skip


def test_import_prints_a_line_for_each_bad_row(file):
    path = file(HEADER + f"a,2026-10-08 09:00,abc\nb,{'9' * 50},\nc,2026-10-08 09:00,1\n")
    status, out, err = run("import", "beats", path)
    assert (status, out) == (1, "beats: 1 added, 0 changed, 0 unchanged, 2 rejected\n")
    assert err.splitlines() == [
        'row 2: price: "abc" is not an amount',
        f'row 3: beat_at: "{"9" * 40}" is not a time such as 2026-10-08 08:31',
    ]
    assert not Heartbeat.objects.exists()


def test_partial_import_writes_the_good_rows(file):
    path = file(HEADER + "a,2026-10-08 09:00,abc\nc,2026-10-08 09:00,1\n")
    status, out, _ = run("import", "beats", path, "--partial")
    assert (status, out) == (1, "beats: 1 added, 0 changed, 0 unchanged, 1 rejected\n")
    assert list(Heartbeat.objects.values_list("pk", flat=True)) == ["c"]


def test_dry_run_writes_nothing_at_all(file):
    path = file(HEADER + "a,2026-10-08 09:00,\n")
    status, out, _ = run("import", "beats", path, "--dry-run")
    assert (status, out) == (0, "beats: 1 added, 0 changed, 0 unchanged, 0 rejected\n")
    assert not Heartbeat.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty."),
        ("名称\na\n", "These columns are missing: beat_at."),
        (None, "There is no such file."),
    ],
)
@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_unreadable_file_ends_with_status_two(file, tmp_path, text, sentence, options):
    path = tmp_path / "none.csv" if text is None else file(text)
    assert run("import", "beats", path, *options) == (2, "", f"{sentence}\n")


def test_import_of_an_unknown_kind_is_refused(file):
    with pytest.raises(CommandError):
        run("import", "beeps", file(""))


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_export_imported_again_changes_nothing(tmp_path, fmt):
    for name, detail in (("=1+1", "-"), ("-", "'x"), ("b", "")):
        Heartbeat.objects.create(pk=name, beat_at=NOW, detail=detail)
    path = tmp_path / "out"
    assert run("export", "beats", "--format", fmt, "--output", path) == (0, "", "")
    assert run("import", "beats", path) == (
        0, "beats: 0 added, 0 changed, 3 unchanged, 0 rejected\n", "",
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == [path]


def test_export_to_standard_output_is_audited(capfdbinary):
    Heartbeat.objects.create(pk="a", beat_at=NOW, detail="x")
    call_command("export", "beats", "--format", "json", "--month", "2026-10")
    assert json.loads(capfdbinary.readouterr().out)[0]["name"] == "a"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.origin) == ("export.done", "manage.py export")
    assert entry.after == {"kind": "beats", "format": "json", "rows": 1, "month": "2026-10"}


def test_export_of_a_wrong_month_is_refused():
    with pytest.raises(CommandError, match="not a month"):
        run("export", "beats", "--month", "10/2026")


def test_export_that_cannot_be_written_says_why(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run("export", "beats", "--output", tmp_path / "none" / "out.csv")


def test_failed_export_leaves_the_old_file(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def broken(_context):
        yield {"name": "a"}
        raise RuntimeError("no more")

    registry.unregister("beats")
    registry.register(beats(export=broken))
    with pytest.raises(RuntimeError):
        run("export", "beats", "--output", path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
