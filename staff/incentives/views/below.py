"""The statements of a month of the people below, with their sum over three and more (INC-8)."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal import audit
from portal.money import display_yuan
from portal.period import Month
from staff.incentives import access
from staff.incentives.forms import statements as forms
from staff.incentives.models import Confirmation, Dispute, Settlement
from staff.incentives.queries import statements as queries
from staff.incentives.queries.statements import Statement
from staff.incentives.queries.sums import sums_of
from staff.incentives.texts import statements as texts
from staff.incentives.views.pay import month_of, tabs
from staff.people.filters import page_of
from staff.people.http import StaffRequest

PAGE_SIZE = 50


@dataclass(frozen=True)
class ShownStatement:
    """A statement as the list shows it."""

    statement: Statement
    total: str
    owed: str
    flags: list[Any]
    disputes: int
    is_confirmed: bool


@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """The statements of a month that one may see, with their sum over three and more (INC-8)."""
    if not access.may_settle(request.scope):
        raise PermissionDenied
    months = [Month.of(day) for day in _settled_months()]
    month = month_of(request.GET.get("month", "")) or (months[0] if months else None)
    settlement = Settlement.objects.filter(month=month.first_day).first() if month else None
    form = forms.StatementFilter(request.GET)
    rows = _fitting(request, settlement, form.wanted) if settlement else []
    page = page_of(request.GET)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    keep = {"month": str(month)} if month else {}
    if settlement is not None and shown:
        audit.record(
            actor=request.user, verb="statement.seen", target=settlement, at=timezone.now(),
            after={"people": [row.statement.number for row in shown]},
        )  # fmt: skip
    context = {
        "form": form,
        "months": months,
        "month": month,
        "settlement": settlement,
        "badge": texts.month_badge(settlement.state) if settlement else None,
        "rows": shown,
        "count": len(rows),
        "sums": _sums(rows),
        "hidden": bool(rows) and _sums(rows) is None,
        "prev": f"?{form.query(page=str(page - 1), **keep)}" if page > 1 else "",
        "next": f"?{form.query(page=str(page + 1), **keep)}"
        if len(rows) > page * PAGE_SIZE
        else "",
        **tabs(request, "people"),
    }
    return render(request, "staff/pay/people.html", context)


def _settled_months() -> list[Any]:
    return list(Settlement.objects.order_by("-month").values_list("month", flat=True))


def _fitting(
    request: StaffRequest, settlement: Settlement, wanted: dict[str, str]
) -> list[ShownStatement]:
    found = queries.seen_by(request.scope, settlement)
    ids = [statement.person_id for statement in found]
    waiting: dict[int, int] = {}
    open_ones = Dispute.objects.open().filter(settlement=settlement, person_id__in=ids)
    for pk in open_ones.values_list("person_id", flat=True):
        waiting[pk] = waiting.get(pk, 0) + 1
    confirmed = set(
        Confirmation.objects.filter(settlement=settlement, person_id__in=ids).values_list(
            "person_id", flat=True
        )
    )
    rows = [
        ShownStatement(
            statement=statement,
            total=display_yuan(statement.total),
            owed=display_yuan(statement.owed),
            flags=[texts.FLAGS[flag] for flag in statement.flags],
            disputes=waiting.get(statement.person_id, 0),
            is_confirmed=statement.person_id in confirmed,
        )
        for statement in found
    ]
    return [row for row in rows if _fits(row, wanted)]


def _fits(row: ShownStatement, wanted: dict[str, str]) -> bool:
    sought = wanted.get("q", "").casefold()
    if sought and sought not in f"{row.statement.number} {row.statement.name}".casefold():
        return False
    return {
        "": True,
        forms.FLAGGED: bool(row.flags),
        forms.DISPUTED: bool(row.disputes),
        forms.UNCONFIRMED: not row.is_confirmed,
    }[wanted.get("only", "")]


def _sums(rows: list[ShownStatement]) -> dict[str, str] | None:
    found = sums_of([row.statement for row in rows])
    if found is None:
        return None
    return {"total": display_yuan(found.payroll), "owed": display_yuan(found.owed)}
