"""The figures of targets and of statements, each line with its rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse

from portal.figures import Asked, Line, Row
from portal.period import DaySpan, Month
from staff.incentives.enums import MonthState, TargetState
from staff.incentives.models import DraftLine, LedgerLine, Target, TargetResult
from staff.incentives.policies.values import BASE
from staff.people.access import Scope
from staff.people.models import Person
from staff.people.queries import teams_narrowed

REACHED, MISSED, NO_DATA, RUNNING = "reached", "missed", "no_data", "running"
ENDED = {REACHED: True, MISSED: False, NO_DATA: None}


# --- targets: what ended in the period, and what runs in it --------------------------------------


def _of_places(asked: Asked) -> Q:
    teams = teams_narrowed(asked)
    found = Q() if teams is None else Q(team_id__in=teams)
    if asked.store:
        found |= Q(store_id=asked.store)
    return found


def _results(scope: Scope | None, asked: Asked, span: DaySpan) -> Q:
    """The results of targets that ended in a span; those of people as `access` shows them."""
    rows = Target.objects.all() if scope is None else Target.objects.visible_to(scope)
    ended = rows.filter(
        _of_places(asked), state=TargetState.FROZEN,
        last_day__gte=span.first_day, last_day__lte=span.last_day,
    )  # fmt: skip
    found = Q(target__in=ended.values("pk"))
    if scope is None:
        return found
    return found & (Q(person=None) | Q(person_id__in=scope.below_ids | {scope.person_id}))


def _running(scope: Scope | None, asked: Asked, span: DaySpan) -> list[tuple[int, str, date]]:
    rows = Target.objects.all() if scope is None else Target.objects.visible_to(scope)
    rows = rows.filter(
        _of_places(asked), state=TargetState.RUNNING,
        first_day__lte=span.last_day, last_day__gte=span.first_day,
    )  # fmt: skip
    return list(rows.order_by("last_day", "pk").values_list("pk", "name", "last_day"))


def targets(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the targets that ended in the period by their result, and those that run in it."""
    counts = [
        Counter(
            TargetResult.objects.filter(_results(scope, asked, span)).values_list(
                "reached", flat=True
            )
        )
        for span in (asked.span, asked.before)
    ]
    lines = [
        Line(
            code=code, label="", value=counts[0][reached], last=counts[1][reached],
            bad=code == MISSED,
        )
        for code, reached in ENDED.items()
    ]  # fmt: skip
    return [*lines, Line(code=RUNNING, label="", value=len(_running(scope, asked, asked.span)))]


def target_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    if code == RUNNING:
        found = [(pk, name, day, "") for pk, name, day in _running(scope, asked, asked.span)]
    elif code in ENDED:
        rows = TargetResult.objects.filter(_results(scope, asked, asked.span), reached=ENDED[code])
        found = list(
            rows.order_by("-target__last_day", "pk").values_list(
                "target_id", "target__name", "target__last_day", "person__name"
            )
        )
    else:
        found = []
    return [
        Row(
            key=f"{pk}:{person or ''}",
            text=" · ".join(part for part in (name, person) if part),
            at=day,
            url=reverse("staff:target", args=[pk]),
        )
        for pk, name, day, person in found
    ]


# --- statements: the lines that stand, by rule ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """A line that a statement of a month shows as standing."""

    month: Month
    rule: str
    person_id: int
    day: date


def _months(span: DaySpan) -> list[date]:
    """Return the first days of the months that lie wholly within a span."""
    found, month = [], Month.of(span.first_day)
    while month.first_day <= span.last_day:
        if span.contains(month.first_day) and span.contains(month.last_day):
            found.append(month.first_day)
        month = month.next()
    return found


NAMES = ("settlement__month", "rule", "person_id", "day")


def _standing(scope: Scope | None, months: Sequence[date]) -> list[_Held]:
    """Return the lines of statements that stand, as they show them (INC-6), in two queries."""
    drafts = DraftLine.objects.filter(
        settlement__month__in=months, settlement__state=MonthState.DRAFT, reverses=None
    ).exclude(rule=BASE)
    kept = LedgerLine.objects.filter(settlement__month__in=months, reverses=None).exclude(rule=BASE)
    kept = kept.exclude(settlement__state=MonthState.DRAFT)
    if scope is not None:
        below = Q(person_id__in=scope.below_ids)
        drafts, kept = drafts.filter(below), kept.filter(below)
    rows = list(drafts.values_list(*NAMES))
    rows += [
        (month, rule, person, day)
        for month, rule, person, day, settlement, taken in kept.values_list(
            *NAMES, "settlement_id", "reversed_by__settlement_id"
        )
        if taken != settlement
    ]
    return [_Held(Month.of(month), rule, person, day) for month, rule, person, day in rows]


def _of_teams(asked: Asked, held: Sequence[_Held]) -> Sequence[_Held]:
    teams = teams_narrowed(asked)
    if teams is None:
        return held
    on = asked.span.last_day
    inside = set(
        Person.objects.filter(
            Q(postings__valid_until=None) | Q(postings__valid_until__gte=on),
            postings__valid_from__lte=on,
            postings__team_id__in=teams,
        ).values_list("pk", flat=True)
    )
    return [one for one in held if one.person_id in inside]


def lines(scope: Scope | None, asked: Asked) -> list[Line]:
    """Count the lines that stand in the statements of the period's months, by rule."""
    now, last = _months(asked.span), _months(asked.before)
    held = _of_teams(asked, _standing(scope, [*now, *last]))
    counts = Counter((one.month.first_day in now, one.rule) for one in held)
    return [
        Line(code=rule, label="", value=counts[True, rule], last=counts[False, rule])
        for rule in sorted({one.rule for one in held})
    ]


def line_rows(scope: Scope | None, asked: Asked, code: str) -> list[Row]:
    return list(_line_rows(scope, asked, code))


def _line_rows(scope: Scope | None, asked: Asked, code: str) -> Iterator[Row]:
    held = _of_teams(asked, _standing(scope, _months(asked.span)))
    wanted = sorted(
        (one for one in held if one.rule == code), key=lambda one: (one.day, one.person_id)
    )
    people = Person.objects.in_bulk({one.person_id for one in wanted})
    for one in wanted:
        person = people[one.person_id]
        yield Row(
            key=f"{one.rule}:{one.person_id}:{one.day}",
            text=f"{person.number} {person.name}",
            at=one.day,
            url=f"{reverse('staff:pay_person', args=[person.number])}?month={one.month}",
        )
