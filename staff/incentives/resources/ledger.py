"""The kind `ledger`: every line as it was written, with its evidence and its digest."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.incentives.models import LedgerLine
from staff.incentives.policies.values import quantity
from staff.people.access import Scope

CHUNK = 2000


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the lines of the ledger that one may see, by number (INC-8)."""
    lines = LedgerLine.objects.all()
    if context.scope is not None:
        lines = lines.visible_to(context.scope)
    if context.month:
        lines = lines.filter(settlement__month=context.month)
    rows = lines.select_related("settlement", "person", "confirmed_by").order_by("number")
    for line in rows.iterator(chunk_size=CHUNK):
        yield {
            "line": line.number,
            "month": f"{line.settlement.month:%Y-%m}",
            "about": f"{line.about:%Y-%m}",
            "number": line.person.number,
            "rule": line.rule,
            "policy": line.policy,
            "date": line.day,
            "event": line.event,
            "side": line.side.lower(),
            "quantity": quantity(line.halves),
            "amount": line.amount_fen,
            "settlement": line.settling.lower(),
            "reverses": line.reverses_id,
            "evidence": line.evidence,
            "confirmed_by": str(line.confirmed_by or ""),
            "confirmed_at": line.confirmed_at,
            "digest": line.digest,
        }


def _may_export(_user: User, scope: Scope | None) -> bool:
    """Whoever is a person exports what they see: the own lines, and those of the people below."""
    return scope is not None and scope.person_id is not None


LEDGER = registry.register(
    registry.Kind(
        name="ledger",
        label=gettext_lazy("Ledger"),
        columns=(
            Column("line", "行号", values.Whole()),
            Column("month", "月份", values.Text(7)),
            Column("about", "所属月份", values.Text(7)),
            Column("number", "工号", values.Text(20)),
            Column("rule", "规则", values.Text(12)),
            Column("policy", "规则版本", values.Day()),
            Column("date", "日期", values.Day()),
            Column("event", "班次日期", values.Day()),
            Column("side", "类型", values.Text(3)),
            Column("quantity", "数量", values.Text(10)),
            Column("amount", "金额", values.Amount(negative=True)),
            Column("settlement", "结算方式", values.Text(10)),
            Column("reverses", "冲销行号", values.Whole()),
            Column("evidence", "依据", values.Text()),
            Column("confirmed_by", "确认人", values.Text(150)),
            Column("confirmed_at", "确认时间", values.Moment()),
            Column("digest", "校验值", values.Text(64)),
        ),
        export=export,
        by_month=True,
        may_export=_may_export,
    )
)
