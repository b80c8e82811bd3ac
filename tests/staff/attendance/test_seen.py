"""What must be seen to hold: files come in by the command line, results go out as `attendance`.

Each case goes the whole way, through the import of the files, the database and the export, with
a person and a shift that a file has brought as well.
"""

import csv
import io
import os
import random
import time
from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from staff.attendance.models import Punch
from tests.staff.attendance import example
from tests.staff.attendance.dingtalk_files import daily, of_day, person, record, records, save

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NUMBER, USER_ID = "E1", "manager0042"
THE_8TH, THE_31ST, THE_1ST = date(2026, 10, 8), date(2026, 10, 31), date(2026, 11, 1)
EXAMPLE = ("people", "roster", "leave", "punches", "makeups", "red_packets")
PEOPLE = f"number,name,post,base_salary,hired_on,dingtalk_id\n{NUMBER},张三,postsale,6000,2024-03-01,{USER_ID}\n"  # noqa: E501 -- a file of two lines


def bring(kind, path):
    """Import a file as somebody at the command line does; a rejected row ends it with 1."""
    call_command("import", kind, str(path))


def taken(tmp_path, month=None):
    """The rows of `export attendance`."""
    target = tmp_path / "out.csv"
    arguments = ["--month", month] if month else []
    call_command("export", "attendance", *arguments, "--output", str(target))
    return list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))


def written(tmp_path, name, text):
    path = tmp_path / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def plan(tmp_path, *shifts):
    """Bring the person with shifts, given as (day, shift)."""
    bring("people", written(tmp_path, "people", PEOPLE))
    rows = "".join(f"{day},{shift},{NUMBER},yes\n" for day, shift in shifts)
    bring("roster", written(tmp_path, "roster", f"date,shift,number,lead\n{rows}"))


def punched(tmp_path, *moments):
    """The same punches as a file of the kind `punches`."""
    rows = "".join(f"{NUMBER},{moment:%Y-%m-%d %H:%M:%S}\n" for moment in moments)
    bring("punches", written(tmp_path, "punches", f"number,punched_at\n{rows}"))


def in_dingtalk(tmp_path, day, *cells):
    """The same punches as 每日统计 shows them: in and out of the row of one day, no seconds."""
    row = of_day(person("", USER_ID), day, *cells)
    bring("dingtalk", save(tmp_path / "每日统计.xlsx", daily([row])))


def in_records(tmp_path, day, *moments):
    """The same punches as 原始记录 shows them."""
    rows = [record(person("", USER_ID), day, f"{moment:%Y-%m-%d %H:%M:%S}") for moment in moments]
    bring("dingtalk", save(tmp_path / "原始记录.xlsx", records(rows)))


def local(day, text):
    return datetime.fromisoformat(f"{day} {text}")


# Point 2

SOURCES = ["punches", "dingtalk daily", "dingtalk records"]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("clock", "minutes", "result"),
    [
        ("17:00:59", "0", "ok"),
        ("17:01:00", "1", "ATT-1:in"),
        ("17:10:00", "10", "ATT-1:in"),
        ("17:10:59", "10", "ATT-1:in"),
        ("17:11:00", "11", "ATT-2:in"),
    ],
)
def test_an_evening_begins_to_the_minute(tmp_path, source, clock, minutes, result):
    plan(tmp_path, (THE_8TH, "evening"))
    came, went = local(THE_8TH, clock), local("2026-10-09", "01:00")
    if source == "punches":
        punched(tmp_path, came, went)
    elif source == "dingtalk daily":
        in_dingtalk(tmp_path, THE_8TH, clock[:5], "次日 01:00")
    else:
        in_records(tmp_path, THE_8TH, came, went)
    (row,) = taken(tmp_path)
    assert (row["date"], row["late_minutes"], row["result"]) == (f"{THE_8TH}", minutes, result)
    assert (row["early_minutes"], row["absence_days"]) == ("0", "0")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("clock", "early", "extended"), [("00:52", "8", "0"), ("01:37", "0", "37"), ("01:00", "0", "0")]
)
def test_an_evening_of_the_31st_ends_on_the_1st_and_belongs_to_october(
    tmp_path, source, clock, early, extended
):
    plan(tmp_path, (THE_31ST, "evening"))
    came, went = local(THE_31ST, "16:58"), local(THE_1ST, clock)
    if source == "punches":
        punched(tmp_path, came, went)
    elif source == "dingtalk daily":
        in_dingtalk(tmp_path, THE_31ST, "16:58", f"次日 {clock}")
    else:
        in_records(tmp_path, THE_31ST, came, went)
    (row,) = taken(tmp_path, "2026-10")
    assert (row["early_minutes"], row["extended_minutes"]) == (early, extended)
    assert row["result"] == ("ATT-1:out" if early != "0" else "ok")
    assert taken(tmp_path, "2026-11") == []


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("clock", "evening", "day"),
    [
        # out of the 31st: no punch-in there; nothing at all for the 1st
        ("04:44", ("", "04:44", "224", "ATT-13:in"), ("", "", "0", "ATT-5")),
        # in for the 1st: nothing at all on the 31st; no punch-out there
        ("04:46", ("", "", "0", "ATT-5"), ("04:46", "", "0", "ATT-13:out")),
    ],
)
def test_a_single_punch_between_two_shifts_goes_to_the_nearer(
    tmp_path, source, clock, evening, day
):
    plan(tmp_path, (THE_31ST, "evening"), (THE_1ST, "day"))
    if source == "punches":
        punched(tmp_path, local(THE_1ST, clock))
    elif source == "dingtalk daily":
        in_dingtalk(tmp_path, THE_31ST, "", f"次日 {clock}")
    else:
        in_records(tmp_path, THE_31ST, local(THE_1ST, clock))
    found = [
        (row["in_at"][11:16], row["out_at"][11:16], row["extended_minutes"], row["result"])
        for row in sorted(taken(tmp_path), key=lambda row: row["date"])
    ]
    assert found == [evening, day]


@pytest.mark.parametrize("mark", ["次日 00:03", "次日00:03"])
def test_a_marked_time_is_of_the_next_day(tmp_path, mark):
    plan(tmp_path, (THE_8TH, "evening"))
    in_dingtalk(tmp_path, THE_8TH, "17:00", mark)
    (row,) = taken(tmp_path)
    assert (row["out_at"][:16], row["early_minutes"]) == ("2026-10-09 00:03", "57")


# Points 1 and 3


def bring_example(kinds):
    for kind in kinds:
        bring(kind, example.FILES / f"{kind}.csv")


def fits(rows, month):
    """Hold the rows of a month to the lines that the example expects."""
    minutes = {"in": "late_minutes", "out": "early_minutes"}
    found = set()
    for row in rows:
        for word in row["result"].split():
            rule, _sep, side = word.partition(":")
            if rule in {"ATT-1", "ATT-2", "ATT-3"}:
                found.add((row["number"], row["date"], rule, side, row[minutes[side]]))
            elif rule == "ATT-13" and side == "out" and row["makeup_out"] == "certified":
                found.add((row["number"], row["date"], rule, side, "1"))
    wanted = {
        (number, line["date"], line["rule"], line["side"], line["quantity"])
        for number, lines in example.expected(month).items()
        for line in lines
        if line["rule"] in {"ATT-1", "ATT-2", "ATT-3", "ATT-13"}
    }
    assert found == wanted


@pytest.mark.parametrize(
    ("zone", "seed"), [(None, None), ("America/New_York", 1), ("Pacific/Kiritimati", 2)]
)
def test_the_example_comes_in_whole_in_any_order_zone_and_twice(tmp_path, monkeypatch, zone, seed):
    """People and roster first, which the rest names; then any order, and everything once more."""
    rest = list(EXAMPLE[2:])
    if seed:
        random.Random(seed).shuffle(rest)  # noqa: S311 -- any order will do
    before = os.environ.get("TZ")
    if zone:
        monkeypatch.setenv("TZ", zone)
        time.tzset()
    try:
        with timezone.override(zone):
            bring_example(["people", "roster", *rest])
            once = {month: taken(tmp_path, month) for month in ("2026-08", "2026-09")}
            if zone:
                bring_example(["people", "roster", *reversed(rest)])
                assert {month: taken(tmp_path, month) for month in once} == once
    finally:
        monkeypatch.undo()
        assert os.environ.get("TZ") == before
        time.tzset()
    for month, rows in once.items():
        assert len(rows) == sum(row["date"][:7] == month for row in example.rows("roster"))
        fits(rows, month)


def test_files_of_three_sources_in_any_order_count_once(tmp_path):
    """Whatever comes first: a punch to the second, the same from DingTalk, and all twice."""
    plan(tmp_path, (THE_8TH, "evening"))
    came, went = local(THE_8TH, "17:10:59"), local("2026-10-09", "01:02:07")
    bringing = [
        lambda: punched(tmp_path, came, went),
        lambda: in_dingtalk(tmp_path, THE_8TH, "17:10", "次日 01:02"),
        lambda: in_records(tmp_path, THE_8TH, came, went),
    ]
    outcomes = set()
    for start in range(3):
        Punch.objects.all().delete()
        for act in bringing[start:] + bringing[:start] + bringing:
            act()
        assert Punch.objects.count() == 2
        (row,) = taken(tmp_path)
        outcomes.add(tuple(row.items()))
    assert len(outcomes) == 1
    assert (row["late_minutes"], row["extended_minutes"], row["result"]) == ("10", "2", "ATT-1:in")


def test_a_shift_is_not_judged_before_its_window_is_over(tmp_path):
    today = timezone.localdate()
    plan(tmp_path, (today + timedelta(days=1), "day"))
    (row,) = taken(tmp_path)
    assert (row["result"], row["absence_days"]) == ("pending", "0")
