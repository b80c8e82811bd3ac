"""The kind `audit`, for export only: who did what, when, from where (data-formats, §10)."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import shell, texts
from portal.forms import AuditFilter
from portal.models import AuditEntry, User
from portal.period import Month
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
