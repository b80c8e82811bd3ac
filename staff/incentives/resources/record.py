"""The kinds `praise`, `demerits`, `coaching` and `quality_audits`; for export only.

None of them holds an amount: they are seen by the chain above a person, leads included (INC-8).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy

from portal.models import User
from portal.period import Month
from portal.transfer import registry, values
from portal.transfer.registry import Column, Context
from staff.daily.queries import known
from staff.incentives.filters.recognition import (
    COACHING_STATES,
    DEMERIT_STATES,
    RecordFilter,
    WallFilter,
)
from staff.incentives.models import AuditScore, Coaching, Demerit, Praise, QualityAudit
from staff.incentives.queries import recognition as queries
from staff.people.access import Scope
from staff.people.models import Person
from staff.rulebook import queries as rulebook

CHUNK = 500
Rows = Iterator[Mapping[str, Any]]


def export_praise(context: Context) -> Rows:
    """Give the praise that stands on the wall; the whole department sees it (INC-3)."""
    rows = Praise.objects.visible_to(context.scope) if context.scope else Praise.objects.all()
    me = context.scope.person_id if context.scope else None
    form = WallFilter(context.filters, teams=queries.team_choices())
    found = queries.narrowed_wall(rows.standing(), form.wanted, today=context.today, me=me)
    found = found.filter(_moments("given_at", context))
    found = found.select_related("person", "team", "given_by")
    found = found.prefetch_related("receivers__person", "reactions")
    for praise in found.order_by("pk").iterator(chunk_size=CHUNK):
        numbers = sorted(receiver.person.number for receiver in praise.receivers.all())
        yield {
            "given_at": praise.given_at,
            "kind": praise.kind.lower(),
            "title": praise.title,
            "text": praise.text,
            "number": _number(praise.person),
            "name": praise.person.name if praise.person else "",
            "team": praise.team.name if praise.team else "",
            "receivers": " ".join(numbers),
            "given_by": praise.given_by.number,
            "reactions": len(praise.reactions.all()),
        }


def export_demerits(context: Context) -> Rows:
    """Give one's own demerits and those of the people below, the withdrawn ones as such."""
    rows = Demerit.objects.visible_to(context.scope) if context.scope else Demerit.objects.all()
    form = RecordFilter(context.filters, states=DEMERIT_STATES)
    rows = queries.narrowed_demerits(rows, form.wanted, form.days)
    rows = rows.filter(_days("day", context))
    rows = rows.select_related("person", "recorded_by", "withdrawn_by")
    for demerit in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "number": demerit.person.number,
            "name": demerit.person.name,
            "date": demerit.day,
            "kind": demerit.kind.lower(),
            "reason": demerit.reason,
            "evidence": demerit.evidence,
            "recorded_by": demerit.recorded_by.number,
            "recorded_at": demerit.recorded_at,
            "withdrawn_at": demerit.withdrawn_at,
            "withdrawn_by": _number(demerit.withdrawn_by),
            "withdrawn_why": demerit.withdrawn_why,
        }


def export_coaching(context: Context) -> Rows:
    """Give one's own coaching entries and those of the people below."""
    rows = Coaching.objects.visible_to(context.scope) if context.scope else Coaching.objects.all()
    form = RecordFilter(context.filters, states=COACHING_STATES)
    rows = queries.narrowed_coaching(rows, form.wanted, form.days, today=context.today)
    rows = rows.filter(_days("held_on", context)).select_related("person", "coach", "closed_by")
    for entry in rows.order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "number": entry.person.number,
            "name": entry.person.name,
            "coach": entry.coach.number,
            "held_on": entry.held_on,
            "topic": entry.topic,
            "agreement": entry.agreement,
            "due_on": entry.due_on,
            "confirmed_at": entry.read_at,
            "outcome": entry.outcome,
            "finished_at": entry.closed_at,
            "finished_by": _number(entry.closed_by),
        }


def export_audits(context: Context) -> Rows:
    """Give one's own audits and those of the people below, with the points of each criterion."""
    rows = (
        QualityAudit.objects.visible_to(context.scope)
        if context.scope
        else QualityAudit.objects.counted()
    )
    form = RecordFilter(context.filters)
    found = queries.narrowed_audits(rows, form.wanted, form.days)
    found = found.filter(_moments("audited_at", context))
    found = found.select_related("person", "auditor", "version__scorecard")
    for audit in _with_scores(found).order_by("pk").iterator(chunk_size=CHUNK):
        yield {
            "number": audit.person.number,
            "name": audit.person.name,
            "auditor": audit.auditor.number,
            "audited_at": audit.audited_at,
            "scorecard": audit.version.scorecard.name,
            "version": audit.version.number,
            "source": audit.source,
            "reference": audit.reference,
            "score": audit.total_bp,
            "points": "; ".join(_points(score) for score in audit.scores.all()),
            "comment": audit.comment,
        }


def _with_scores(audits: QuerySet[QualityAudit]) -> QuerySet[QualityAudit]:
    rows = AuditScore.objects.select_related("criterion").order_by("criterion__position")
    return audits.prefetch_related(Prefetch("scores", queryset=rows))


def _points(score: AuditScore) -> str:
    """Write a criterion with its points of the most, a dash where it did not apply."""
    given = "-" if score.points is None else score.points
    return f"{score.criterion.title} {given}/{score.criterion.most}"


def _number(person: Person | None) -> str:
    return person.number if person else ""


def _days(field: str, context: Context) -> Q:
    if context.month is None:
        return Q()
    month = Month.of(context.month)
    return Q(**{f"{field}__gte": month.first_day, f"{field}__lte": month.last_day})


def _moments(field: str, context: Context) -> Q:
    if context.month is None:
        return Q()
    month, desk = Month.of(context.month), rulebook.timetable()
    since = known.span_of(month.first_day, desk)[0]
    return Q(**{f"{field}__gte": since, f"{field}__lt": known.end_of(month.last_day, desk)})


def _may_export(_user: User, scope: Scope | None) -> bool:
    """Whoever is a person of the department; what they see is in the rows."""
    return scope is not None and scope.person_id is not None


PERSON = (Column("number", "工号", values.Text(20)), Column("name", "姓名", values.Text(80)))
PRAISE = registry.register(
    registry.Kind(
        name="praise",
        label=gettext_lazy("Praise"),
        columns=(
            Column("given_at", "表扬时间", values.Moment()),
            Column("kind", "类别", values.Text(20)),
            Column("title", "标题", values.Text(60)),
            Column("text", "事迹", values.Text(600)),
            *PERSON,
            Column("team", "团队", values.Text(80)),
            Column("receivers", "受表扬人", values.Text()),
            Column("given_by", "表扬人", values.Text(20)),
            Column("reactions", "回应数", values.Whole()),
        ),
        export=export_praise,
        by_month=True,
        may_export=_may_export,
    )
)
DEMERITS = registry.register(
    registry.Kind(
        name="demerits",
        label=gettext_lazy("Demerits"),
        columns=(
            *PERSON,
            Column("date", "班次日期", values.Day()),
            Column("kind", "类别", values.Text(20)),
            Column("reason", "所见情况", values.Text(500)),
            Column("evidence", "证据", values.Text(500)),
            Column("recorded_by", "记录人", values.Text(20)),
            Column("recorded_at", "记录时间", values.Moment()),
            Column("withdrawn_at", "撤销时间", values.Moment()),
            Column("withdrawn_by", "撤销人", values.Text(20)),
            Column("withdrawn_why", "撤销原因", values.Text(500)),
        ),
        export=export_demerits,
        by_month=True,
        may_export=_may_export,
    )
)
COACHING = registry.register(
    registry.Kind(
        name="coaching",
        label=gettext_lazy("Coaching"),
        columns=(
            *PERSON,
            Column("coach", "辅导人", values.Text(20)),
            Column("held_on", "谈话日期", values.Day()),
            Column("topic", "主题", values.Text(120)),
            Column("agreement", "约定", values.Text(2000)),
            Column("due_on", "跟进日期", values.Day()),
            Column("confirmed_at", "本人确认时间", values.Moment()),
            Column("outcome", "结果", values.Text(1000)),
            Column("finished_at", "完成时间", values.Moment()),
            Column("finished_by", "完成人", values.Text(20)),
        ),
        export=export_coaching,
        by_month=True,
        may_export=_may_export,
    )
)
QUALITY_AUDITS = registry.register(
    registry.Kind(
        name="quality_audits",
        label=gettext_lazy("Quality audits"),
        columns=(
            *PERSON,
            Column("auditor", "质检人", values.Text(20)),
            Column("audited_at", "质检时间", values.Moment()),
            Column("scorecard", "评分表", values.Text(80)),
            Column("version", "版本", values.Whole()),
            Column("source", "来源", values.Text(20)),
            Column("reference", "会话或案件", values.Text(200)),
            Column("score", "得分", values.Amount()),
            Column("points", "各项得分", values.Text()),
            Column("comment", "评语", values.Text(1000)),
        ),
        export=export_audits,
        by_month=True,
        may_export=_may_export,
    )
)
