"""For export only: `audit` (who did what, when, from where; §10), and `figures`."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import figures, shell, texts
from portal.forms import AuditFilter
from portal.models import AuditEntry, User
from portal.period import DaySpan, Month
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context

CHUNK = 2000


def export(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the acts that one may look at, oldest first; the command line gets all."""
    rows = AuditEntry.objects.all()
    if context.actor is not None:
        below = shell.reach_within(context.scope).user_ids
        rows = rows.visible_to(context.actor, below=below)
    form = AuditFilter(dict(context.filters))
    if form.is_valid():
        rows = rows.matching(**form.cleaned_data)
    if context.month:
        month = Month.of(context.month)
        rows = rows.matching(since=month.first_day, until=month.last_day)
    plain = rows.order_by("pk").select_related("actor")
    for row in plain.iterator(chunk_size=CHUNK):
        yield {
            "at": row.at,
            "who": row.actor.username if row.actor else None,
            "verb": row.verb,
            "what": str(texts.verb(row.verb)),
            "object": row.target_label,
            "before": _written(row.before),
            "after": _written(row.after),
            "origin": row.origin,
        }


def _written(facts: Mapping[str, object]) -> str:
    return json.dumps(facts, ensure_ascii=False, sort_keys=True) if facts else ""


def _operators(_user: User, scope: object) -> bool:
    return shell.reach_within(scope).operator


AUDIT = registry.register(
    registry.Kind(
        name="audit",
        label=_("Audit log"),
        columns=(
            Column("at", "时间", values.Moment()),
            Column("who", "操作人", values.Text(150)),
            Column("verb", "代码", values.Text(64)),
            Column("what", "事项", values.Text(200)),
            Column("object", "对象", values.Text(120)),
            Column("before", "之前", values.Text(10_000)),
            Column("after", "之后", values.Text(10_000)),
            Column("origin", "来源", values.Text(64)),
        ),
        export=export,
        by_month=True,
        may_export=_operators,
    )
)


def export_figures(context: Context) -> Iterator[Mapping[str, Any]]:
    """Give the lines of the figures that one may look at, as dashboards show them.

    Of a month (this one where none is asked for), or of the days and places in the filters; the
    command line gets all figures of everybody.
    """
    span = _span_of(context)
    places = {
        name: int(text)
        for name in ("team", "site", "store")
        if (text := context.filters.get(name, "")).isdecimal()
    }
    asked = figures.asked(span, now=context.now, **places)
    found = figures.every() if context.actor is None else figures.seen_by(context.scope)
    for figure in found:
        if context.filters.get("figure", figure.code) != figure.code:
            continue
        for line in figure.read(context.scope, asked):
            yield {
                "figure": figure.code,
                "title": str(figure.title),
                "first_day": None if figure.ahead else span.first_day,
                "last_day": None if figure.ahead else span.last_day,
                "line": line.code,
                "label": figures.label_of(figure, line),
                "value": line.value,
                "previous": line.last,
            }


def _span_of(context: Context) -> DaySpan:
    if context.month:
        return Month.of(context.month).span
    try:
        first = date.fromisoformat(context.filters.get("since", ""))
        return DaySpan(first, date.fromisoformat(context.filters.get("until", "")))
    except ValueError:
        return Month.of(figures.service_day(context.now)).span


def _looks_at_figures(_user: User, scope: object) -> bool:
    return bool(figures.seen_by(scope))


FIGURES = registry.register(
    registry.Kind(
        name="figures",
        label=_("Figures of the dashboard"),
        columns=(
            Column("figure", "代码", values.Text(64)),
            Column("title", "指标", values.Text(120)),
            Column("first_day", "开始日期", values.Day()),
            Column("last_day", "结束日期", values.Day()),
            Column("line", "项目代码", values.Text(64)),
            Column("label", "项目", values.Text(200)),
            Column("value", "数量", values.Whole()),
            Column("previous", "上期", values.Whole()),
        ),
        export=export_figures,
        by_month=True,
        may_export=_looks_at_figures,
    )
)
