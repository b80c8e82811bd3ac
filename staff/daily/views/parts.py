"""What the pages of this room have in common."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from staff.daily import texts
from staff.daily.access import may_report
from staff.daily.queries.lists import ListedReport
from staff.daily.queries.shifts import leads_lately
from staff.people.access import Scope
from staff.people.http import StaffRequest
from staff.people.models import Team


def must_be_person(scope: Scope) -> None:
    """Answer 404 to somebody who is nobody of the department: no report for them (§10)."""
    if scope.person_id is None:
        raise Http404


def tabs(scope: Scope, here: str) -> list[dict[str, Any]]:
    """Return the tabs; whoever leads shifts has the lists of them."""
    pages = [("daily", _("My reports"), "journal-check")] if may_report(scope) else []
    if leads_lately(scope):
        pages += [
            ("daily_shifts", _("Shifts"), "people"),
            ("daily_list", _("Reports"), "journals"),
        ]
    pages += [
        ("daily_questions", _("Questions"), "question-circle"),
        ("daily_period", _("Week and month"), "bar-chart"),
    ]
    return [
        {
            "label": label,
            "url": reverse(f"staff:{view}"),
            "icon": icon,
            "active": view == here,
        }
        for view, label, icon in pages
    ]


def teams_of(request: StaffRequest) -> list[tuple[int, str]]:
    rows = Team.objects.visible_to(request.scope).order_by("name")
    return list(rows.values_list("pk", "name"))


def badge_of(row: ListedReport, *, now: datetime) -> texts.Badge:
    return texts.report_badge(
        filed=row.filed_at is not None,
        late_minutes=row.late_minutes,
        due_at=row.due_at,
        now=now,
        begun=row.is_draft,
    )
