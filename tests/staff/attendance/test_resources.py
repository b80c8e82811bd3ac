"""The export `attendance` (data-formats), held to the worked example."""

import csv
import io
from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal.transfer.registry import Context
from staff.attendance.resources import ATTENDANCE
from staff.people.access import scope_of
from staff.people.enums import AbsenceKind, Half
from tests.factories.staff import (
    AbsenceFactory,
    AssignmentFactory,
    Department,
    MakeUpFactory,
    PersonFactory,
    PunchFactory,
)
from tests.staff.attendance import example
from tests.staff.attendance.record import at
from tests.staff.attendance.test_queries import DAY, LATER, load_example

pytestmark = pytest.mark.django_db

COLUMNS = [
    "number", "date", "shift", "in_at", "out_at", "late_minutes", "early_minutes",
    "extended_minutes", "absence_days", "makeup_in", "makeup_out", "leave", "result",
]  # fmt: skip


def exported(*arguments, tmp_path):
    target = tmp_path / "attendance.csv"
    call_command("export", "attendance", *arguments, "--output", str(target))
    return list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8-sig"))))


def rows_for(someone, *, now=LATER, **filters):
    scope = scope_of(someone.user, today=DAY)
    zone = timezone.get_default_timezone()
    context = Context(actor=someone.user, scope=scope, now=now, zone=zone, filters=filters)
    return list(ATTENDANCE.export(context))


@pytest.mark.parametrize("month", ["2026-08", "2026-09"])
def test_the_export_fits_the_expected_lines(month, tmp_path):
    load_example()
    rows = exported("--month", month, tmp_path=tmp_path)
    assert list(rows[0]) == COLUMNS
    assert len(rows) == sum(row["date"].startswith(month) for row in example.rows("roster"))
    minutes = {"in": "late_minutes", "out": "early_minutes"}
    found = set()
    for row in rows:
        for word in row["result"].split():
            rule, _sep, side = word.partition(":")
            if rule in {"ATT-1", "ATT-2", "ATT-3"}:
                found.add((row["number"], row["date"], rule, side, row[minutes[side]]))
            if rule == "ATT-13" and row["makeup_out"] == "certified" and side == "out":
                found.add((row["number"], row["date"], rule, side, "1"))
    wanted = {
        (number, line["date"], line["rule"], line["side"], line["quantity"])
        for number, lines in example.expected(month).items()
        for line in lines
        if line["rule"] in {"ATT-1", "ATT-2", "ATT-3", "ATT-13"}
    }
    assert found == wanted
    beyond = {"E009", "E021"} if month == "2026-09" else set()  # leave beyond the year's: no shift
    for number, lines in example.expected(month).items():
        absent = [line for line in lines if line["rule"] in {"ATT-6", "ATT-7", "ATT-8", "ATT-9"}]
        days = sum(float(row["absence_days"]) for row in rows if row["number"] == number)
        wanted_days = sum(float(line["quantity"]) for line in absent)
        assert days + (2 if number in beyond else 0) == wanted_days, number


def test_a_row_says_what_happened():
    someone = PersonFactory()
    AssignmentFactory(person=someone)
    PunchFactory(person=someone, punched_at=at(f"{DAY} 13:20:30"))
    AbsenceFactory(person=someone, half=Half.FIRST, kind=AbsenceKind.PERSONAL)
    MakeUpFactory(person=someone, side="OUT", refused=True)
    (row,) = rows_for(someone)
    assert row == {
        "number": someone.number,
        "date": DAY,
        "shift": "day",
        "in_at": at(f"{DAY} 13:20:30"),
        "out_at": None,
        "late_minutes": 20,
        "early_minutes": 0,
        "extended_minutes": 0,
        "absence_days": 1,
        "makeup_in": "",
        "makeup_out": "refused",
        "leave": "personal:first",
        "result": "ATT-2:in ATT-13:out",
    }


@pytest.mark.parametrize(
    ("kind", "leave", "result"),
    [
        (AbsenceKind.REST, "rest", "rest"),
        (AbsenceKind.EMERGENCY, "emergency", "leave"),
        (AbsenceKind.SICK, "", "ATT-5"),
        (None, "", "ATT-5"),
    ],
)
def test_leave_and_absence_have_their_words(kind, leave, result):
    someone = PersonFactory()
    AssignmentFactory(person=someone)
    if kind:
        AbsenceFactory(person=someone, kind=kind)
    (row,) = rows_for(someone)
    assert (row["leave"], row["result"]) == (leave, result)


def test_a_shift_that_is_not_over_is_pending():
    someone = PersonFactory()
    AssignmentFactory(person=someone)
    (row,) = rows_for(someone, now=at(f"{DAY} 12:00"))
    assert (row["result"], row["absence_days"]) == ("pending", 0)


def test_each_exports_what_they_see_and_by_the_filters():
    them = Department()
    for someone in (them.agent, them.mate, them.stranger):
        AssignmentFactory(person=someone, team=them.team)
    assert [row["number"] for row in rows_for(them.agent)] == [them.agent.number]
    below = [row["number"] for row in rows_for(them.lead)]
    assert below == [them.agent.number, them.mate.number]
    assert rows_for(them.lead, result="late") == []
    assert len(rows_for(them.lead, result="absent")) == 2
    assert len(rows_for(them.lead, q=them.mate.name, result="absent")) == 1
    assert rows_for(them.lead, first="2026-11-03", last="2026-11-05") == []
    assert len(rows_for(them.lead, first="2026-10-25", last="2026-11-02")) == 2
    assert not ATTENDANCE.may_export(them.outsider, scope_of(them.outsider, today=DAY))


def test_an_empty_department_exports_nothing(tmp_path):
    assert exported(tmp_path=tmp_path) == []


def test_a_shift_outside_of_employment_is_left_out():
    someone = PersonFactory(left_on=date(2026, 10, 30))
    AssignmentFactory(person=someone)
    assert rows_for(someone) == []
