"""A month under other numbers of the policy, and the lines in which a rule took hold."""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from portal import audit
from portal.money import display_yuan, format_yuan
from portal.period import DaySpan, Month
from portal.transfer.values import neutralised
from staff.attendance.policies.lines import Difference, Line, Total
from staff.attendance.queries import lines as queries
from staff.attendance.queries.lines import Simulation
from staff.people.http import StaffRequest
from staff.people.models import Team
from staff.rulebook import access, registry, texts
from staff.rulebook import queries as rulebook
from staff.rulebook.forms import DayField, SimulationForm
from staff.rulebook.models import Policy
from staff.rulebook.queries import numbers

WITHOUT_NUMBERS = {
    "ORG-3": gettext_lazy("Base salary"),
    "LEAVE-2": gettext_lazy("Rest days that were not taken"),
    "LEAVE-4": gettext_lazy("Days of leave"),
}
SHOWN = 50  # lines of a page; the file has all
LONGEST = timedelta(days=61)  # over which lines are listed


def _must_simulate(request: StaffRequest) -> None:
    """Deputies and supervisors, over the people below them (§10)."""
    if not access.may_simulate(request.scope):
        raise PermissionDenied


def _day(text: str) -> date | None:
    """Return the day that an address names, None where it names none."""
    try:
        found: date | None = DayField(required=False).clean(text)
    except ValidationError:
        return None
    return found


def _following(request: StaffRequest, month: Month) -> Policy | None:
    """Return the version whose numbers the form starts from, None for a month before all."""
    chosen = _day(request.GET.get("version", ""))
    picked = Policy.objects.filter(valid_from=chosen).first() if chosen else None
    try:
        return picked or rulebook.policy_on(month.first_day)
    except rulebook.NoPolicy:
        return None


def _form(request: StaffRequest) -> SimulationForm:
    """Return the form as it was sent, or filled for the month before this one."""
    teams = Team.objects.visible_to(request.scope).order_by("name").values_list("pk", "name")
    last_month = Month.of(request.scope.today.replace(day=1) - timedelta(days=1))
    oldest = Policy.objects.order_by("valid_from").first() or Policy()
    if "month" in request.GET and "version" not in request.GET:
        form = SimulationForm(request.GET, following=oldest, teams=list(teams))
        if form.is_valid():
            held = _following(request, form.cleaned_data["month"])
            if held is None:
                form.add_error("month", _("No version of the policy holds in that month."))
            else:
                form.following = held
        return form
    following = _following(request, last_month) or oldest
    return SimulationForm(
        initial={"month": str(last_month)}, following=following, teams=list(teams)
    )


@require_GET
def simulate(request: StaffRequest) -> HttpResponse:
    """Judge a month under the numbers of the address, and show what differs. Writes nothing."""
    _must_simulate(request)
    form = _form(request)
    context: dict[str, Any] = {
        "form": form,
        "sections": [
            (section, texts.SECTIONS[section], [_rule(form, *each) for each in rules])
            for section, rules in numbers.by_section(form.numbers)
        ],
        "versions": numbers.all_versions(today=request.scope.today),
    }
    if not form.is_bound:
        return render(request, "staff/attendance/simulate.html", context)
    if not form.is_valid():
        return render(request, "staff/attendance/simulate.html", context, status=422)
    month: Month = form.cleaned_data["month"]
    policy, now = form.policy(), timezone.now()
    people = queries.members(request.scope, team_id=form.cleaned_data["team"], month=month)
    found = queries.simulate(people, month=month, policy=policy, now=now)
    if request.GET.get("format") == "csv":
        audit.record(
            actor=request.user,
            verb="export.done",
            at=now,
            after={"kind": "simulation", "format": "csv", "rows": len(found.rows)},
        )
        return _file(found, month)
    sent = request.GET.copy()
    sent["format"] = "csv"
    changed = numbers.changes(form.following, policy)
    context |= {
        "found": found,
        "month": month,
        "changed": [texts.change_row(change) for change in changed],
        "sums": [_sum(*each) for each in found.sums],
        "rows": [_row(*each) for each in found.rows[:SHOWN]],
        "hidden": max(0, len(found.rows) - SHOWN),
        "pay": _pay(registry.pay(people, month, policy, now)),
        "csv_url": f"?{sent.urlencode()}",
    }
    return render(request, "staff/attendance/simulate.html", context)


def _rule(form: SimulationForm, rule: str, inside: Sequence[numbers.Number]) -> dict[str, Any]:
    return {
        "code": rule,
        "text": texts.RULES[rule],
        "fields": [(form[number.name], texts.unit(number)) for number in inside],
    }


def _said(line: Line | None) -> dict[str, Any]:
    """Return a line in words; nothing for a line that is not there."""
    if line is None:
        return {}
    return {
        "rule": line.rule,
        "minutes": line.minutes or "",
        "days": texts.days_of(line.half_days) if line.half_days else "",
        "yuan": display_yuan(line.fen) if line.fen else "",
    }


def _row(someone: queries.Someone, difference: Difference) -> dict[str, Any]:
    line = difference.line
    return {
        "someone": someone,
        "day": line.day,
        "side": line.side.label if line.side else "",
        "before": _said(difference.before),
        "after": _said(difference.after),
    }


def _sum(rule: str, old: Total, new: Total) -> dict[str, Any]:
    return {
        "rule": rule,
        "text": texts.RULES.get(rule, ""),
        "changed": old != new,
        "pairs": [
            (old.count, new.count),
            (old.minutes, new.minutes),
            (texts.days_of(old.half_days), texts.days_of(new.half_days)),
            (display_yuan(old.fen), display_yuan(new.fen)),
        ],
    }


def _pay(found: registry.Pay | None) -> dict[str, Any]:
    """Return the sums in yuan in words; nothing where nobody knows them."""
    if found is None:
        return {}
    return {
        "changed": found.changed,
        "rows": [
            {
                "rule": each.rule,
                "text": texts.RULES.get(each.rule) or WITHOUT_NUMBERS.get(each.rule, ""),
                "changed": each.before != each.after,
                "pair": (display_yuan(each.before), display_yuan(each.after)),
            }
            for each in found.sums
        ],
        "payroll": [display_yuan(fen) for fen in found.payroll],
        "packets": [display_yuan(fen) for fen in found.packets],
    }


def _cells(line: Line | None) -> list[str]:
    if line is None:
        return ["", "", "", ""]
    days = texts.days_of(line.half_days)
    return [line.rule, str(line.minutes), days, format_yuan(line.fen)]


def _file(found: Simulation, month: Month) -> HttpResponse:
    """Return all differences as CSV, in the manner of other exports."""
    text = io.StringIO()
    writer = csv.writer(text)
    parts = (_("rule"), _("minutes"), _("days of absence"), _("yuan"))
    writer.writerow(
        [
            *(_("staff number"), _("name"), _("day"), _("side")),
            *(_("%(what)s until now") % {"what": part} for part in parts),
            *(_("%(what)s under these numbers") % {"what": part} for part in parts),
        ]
    )
    for someone, difference in found.rows:
        line = difference.line
        writer.writerow(
            [
                neutralised(someone.number),
                neutralised(someone.name),
                line.day.isoformat(),
                (line.side or "").lower(),
                *_cells(difference.before),
                *_cells(difference.after),
            ]
        )
    name = f"simulation-{month}.csv"
    return HttpResponse(
        text.getvalue().encode("utf-8-sig", "replace"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
def lines(request: StaffRequest, rule: str) -> HttpResponse:
    """The lines in which a rule took hold, among those whose attendance one may see."""
    if rule not in texts.RULES or request.scope.person_id is None:
        raise Http404
    last = min(_day(request.GET.get("to", "")) or request.scope.today, request.scope.today)
    first = _day(request.GET.get("from", "")) or last.replace(day=1)
    span = DaySpan(min(max(first, last - LONGEST), last), last)
    found = queries.lines_seen_by(request.scope, span=span, now=timezone.now())
    people = queries.names(list(found))
    rows = [
        {
            "someone": people[pk],
            "day": line.day,
            "side": line.side.label if line.side else "",
            **_said(line),
        }
        for pk in people
        for line in found[pk]
        if line.rule == rule
    ]
    context = {
        "rule": rule,
        "text": texts.RULES[rule],
        "span": span,
        "count": len(rows),
        "rows": rows[:SHOWN],
        "hidden": max(0, len(rows) - SHOWN),
    }
    return render(request, "staff/attendance/rule_lines.html", context)
