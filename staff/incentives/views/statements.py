"""A statement of a month as its page shows it: one's own, and that of somebody below."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from portal import paper
from portal.money import display_yuan
from portal.period import Month
from staff.incentives.enums import DisputeState, MonthState
from staff.incentives.models import Dispute
from staff.incentives.policies.values import BASE
from staff.incentives.queries import opening as queries
from staff.incentives.queries.opening import Opened
from staff.incentives.queries.statements import StatementLine
from staff.incentives.texts import statements as texts
from staff.incentives.views.pay import last_day, month_of, note_seen, someone_of, tabs
from staff.people.http import StaffRequest


@dataclass(frozen=True)
class ShownLine:
    """A line as its row shows it; `disputed` is its latest dispute."""

    row: StatementLine
    name: str
    words: str
    quantity: str
    amount: str
    evidence: list[texts.Fact]
    facts: list[texts.Fact]
    disputed: Dispute | None
    badge: texts.Badge | None
    can_dispute: bool


def _lines(opened: Opened, rows: Iterable[StatementLine], *, is_own: bool) -> list[ShownLine]:
    now = timezone.now()
    return [_line(opened, row, is_own=is_own, now=now) for row in rows]


def _line(opened: Opened, row: StatementLine, *, is_own: bool, now: Any) -> ShownLine:  # noqa: ANN401 -- a moment
    found = opened.dispute_of(row)
    number = opened.statement.number if opened.statement else ""
    open_until = opened.disputable_until
    is_waiting = found is not None and found.state == DisputeState.OPEN
    in_time = opened.statement is not None and opened.statement.state != MonthState.CLOSED
    if open_until is not None:
        in_time = in_time and now < open_until
    return ShownLine(
        row=row,
        name=texts.name_of(row.line.rule),
        words=texts.rule_in_words(row.line.rule),
        quantity=texts.quantity_of(row.line),
        amount=texts.amount(row.line.amount),
        evidence=texts.evidence_of(row, number),
        facts=texts.facts_of(row, number),
        disputed=found,
        badge=texts.dispute_badge(found.state) if found else None,
        can_dispute=is_own and in_time and row.nth is not None and not is_waiting,
    )


def _beside(opened: Opened) -> list[tuple[str, str, str]]:
    """What differs from the month before, by rule: name, rule, difference."""
    if opened.statement is None or opened.before is None:
        return []
    changed = texts.difference(opened.statement.payroll, opened.before.payroll)
    base = opened.statement.base - opened.before.base
    rows = [(texts.name_of(rule), rule, texts.amount(fen)) for rule, fen in changed.items()]
    first = [(texts.name_of(BASE), BASE, texts.amount(base))] if base else []
    return [*first, *rows]


def _context(request: StaffRequest, opened: Opened, *, is_own: bool) -> dict[str, Any]:
    statement = opened.statement
    earlier = [month for month in opened.months if month < opened.month]
    later = [month for month in opened.months if month > opened.month]
    context: dict[str, Any] = {
        "is_own": is_own,
        "opened": opened,
        "statement": statement,
        "month_name": date_format(opened.month.first_day, "YEAR_MONTH_FORMAT"),
        "previous_url": f"?month={earlier[0]}" if earlier else "",
        "next_url": f"?month={later[-1]}" if later else "",
        "pdf": paper.available(),
        **tabs(request, "mine" if is_own else "people"),
    }
    if statement is None:
        return context
    may_confirm = is_own and statement.state == MonthState.PUBLISHED and not opened.confirmed_at
    return context | {
        "badge": texts.month_badge(statement.state),
        "last_day": last_day(opened.disputable_until),
        "is_disputable": opened.disputable_until is not None
        and timezone.now() < opened.disputable_until,
        "base": display_yuan(statement.base),
        "total": display_yuan(statement.total),
        "before": display_yuan(opened.before.total) if opened.before else "",
        "difference": texts.amount(statement.total - opened.before.total) if opened.before else "",
        "beside": _beside(opened),
        "wage": display_yuan(statement.wage),
        "payroll": _lines(opened, statement.payroll, is_own=is_own),
        "packets": _lines(opened, statement.red_packets, is_own=is_own),
        "owed": display_yuan(statement.owed),
        "paid": display_yuan(statement.paid),
        "flags": [texts.FLAGS[flag] for flag in statement.flags],
        "is_much": statement.is_much,
        "may_confirm": may_confirm,
        "printed_at": timezone.now(),
    }


@require_GET
def mine(request: StaffRequest) -> HttpResponse:
    """One's own statement; without a month in the address the newest."""
    opened = _own(request, month_of(request.GET.get("month", "")))
    return render(request, "staff/pay/statement.html", _context(request, opened, is_own=True))


def _own(request: StaffRequest, month: Month | None) -> Opened:
    """One's own statement without looking the person up, who is known by the scope."""
    if request.scope.person_id is None:
        raise Http404
    return queries.opened(request.scope.person_id, month)


@require_GET
def person(request: StaffRequest, number: str) -> HttpResponse:
    """The statement of somebody below."""
    someone = someone_of(request, number)
    opened = queries.opened(someone.pk, month_of(request.GET.get("month", "")))
    note_seen(request, opened, someone)
    context = _context(request, opened, is_own=someone.pk == request.scope.person_id)
    context["someone"] = someone
    return render(request, "staff/pay/statement.html", context)
