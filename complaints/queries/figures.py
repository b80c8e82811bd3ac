"""The figures of complaints, follow-ups and unpaid orders: lines, and the rows behind each.

A line counts exactly the rows that its `rows` function gives; both come from one condition. Days
are service days (SHIFT-5): a case of 00:40 on the 1st counts for the month before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from complaints.enums import CaseStage, ClockFate, FollowUpFate, UnpaidFate
from complaints.models import (
    CauseKind,
    Complaint,
    ComplaintType,
    FollowUp,
    UnpaidChase,
    UnpaidOrder,
)
from complaints.querysets import ComplaintQuerySet, FollowUpQuerySet, UnpaidQuerySet
from portal.figures import Asked, Line, Row
from portal.period import DaySpan
from portal.servicetime import Timetable
from staff.daily.queries import known
from staff.people.access import Scope
from staff.people.queries import Served, of_days, served
from staff.rulebook import queries as rulebook

SLACK = timedelta(days=14)  # a moment lies at most so far from its service day
NONE = "none"


# --- complaints ---------------------------------------------------------------------------------


def _cases(scope: Scope | None, asked: Asked) -> ComplaintQuerySet:
    rows: ComplaintQuerySet = Complaint.objects.all()
    if scope is not None:
        rows = rows.visible_to(scope)
    return rows.filter(of_days(served(asked), "service_day"))


def _registered(span: DaySpan) -> Q:
    """The cases of the service days of a span; the moments let the database use its index."""
    return Q(
        service_day__range=(span.first_day, span.last_day),
        registered_at__gte=_midnight(span.first_day) - SLACK,
        registered_at__lt=_midnight(span.last_day) + SLACK,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _both(asked: Asked) -> DaySpan:
    return DaySpan(asked.before.first_day, asked.span.last_day)


def _groups(scope: Scope | None, asked: Asked, field: str) -> dict[Any, tuple[int, int]]:
    """Return how many cases each value of a field has, now and before; one query."""
    rows = _cases(scope, asked).filter(_registered(_both(asked))).order_by()
    found = rows.values_list(field).annotate(
        now=Count("pk", filter=Q(service_day__gte=asked.span.first_day)),
        last=Count("pk", filter=Q(service_day__lt=asked.span.first_day)),
    )
    return {key: (now, last) for key, now, last in found}


def _case_rows(cases: ComplaintQuerySet) -> list[Row]:
    found = cases.order_by("-registered_at", "-pk").values_list(
        "number", "store__name", "registered_at"
    )
    return [
        Row(key=number, text=store, at=at, url=reverse("complaints:case", args=[number]))
        for number, store, at in found
    ]


def stages(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the cases registered in the period by the stage they are in."""
    counts = _groups(scope, asked, "stage")
    return [
        Line(code=stage, label=stage.label, value=counts[stage][0], last=counts[stage][1])
        for stage in CaseStage
        if stage in counts
    ]


def stage_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    return _case_rows(_cases(scope, asked).filter(_registered(asked.span), stage=code))


def types(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the cases registered in the period by their nature."""
    counts = _groups(scope, asked, "type_id")
    names = {row.pk: row.name for row in ComplaintType.objects.filter(pk__in=_keys(counts))}
    return _named(counts, names)


def type_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    cases = _cases(scope, asked).filter(_registered(asked.span))
    return _case_rows(cases.filter(type_id=_key(code)))


CAUSED = ~Q(stage=CaseStage.MERGED)
"""What has a cause of its own: a merged case has that of the one it was merged into."""


def causes(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the cases registered in the period by the root cause that was found (CMP-9)."""
    rows = _cases(scope, asked).filter(_registered(_both(asked)), CAUSED).order_by()
    found = rows.values_list("root_cause__kind_id").annotate(
        now=Count("pk", filter=Q(service_day__gte=asked.span.first_day)),
        last=Count("pk", filter=Q(service_day__lt=asked.span.first_day)),
    )
    counts: dict[Any, tuple[int, int]] = {key: (now, last) for key, now, last in found}
    names = {row.pk: row.name for row in CauseKind.objects.filter(pk__in=_keys(counts))}
    return _named(counts, names)


def cause_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    cases = _cases(scope, asked).filter(_registered(asked.span), CAUSED)
    return _case_rows(cases.filter(root_cause__kind_id=_key(code)))


def _keys(counts: Mapping[int | None, object]) -> list[int]:
    return [key for key in counts if key is not None]


def _key(code: str) -> int | None:
    return int(code) if code.isascii() and code.isdecimal() and len(code) < 19 else None  # noqa: PLR2004 -- digits of a key


def _named(counts: Mapping[int | None, tuple[int, int]], names: Mapping[int, str]) -> list[Line]:
    """Return the lines by name, the most frequent first; what has none comes last, unnamed."""
    lines = [
        Line(code=str(key), label=names.get(key, ""), value=now, last=last)
        for key, (now, last) in counts.items()
        if key is not None
    ]
    lines.sort(key=lambda line: (-line.value, -(line.last or 0), str(line.label)))
    if None in counts:
        now, last = counts[None]
        lines.append(Line(code=NONE, label="", value=now, last=last))
    return lines


CLOCKED = CAUSED & Q(acknowledge_by__isnull=False)
FATES = {
    ClockFate.ACKNOWLEDGED: Q(acknowledged_at__isnull=False, acknowledged_late=None),
    ClockFate.ACKNOWLEDGED_LATE: Q(acknowledged_late__isnull=False),
    ClockFate.UNACKNOWLEDGED: Q(acknowledged_at=None),
    ClockFate.ANSWERED: Q(answered_at__isnull=False, answered_late=None),
    ClockFate.ANSWERED_LATE: Q(answered_late__isnull=False),
    ClockFate.UNANSWERED: Q(answered_at=None),
}
BAD = {ClockFate.ACKNOWLEDGED_LATE, ClockFate.ANSWERED_LATE}


def clocks(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count what became of the two deadlines of the cases registered in the period (CMP-4)."""
    rows = _cases(scope, asked).filter(_registered(_both(asked)), CLOCKED)
    now, last = (
        Q(service_day__gte=asked.span.first_day),
        Q(service_day__lt=asked.span.first_day),
    )
    counts = rows.aggregate(
        **{f"{fate}_now": Count("pk", filter=wanted & now) for fate, wanted in FATES.items()},
        **{f"{fate}_last": Count("pk", filter=wanted & last) for fate, wanted in FATES.items()},
    )
    return [
        Line(
            code=fate,
            label=fate.label,
            value=counts[f"{fate}_now"],
            last=counts[f"{fate}_last"],
            bad=fate in BAD,
        )
        for fate in ClockFate
    ]


def clock_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    if code not in ClockFate.values:
        return []
    cases = _cases(scope, asked).filter(_registered(asked.span), CLOCKED, FATES[ClockFate(code)])
    return _case_rows(cases)


# --- follow-ups ---------------------------------------------------------------------------------


def _followups(scope: Scope | None) -> FollowUpQuerySet:
    rows: FollowUpQuerySet = FollowUp.objects.all()
    return rows if scope is None else rows.visible_to(scope)


def moments(span: DaySpan, desk: Timetable) -> tuple[datetime, datetime]:
    """Return begin and end of the service days of a span, half open."""
    return known.span_of(span.first_day, desk)[0], known.span_of(span.last_day, desk)[1]


def _within(name: str, span: tuple[datetime, datetime]) -> Q:
    return Q(**{f"{name}__gte": span[0], f"{name}__lt": span[1]})


Moments = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class _Places:
    """The stores that a question is narrowed to, each on its days; None where it is not."""

    pieces: Sequence[Served] | None
    desk: Timetable

    def when(self, happened: Callable[[Moments], Q], span: DaySpan) -> Q:
        """Return the condition for what happened there on the service days of a span."""
        if self.pieces is None:
            return happened(moments(span, self.desk))
        found = Q(pk__in=[])
        for one in self.pieces:
            if part := one.within(span):
                found |= Q(store_id__in=one.stores) & happened(moments(part, self.desk))
        return found


def _places(asked: Asked) -> _Places:
    return _Places(pieces=served(asked), desk=rulebook.timetable())


def _due(span: Moments) -> Q:
    return _within("due_at", span)


def _fate(fate: FollowUpFate, now: datetime) -> Q:
    return {
        FollowUpFate.IN_TIME: Q(done_at__lte=F("due_at")),
        FollowUpFate.LATE: Q(done_at__gt=F("due_at")),
        FollowUpFate.OVERDUE: Q(done_at=None, due_at__lte=now),
        FollowUpFate.AHEAD: Q(done_at=None, due_at__gt=now),
    }[fate]


def followups(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the follow-ups due in the period by what became of them."""
    places = _places(asked)
    now, last = (places.when(_due, span) for span in (asked.span, asked.before))
    rows = _followups(scope).filter(now | last)
    counts = rows.aggregate(
        **{
            f"{fate}_{name}": Count("pk", filter=_fate(fate, asked.now) & when)
            for fate in FollowUpFate
            for name, when in (("now", now), ("last", last))
        }
    )
    return [
        Line(
            code=fate,
            label=fate.label,
            value=counts[f"{fate}_now"],
            last=counts[f"{fate}_last"],
            bad=fate in (FollowUpFate.LATE, FollowUpFate.OVERDUE),
        )
        for fate in FollowUpFate
    ]


def followup_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    if code not in FollowUpFate.values:
        return []
    due = _places(asked).when(_due, asked.span)
    rows = _followups(scope).filter(due, _fate(FollowUpFate(code), asked.now))
    found = rows.order_by("-due_at", "-pk").values_list(
        "number", "purpose", "owner__name", "due_at"
    )
    return [
        Row(
            key=number,
            text=f"{purpose} · {owner}",
            at=at,
            url=reverse("complaints:followup", args=[number]),
        )
        for number, purpose, owner, at in found
    ]


# --- unpaid orders ------------------------------------------------------------------------------


def _unpaid(scope: Scope | None) -> UnpaidQuerySet:
    rows: UnpaidQuerySet = UnpaidOrder.objects.all()
    return rows if scope is None else rows.visible_to(scope)


def _of_fate(fate: UnpaidFate, span: tuple[datetime, datetime]) -> Q:
    """Each fate has its moment: the chase, the payment, the closing."""
    if fate == UnpaidFate.CHASED:
        chases = UnpaidChase.objects.filter(_within("at", span))
        return Q(pk__in=chases.values("unpaid_id"))
    moment = "closed_at" if fate == UnpaidFate.LOST else "paid_at"
    return Q(state=fate) & _within(moment, span)


def unpaid(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the unpaid orders that were chased, won back, paid or lost in the period."""
    places, rows = _places(asked), _unpaid(scope)
    spans = {"now": asked.span, "last": asked.before}
    counts = rows.aggregate(
        **{
            f"{fate}_{name}": Count("pk", filter=places.when(partial(_of_fate, fate), span))
            for fate in UnpaidFate
            for name, span in spans.items()
        }
    )
    return [
        Line(
            code=fate,
            label=fate.label,
            value=counts[f"{fate}_now"],
            last=counts[f"{fate}_last"],
            bad=fate == UnpaidFate.LOST,
        )
        for fate in UnpaidFate
    ]


def unpaid_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    if code not in UnpaidFate.values:
        return []
    happened = partial(_of_fate, UnpaidFate(code))
    wanted = _places(asked).when(happened, asked.span)
    rows = (
        _unpaid(scope)
        .filter(wanted)
        .order_by("-placed_at", "-pk")
        .values_list("pk", "order__number", "store__name", "placed_at")
    )
    return [
        Row(key=number, text=store, at=at, url=reverse("complaints:unpaid_order", args=[pk]))
        for pk, number, store, at in rows
    ]
