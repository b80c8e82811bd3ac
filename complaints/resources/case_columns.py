"""The columns of the kind `complaints` (data-formats), and cases written in them."""

from collections.abc import Iterator, Mapping
from typing import Any

from complaints.enums import Channel, Severity
from complaints.filters import CaseFilter
from complaints.models import Complaint
from complaints.queries import cases as queries
from complaints.querysets import ComplaintQuerySet
from portal.period import Month
from portal.transfer import values
from portal.transfer.registry import Column, Context
from staff.people.access import Scope

SIMPLE = {
    "registered_at": "registered_at",
    "channel": "channel",
    "severity": "severity",
    "description": "description",
    "demand": "demand",
    "amount": "amount_fen",
    "specification": "specification",
    "produced_on": "produced_on",
    "batch": "batch",
    "reference": "reference",
}
LATE = ("acknowledged_late", "answered_late", "started_late", "revisited_late")
CHANNELS_ZH = {
    "电话": Channel.PHONE,
    "聊天": Channel.CHAT,
    "在线聊天": Channel.CHAT,
    "邮件": Channel.MAIL,
    "邮箱": Channel.MAIL,
    "店铺评价": Channel.STORE_REVIEW,
    "评价": Channel.STORE_REVIEW,
    "社交媒体": Channel.SOCIAL,
    "问卷": Channel.SURVEY,
    "调查": Channel.SURVEY,
    "平台": Channel.PLATFORM,
    "其他": Channel.OTHER,
    "其他渠道": Channel.OTHER,
}
SEVERITIES_ZH = {
    "轻微": Severity.MINOR,
    "一般": Severity.ORDINARY,
    "普通": Severity.ORDINARY,
    "严重": Severity.SERIOUS,
    "紧急": Severity.CRITICAL,
    "特别严重": Severity.CRITICAL,
    "重大": Severity.CRITICAL,
}
COLUMNS = (
    Column("number", "编号", values.Text(20)),
    Column("registered_at", "登记时间", values.Moment(), required=True),
    Column("channel", "渠道", values.Choice(Channel, also=CHANNELS_ZH), required=True),
    Column("store", "店铺", values.Text(80), required=True),
    Column("order", "订单号", values.Text(64)),
    Column("customer", "客户", values.Text(120), required=True),
    Column("company", "公司", values.Text(120)),
    Column("phone", "手机", values.Text(40)),
    Column("address", "地址", values.Text(300)),
    Column("type", "类型", values.Text(120)),
    Column("severity", "等级", values.Choice(Severity, also=SEVERITIES_ZH)),
    Column("description", "内容", values.Text(20000, lines=True), required=True),
    Column("demand", "诉求", values.Text(5000, lines=True)),
    Column("amount", "金额", values.Amount()),
    Column("product", "商品", values.Text(200)),
    Column("specification", "规格", values.Text(200)),
    Column("produced_on", "生产日期", values.Day()),
    Column("batch", "批次", values.Text(80)),
    Column("recorder", "登记人工号", values.Text(20)),
    Column("reference", "外部编号", values.Text(80)),
    Column("acknowledged_late_minutes", "受理超时分钟", values.Whole(), derived=True),
    Column("answered_late_minutes", "答复超时分钟", values.Whole(), derived=True),
    Column("started_late_minutes", "执行超时分钟", values.Whole(), derived=True),
    Column("revisited_late_minutes", "回访超时分钟", values.Whole(), derived=True),
)


def rows_of(cases: ComplaintQuerySet, context: Context) -> Iterator[Mapping[str, Any]]:
    """Give cases in the columns of the import. Personal data stays out where a person exports."""
    open_data = context.scope is None
    related = ("store", "order", "customer", "type", "product", "recorder")
    rows = cases.select_related(*related).defer("words").order_by("registered_at", "pk")
    if not open_data:
        rows = rows.defer("customer__phone", "customer__address")
    for case in rows.iterator(chunk_size=1000):
        customer = case.customer
        yield {
            **{name: getattr(case, field) for name, field in SIMPLE.items()},
            "number": case.number,
            "store": case.store.name,
            "order": case.order.number if case.order else "",
            "customer": customer.name,
            "company": customer.company,
            "phone": customer.phone if open_data else "",
            "address": customer.address if open_data else "",
            "type": case.type.code if case.type else "",
            "product": case.product.name if case.product else "",
            "recorder": case.recorder.number if case.recorder else "",
            **{f"{name}_minutes": _minutes(getattr(case, name)) for name in LATE},
        }


def _minutes(late: int | None) -> int | None:
    """Return whole minutes of what is kept in seconds, as page and list say them."""
    return None if late is None else late // 60


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give all cases, or those that the exporting person sees and has filtered the list by."""
    cases = Complaint.objects.all()
    scope: Scope | None = context.scope
    if scope is not None:
        cases = cases.visible_to(scope)
        if CaseFilter.base_fields.keys() & context.filters.keys():
            choices = queries.choices_for(scope, today=context.today)
            form = CaseFilter(context.filters, choices=choices)
            cases = form.apply(cases, scope=scope, now=context.now)
    if context.month:
        month = Month.of(context.month)
        cases = cases.filter(service_day__range=(month.first_day, month.last_day))
    yield from rows_of(cases, context)
