"""The figures that are promised for a base of 6000.00, as the command and the export give them."""

import io
import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command

from portal.period import Month
from tests.staff.incentives.staging import paid_person, works

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def after(month):
    """A moment at which every Monday that bears on the month has passed."""
    first = Month.parse(month).next().first_day
    return datetime(first.year, first.month, 20, 4, 0, tzinfo=UTC)


def exported(month, tmp_path):
    target = tmp_path / "statements.json"
    with time_machine.travel(after(month), tick=False):
        call_command("settle", month, stdout=io.StringIO(), stderr=io.StringIO())
        call_command(
            "export", "statements", "--month", month, "--format", "json", "--output", str(target),
            stdout=io.StringIO(),
        )  # fmt: skip
    (person,) = json.loads(target.read_text(encoding="utf-8"))["people"]
    return person


def amounts(person):
    return {line["rule"]: line["amount"] for line in person["lines"]}


@pytest.mark.parametrize(
    ("month", "total"),
    [
        ("2026-02", "6628.58"),
        ("2028-02", "6613.80"),
        ("2026-04", "6600.00"),
        ("2026-10", "6587.10"),
    ],
)
def test_a_faultless_month_with_both_rest_days_unused(tmp_path, month, total):
    works(paid_person(), month)
    found = exported(month, tmp_path)
    assert (found["base_salary"], found["payroll_total"]) == ("6000.00", total)
    assert amounts(found).keys() == {"ATT-10", "LEAVE-2"}


def test_two_days_of_absence_cost_ten_wages(tmp_path):
    works(paid_person(), "2026-10", without=(8, 9))
    found = exported("2026-10", tmp_path)
    assert amounts(found)["ATT-8"] == "-1935.50"
    assert found["flags"] == ["notice_of_criticism"]


def test_three_days_forfeit_the_month_and_only_propose_a_dismissal(tmp_path):
    person = paid_person()
    works(person, "2026-10", without=(8, 9, 10))
    found = exported("2026-10", tmp_path)
    assert (found["payroll_total"], found["flags"]) == ("0.00", ["dismissal_proposed"])
    person.refresh_from_db()
    assert person.user.is_active
    assert person.left_on is None


def test_joined_on_the_sixteenth(tmp_path):
    paid_person(hired_on=date(2026, 10, 16))
    found = exported("2026-10", tmp_path)
    assert (found["base_salary"], found["days_employed"]) == ("3096.80", 16)
    assert amounts(found)["LEAVE-2"] == "193.55"
