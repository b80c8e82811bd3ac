"""Export of daily reports and of their questions."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.daily.enums import Figure, Reason
from staff.daily.models import DailyReport, ReportQuestion
from staff.daily.queries import lists
from staff.daily.querysets import DailyReportQuerySet, QuestionQuerySet
from staff.people.access import Scope

CHUNK = 1000
FIGURES_ZH = {
    Figure.INQUIRIES: "咨询量",
    Figure.ORDERS_WON: "成交订单",
    Figure.UNPAID_CHASED: "催付订单",
    Figure.UNPAID_WON: "催付挽回",
    Figure.CASES_OPENED: "新增售后",
    Figure.CASES_CLOSED: "完结售后",
    Figure.REFUNDS: "退款",
    Figure.EXCHANGES: "换货",
    Figure.COMPLAINTS: "登记投诉",
    Figure.FOLLOWUPS: "完成跟进",
}
KNOWN = (
    Figure.COMPLAINTS,
    Figure.FOLLOWUPS,
    Figure.UNPAID_CHASED,
    Figure.UNPAID_WON,
    Figure.CASES_CLOSED,
    Figure.REFUNDS,
    Figure.EXCHANGES,
)
"""The figures that other parts of the portal bring, so that what was typed stands beside them."""
REASONS_ZH = {
    Reason.PRICE: "未成交：价格",
    Reason.COMPETITOR: "未成交：买了别家",
    Reason.PROMOTION: "未成交：等活动",
    Reason.STOCK: "未成交：缺货",
    Reason.UNFIT: "未成交：产品不合适",
    Reason.SHIPPING: "未成交：物流时效或运费",
    Reason.TRUST: "未成交：顾虑质量或评价",
    Reason.SILENT: "未成交：顾客未再回复",
    Reason.SERVICE: "未成交：回复慢或服务不到位",
    Reason.OTHER: "未成交：其他",
}


def _reports(context: Context) -> DailyReportQuerySet:
    """Return the filed reports that one sees, narrowed as the list is (§10)."""
    rows = DailyReport.objects.filed()
    scope: Scope | None = context.scope
    if scope is not None:
        rows = rows.visible_to(scope)
    rows = lists.narrowed(rows, context.filters)
    if context.month:
        rows = rows.filter(day__year=context.month.year, day__month=context.month.month)
    return rows


def export_reports(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give each filed report with its figures and the counts of its reasons."""
    rows = _reports(context).select_related("person", "team", "shift_type").defer("draft")
    rows = rows.prefetch_related("figures", "reasons").order_by("day", "person__number")
    for report in rows.iterator(chunk_size=CHUNK):
        figures = {row.figure: row for row in report.figures.all()}
        reasons = {row.reason: row.count for row in report.reasons.all()}
        yield {
            "day": report.day,
            "number": report.person.number,
            "name": report.person.name,
            "team": report.team.name if report.team else "",
            "shift": report.shift_type.code if report.shift_type else "",
            "due_at": report.due_at,
            "filed_at": report.filed_at,
            "late_minutes": report.late_minutes,
            **{
                figure.lower(): figures[figure].value if figure in figures else None
                for figure in Figure
            },
            **{
                f"{figure.lower()}_known": figures[figure].known if figure in figures else None
                for figure in KNOWN
            },
            **{f"lost_{reason.lower()}": reasons.get(reason) for reason in Reason},
            "lost_note": report.lost_note,
            "learnt": report.learnt,
        }


def _questions(context: Context) -> QuestionQuerySet:
    rows = ReportQuestion.objects.filter(report__state="FILED")
    scope: Scope | None = context.scope
    if scope is not None:
        rows = rows.visible_to(scope)
    rows = lists.found_questions(rows, context.filters)
    if context.month:
        month = context.month
        rows = rows.filter(report__day__year=month.year, report__day__month=month.month)
    return rows


def export_questions(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give each question with its answer."""
    rows = _questions(context).select_related("report__person", "answered_by")
    rows = rows.defer("report__draft").order_by("report__day", "pk")
    for question in rows.iterator(chunk_size=CHUNK):
        yield {
            "day": question.report.day,
            "number": question.report.person.number,
            "name": question.report.person.name,
            "question": question.text,
            "hard": question.is_hard,
            "answer": question.answer,
            "answered_by": question.answered_by.number if question.answered_by else "",
            "answered_at": question.answered_at,
        }


def _may_export(_user: User, scope: Scope | None) -> bool:
    """Whoever is a person exports what they see; nobody else has a report (§10)."""
    return scope is not None and scope.person_id is not None


REPORTS = registry.register(
    registry.Kind(
        name="daily-reports",
        label=_("Daily reports"),
        columns=(
            Column("day", "日期", values.Day()),
            Column("number", "工号", values.Text(20)),
            Column("name", "姓名", values.Text(80)),
            Column("team", "团队", values.Text(80)),
            Column("shift", "班次", values.Text(20)),
            Column("due_at", "应交时间", values.Moment()),
            Column("filed_at", "提交时间", values.Moment()),
            Column("late_minutes", "迟交分钟", values.Whole()),
            *(Column(f.lower(), FIGURES_ZH[f], values.Whole()) for f in Figure),
            *(
                Column(f"{f.lower()}_known", f"{FIGURES_ZH[f]}（系统）", values.Whole())
                for f in KNOWN
            ),
            *(Column(f"lost_{r.lower()}", REASONS_ZH[r], values.Whole()) for r in Reason),
            Column("lost_note", "未成交说明", values.Text(500)),
            Column("learnt", "今日所学", values.Text()),
        ),
        export=export_reports,
        by_month=True,
        may_export=_may_export,
    )
)
QUESTIONS = registry.register(
    registry.Kind(
        name="daily-questions",
        label=_("Questions of daily reports"),
        columns=(
            Column("day", "日期", values.Day()),
            Column("number", "工号", values.Text(20)),
            Column("name", "姓名", values.Text(80)),
            Column("question", "问题", values.Text(500)),
            Column("hard", "疑难", values.YesNo()),
            Column("answer", "答案", values.Text()),
            Column("answered_by", "回答人工号", values.Text(20)),
            Column("answered_at", "回答时间", values.Moment()),
        ),
        export=export_questions,
        by_month=True,
        may_export=_may_export,
    )
)
