"""The judge against the worked example: every line of attendance, by pencil and paper."""

import random
from datetime import date

import pytest

from staff.attendance.policies.absences import absence_of, split_year, step_reached
from staff.attendance.policies.judging import judge
from staff.attendance.policies.redpackets import red_packets
from staff.attendance.policies.values import Record
from tests.staff.attendance import example
from tests.staff.attendance.record import LATER, RULES, SHANGHAI, rules_on

MONTHS = ["2026-08", "2026-09"]
IN_GROUP = {"ATT-1", "ATT-2", "ATT-3", "ATT-11", "ATT-13"}
STEPS = {"ATT-6", "ATT-7", "ATT-8", "ATT-9"}


def lines_of(record, payments, month):
    """What the judge says of a month, written as the expected lines are."""
    judgement = judge(record, rules_on=rules_on, now=LATER)
    found = []
    packets = red_packets(judgement.results, payments, rules_on=rules_on, zone=SHANGHAI, now=LATER)
    for packet in packets:
        state = "paid" if packet.is_paid else "owed"
        side = packet.side.lower()
        quantity = str(packet.minutes) if packet.rule != "ATT-13" else "1"
        lines = [(packet.rule, packet.day, side, quantity, packet.fen, state)]
        if packet.doubled:
            monday = packet.doubles_at.date()
            lines.append(("ATT-11", monday, side, "1", packet.doubled, state))
        found += [line for line in lines if f"{line[1]}".startswith(month)]
    excess = [
        row
        for row in split_year(record.away, limit_on=lambda _day: 60)
        if row.excess and f"{row.day}".startswith(month)
    ]
    absence = absence_of(
        [result for result in judgement.results if f"{result.day}".startswith(month)], excess
    )
    step = step_reached(absence.half_days, RULES.absence)
    if step:
        quantity = f"{absence.half_days / 2:g}"
        found.append((step.rule, absence.last_day, "", quantity, None, "due"))
    return sorted(found, key=str)


def fen(amount):
    return -round(float(amount) * 100)


def lines_expected(lines):
    return sorted(
        (
            (
                line["rule"],
                date.fromisoformat(line["date"]),
                line["side"],
                line["quantity"],
                fen(line["amount"]) if line["rule"] in IN_GROUP else None,
                line["state"],
            )
            for line in lines
            if line["rule"] in IN_GROUP | STEPS
        ),
        key=str,
    )


@pytest.mark.parametrize("month", MONTHS)
def test_every_line_of_the_example_is_found_and_no_other(month):
    records, payments = example.records(), example.payments()
    expected = {number: lines_expected(lines) for number, lines in example.expected(month).items()}
    found = {
        number: lines_of(records[number], payments[number], month)
        for number in expected
        if number in records
    }
    assert found == {number: expected[number] for number in found}
    assert all(not expected[number] for number in set(expected) - set(found))
    assert sum(len(lines) for lines in found.values()) > 100


def test_the_example_does_not_depend_on_the_order_of_the_rows():
    shuffle = random.Random(618).shuffle  # noqa: S311 -- not for secrets
    for record in example.records().values():
        mixed = [
            list(rows) * 2 if number == 1 else list(rows)
            for number, rows in enumerate(
                (record.shifts, record.punches, record.makeups, record.away)
            )
        ]
        for rows in mixed:
            shuffle(rows)
        assert judge(Record(*mixed), rules_on=rules_on, now=LATER) == judge(
            record, rules_on=rules_on, now=LATER
        )
