"""The worked example as facts, and its lines as the expected files have them."""

import json
from collections import defaultdict
from datetime import date

from portal.money import Fen, format_yuan, parse_yuan
from portal.period import Month
from staff.attendance.policies.values import Record
from staff.incentives.policies.settling import settle
from staff.incentives.policies.values import Facts, Numbers, PayRules, quantity
from staff.rulebook.models import Policy
from staff.rulebook.queries import attendance_rules, leave_rules
from tests.staff.attendance import example
from tests.staff.attendance.record import LATER, SHANGHAI

POLICY = Policy(valid_from=date(2020, 1, 1))


def numbers(**changed):
    """The default numbers, with some changed by their names in the policy."""
    policy = Policy(valid_from=date(2020, 1, 1), **changed)
    attendance, leave = attendance_rules(policy), leave_rules(policy)
    pay = PayRules(
        valid_from=policy.valid_from,
        dispute_days=policy.dispute_days,
        cap_percent=policy.deduction_cap_percent,
        least=Fen(policy.least_pay_fen),
        warning_percent=policy.deduction_warning_percent,
    )
    return Numbers(
        attendance_on=lambda _day: attendance,
        leave_on=lambda _day: leave,
        pay_on=lambda _day: pay,
    )


def settled(facts, *, now=LATER, changed=(), **more):
    return settle(facts, numbers=numbers(**dict(changed)), zone=SHANGHAI, now=now, **more)


def people():
    """Each person's rows of the example, by number."""
    found = defaultdict(list)
    for row in example.rows("people"):
        found[row["number"]].append(row)
    return dict(sorted(found.items()))


def facts_of(month):
    """The facts of everybody of the example who is employed in a month, by number."""
    records, payments = example.records(), example.payments()
    for number, rows in people().items():
        hired_on = date.fromisoformat(rows[0]["hired_on"])
        left_on = date.fromisoformat(rows[0]["left_on"]) if rows[0]["left_on"] else None
        held = [row for row in rows if (row["from"] or row["hired_on"]) <= f"{month.last_day}"]
        if hired_on <= month.last_day and (left_on is None or left_on >= month.first_day):
            yield (
                rows[0],
                Facts(
                    month=month,
                    hired_on=hired_on,
                    left_on=left_on,
                    base=parse_yuan(held[-1]["base_salary"]),
                    record=records.get(number, Record()),
                    paid=payments[number],
                ),
            )


def written(row, facts, result):
    """A person of a statement as the contract has it, without the policy."""
    paid = {(payment.day, payment.side) for payment in facts.paid}
    sums = {"owed": 0, "paid": 0}
    lines = []
    for line in result.lines:
        state = "due"
        if line.settling == "RED_PACKET":
            state = "paid" if (line.event, line.side) in paid else "owed"
            sums[state] -= line.amount
        lines.append(
            {
                "rule": line.rule,
                "date": f"{line.day}",
                "side": line.side.lower(),
                "quantity": quantity(line.halves),
                "amount": format_yuan(line.amount),
                "settlement": line.settling.lower(),
                "state": state,
            }
        )
    return {
        "number": row["number"],
        "name": row["name"],
        "days_in_month": result.month.days,
        "days_employed": result.days_employed,
        "base_salary": format_yuan(result.base),
        "daily_wage": format_yuan(result.wage),
        "lines": lines,
        "flags": result.flags,
        "red_packets_owed": format_yuan(Fen(sums["owed"])),
        "red_packets_paid": format_yuan(Fen(sums["paid"])),
        "payroll_total": format_yuan(result.total),
    }


def expected(month):
    return (example.FILES / f"expected-{month}.json").read_text(encoding="utf-8")


def as_file(month, people):
    document = {"month": month, "people": people}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


__all__ = ["POLICY", "Month", "as_file", "expected", "facts_of", "numbers", "settled", "written"]
