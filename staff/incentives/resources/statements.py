"""The kind `statements`: a row for each line; its JSON is the contract with payroll."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import User
from portal.money import format_yuan
from portal.period import Month
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context, NothingToExport
from staff.incentives.models import Settlement
from staff.incentives.policies.values import quantity
from staff.incentives.queries import months
from staff.incentives.queries.statements import Statement, StatementLine, seen_by, statements
from staff.people.access import Scope

STATEMENT = "_statement"


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the lines of the statements that one may see, people by number (INC-8).

    Who has no line has one row without. Raises NothingToExport without a settled month.
    """
    return _rows(context, _settlement(context))


def _rows(context: Context, settlement: Settlement) -> Iterator[Mapping[str, Any]]:
    found = seen_by(context.scope, settlement) if context.scope else statements(settlement)
    for statement in found:
        for line in statement.lines or (None,):
            yield _row(settlement, statement, line)


def _settlement(context: Context) -> Settlement:
    if context.month is None:
        raise NothingToExport(_("Statements are exported for one month: say which one."))
    found = months.settlement_of(Month.of(context.month))
    if found is None:
        raise NothingToExport(
            _("%(month)s has not been settled yet.") % {"month": f"{context.month:%Y-%m}"}
        )
    return found


def _row(settlement: Settlement, statement: Statement, row: StatementLine | None) -> dict[str, Any]:
    cells = {
        STATEMENT: statement,
        "month": str(settlement),
        "month_state": settlement.state.lower(),
        "number": statement.number,
        "name": statement.name,
        "days_in_month": statement.month.days,
        "days_employed": statement.days_employed,
        "base_salary": statement.base,
        "daily_wage": statement.wage,
        "flags": " ".join(statement.flags),
        "red_packets_owed": statement.owed,
        "red_packets_paid": statement.paid,
        "payroll_total": statement.total,
    }
    if row is None:
        return cells
    line = row.line
    return cells | {
        "rule": line.rule,
        "policy": line.policy,
        "date": line.day,
        "side": line.side.lower(),
        "quantity": quantity(line.halves),
        "amount": line.amount,
        "settlement": line.settling.lower(),
        "state": row.state,
        "about": f"{row.about:%Y-%m}",
    }


def document(context: Context, rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the contract of data-formats: amounts are texts with two decimals, in yuan."""
    people: dict[int, Statement] = {}
    for row in rows:
        people[row[STATEMENT].person_id] = row[STATEMENT]
    settlement = _settlement(context)
    return {
        "month": str(settlement),
        "state": settlement.state.lower(),
        "people": [_person(statement) for statement in people.values()],
    }


def _person(statement: Statement) -> dict[str, Any]:
    return {
        "number": statement.number,
        "name": statement.name,
        "days_in_month": statement.month.days,
        "days_employed": statement.days_employed,
        "base_salary": format_yuan(statement.base),
        "daily_wage": format_yuan(statement.wage),
        "lines": [_line(row) for row in statement.lines],
        "flags": statement.flags,
        "red_packets_owed": format_yuan(statement.owed),
        "red_packets_paid": format_yuan(statement.paid),
        "payroll_total": format_yuan(statement.total),
    }


def _line(row: StatementLine) -> dict[str, Any]:
    line = row.line
    return {
        "rule": line.rule,
        "policy": line.policy.isoformat(),
        "date": line.day.isoformat(),
        "side": line.side.lower(),
        "quantity": quantity(line.halves),
        "amount": format_yuan(line.amount),
        "settlement": line.settling.lower(),
        "state": row.state,
    }


def _may_export(_user: User, scope: Scope | None) -> bool:
    """Whoever is a person exports what they see: the own statement, and those below (INC-8)."""
    return scope is not None and scope.person_id is not None


STATEMENTS = registry.register(
    registry.Kind(
        name="statements",
        label=gettext_lazy("Statements of a month"),
        columns=(
            Column("month", "月份", values.Text(7)),
            Column("month_state", "月份状态", values.Text(10)),
            Column("number", "工号", values.Text(20)),
            Column("name", "姓名", values.Text(80)),
            Column("days_in_month", "当月天数", values.Whole()),
            Column("days_employed", "在职天数", values.Whole()),
            Column("base_salary", "基本工资", values.Amount()),
            Column("daily_wage", "日工资", values.Amount()),
            Column("rule", "规则", values.Text(12)),
            Column("policy", "规则版本", values.Day()),
            Column("date", "日期", values.Day()),
            Column("side", "类型", values.Text(3)),
            Column("quantity", "数量", values.Text(10)),
            Column("amount", "金额", values.Amount(negative=True)),
            Column("settlement", "结算方式", values.Text(10)),
            Column("state", "状态", values.Text(10)),
            Column("about", "所属月份", values.Text(7)),
            Column("flags", "标记", values.Text(80)),
            Column("red_packets_owed", "待发红包", values.Amount()),
            Column("red_packets_paid", "已发红包", values.Amount()),
            Column("payroll_total", "应发合计", values.Amount()),
        ),
        export=export,
        document=document,
        by_month=True,
        may_export=_may_export,
    )
)
