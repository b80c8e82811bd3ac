"""The worked example of the department, read from its files without a database."""

import csv
import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from staff.attendance.enums import MakeUpState, Side
from staff.attendance.policies.values import Asked, Away, Clocked, Paid, Record
from staff.people.enums import AbsenceKind, Half
from tests.staff.attendance.record import at, shift

FILES = Path(__file__).resolve().parent.parent.parent / "data" / "settlement"
HALVES = {"": Half.WHOLE, "first": Half.FIRST, "second": Half.SECOND}
STATES = {
    "certified": MakeUpState.CERTIFIED,
    "refused": MakeUpState.REFUSED,
    "": MakeUpState.OPEN,
}


def rows(name):
    with (FILES / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def expected(month):
    text = (FILES / f"expected-{month}.json").read_text(encoding="utf-8")
    return {person["number"]: person["lines"] for person in json.loads(text)["people"]}


def days_of(row):
    day, last = date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"])
    while day <= last:
        yield day
        day += timedelta(days=1)


def records():
    """Each person's record, by number."""
    shifts, punches, makeups, away = (defaultdict(list) for _ in range(4))
    for key, row in enumerate(rows("roster")):
        shifts[row["number"]].append(shift(row["date"], row["shift"], key=key))
    for key, row in enumerate(rows("punches")):
        side = Side(row["kind"].upper()) if row["kind"] else None
        punches[row["number"]].append(Clocked(key, at(row["punched_at"]), side))
    for key, row in enumerate(rows("makeups")):
        day, side = date.fromisoformat(row["date"]), Side(row["side"].upper())
        makeups[row["number"]].append(
            Asked(key, day, side, at(row["asked_at"]), STATES[row["decision"]])
        )
    for row in rows("leave"):
        if row["decision"] == "approved":
            away[row["number"]] += [
                Away(day, HALVES[row["half"]], AbsenceKind(row["kind"].upper()))
                for day in days_of(row)
            ]
    return {
        number: Record(shifts[number], punches[number], makeups[number], away[number])
        for number in shifts
    }


def payments():
    """Each person's payments, by number."""
    found = defaultdict(list)
    for row in rows("red_packets"):
        day, side = date.fromisoformat(row["date"]), Side(row["side"].upper())
        found[row["number"]].append(Paid(day, side, at(row["paid_at"])))
    return found
