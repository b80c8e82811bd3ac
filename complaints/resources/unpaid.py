"""The export `unpaid-orders`: a row for each unpaid order that one sees."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.forms.orders import UnpaidFilter
from complaints.models import UnpaidOrder
from complaints.queries import orders as queries
from complaints.resources.orders import staff_exports
from portal.period import Month
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.people.access import Scope


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the unpaid orders, narrowed as the list is, without personal data.

    A month is that of the service day on which they were placed.
    """
    scope: Scope | None = context.scope
    rows = UnpaidOrder.objects.all()
    if scope is not None:
        form = UnpaidFilter(context.filters, stores=queries.stores_of(scope))
        wanted = form.narrowed() if context.filters else queries.Wanted(tab=queries.ALL)
        rows = queries.unpaid(scope, wanted)
    if context.month:
        rows = queries.placed_in(rows, Month.of(context.month).span)
    found = queries.with_attempts(rows).select_related(
        "order__customer", "order__product", "store", "owner", "won_by"
    )
    found = found.defer("order__customer__phone", "order__customer__address").order_by("pk")
    for row in found.iterator(chunk_size=1000):
        order = row.order
        yield {
            "order": order.number,
            "store": row.store.name,
            "customer": order.customer.name if order.customer else "",
            "product": order.product.name if order.product else "",
            "amount": order.amount_fen,
            "placed_at": row.placed_at,
            "pay_until": row.pay_until,
            "owner": row.owner.number,
            "chases": getattr(row, "times", None) or 0,
            "last_chase": getattr(row, "last_at", None),
            "state": row.state.lower(),
            "paid_at": row.paid_at,
            "won_by": row.won_by.number if row.won_by else "",
            "lost_because": row.lost_because.lower(),
            "lost_note": row.lost_note,
        }


UNPAID = registry.register(
    registry.Kind(
        name="unpaid-orders",
        label=_("Unpaid orders"),
        columns=(
            Column("order", "订单号", values.Text(64)),
            Column("store", "店铺", values.Text(80)),
            Column("customer", "客户", values.Text(120)),
            Column("product", "商品", values.Text(200)),
            Column("amount", "金额", values.Amount()),
            Column("placed_at", "下单时间", values.Moment()),
            Column("pay_until", "付款截止", values.Moment()),
            Column("owner", "负责人工号", values.Text(20)),
            Column("chases", "催付次数", values.Whole()),
            Column("last_chase", "最近催付", values.Moment()),
            Column("state", "状态", values.Text(20)),
            Column("paid_at", "付款时间", values.Moment()),
            Column("won_by", "挽回人工号", values.Text(20)),
            Column("lost_because", "流失原因", values.Text(20)),
            Column("lost_note", "流失说明", values.Text(300)),
        ),
        export=export,
        by_month=True,
        may_export=staff_exports,
    )
)
