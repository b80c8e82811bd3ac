"""The rest days of a person in a month: granted, taken, not taken, with the requests behind."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from portal.period import Month
from staff.leave import texts
from staff.leave.enums import LeaveKind
from staff.leave.models import LeaveRequest
from staff.leave.policies import balances
from staff.leave.queries import lists
from staff.leave.queries.standing import Standing, standing_of
from staff.leave.querysets import LeaveRequestQuerySet
from staff.leave.views import parts
from staff.people.http import StaffRequest
from staff.people.models import Person


@require_GET
def rest_days(request: StaffRequest, number: str, text: str) -> HttpResponse:
    """What a line of rest days not taken stands on (LEAVE-2); for oneself and the chain above."""
    scope, month = request.scope, lists.month_of(text)
    someone = get_object_or_404(Person.objects.visible_to(scope), number=number)
    if month is None or (someone.pk != scope.person_id and someone.pk not in scope.below_ids):
        raise Http404
    standing = standing_of(someone, first=month.first_day, last=month.last_day)
    balance = parts.balance_of(standing, month=month)
    seen = LeaveRequest.objects.visible_to(scope).filter(person=someone)
    before = month.previous()
    context = {
        "someone": someone,
        "is_own": someone.pk == scope.person_id,
        "month": texts.month_name(month),
        "previous_url": f"../{before}/",
        "next_url": f"../{month.next()}/",
        "balance": balance,
        "rest": _rows(seen.filter(kind=LeaveKind.REST), month, scope.today),
        "leave_before": _rows(seen.exclude(kind=LeaveKind.REST), before, scope.today)
        if balance and standing.entitled(month).is_lost
        else [],
        **(_sums(standing, month) if balance else {}),
        "tabs": parts.tabs(scope, "leave" if someone.pk == scope.person_id else "leave_list"),
    }
    return render(request, "staff/leave/rest.html", context)


def _sums(standing: Standing, month: Month) -> dict[str, Any]:
    entitled = standing.entitled(month)
    person = standing.person
    employed = balances.employed_in(month, hired_on=person.hired_on, left_on=person.left_on)
    left = balances.balance(balances.rest_ledger(entitled, standing.parts, employed=employed))
    return {
        "entitled": texts.days(entitled.half_days),
        "taken": texts.days(entitled.half_days - left),
        "left": texts.days(max(0, left)),
    }


def _rows(requests: LeaveRequestQuerySet, month: Month, today: date) -> list[dict[str, Any]]:
    found = requests.touching(month.first_day, month.last_day)
    rows = lists.rows_of(found, sort="first_day", start=0, size=lists.MOST_OF_MONTH, day=today)
    return [
        {
            "row": row,
            "kind": LeaveKind(row.kind).label,
            "span": texts.span(row.first_day, row.last_day, row.half),
            "badge": texts.state_badge(row.state),
        }
        for row in rows
    ]
