"""A person's month and day, and the web punch."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.money import display_yuan
from portal.period import DaySpan, Month
from staff.attendance import access, filters, forms, texts
from staff.attendance.enums import Side
from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from staff.attendance.policies.absences import LeaveDay
from staff.attendance.policies.judging import Boundary, Found, Result, State
from staff.attendance.policies.redpackets import RedPacket
from staff.attendance.policies.values import Clocked
from staff.attendance.queries import listing, packets
from staff.attendance.queries.records import NOBODY, PersonDays, days_of_people
from staff.attendance.services import clocking
from staff.people.enums import AbsenceState
from staff.people.http import StaffRequest
from staff.people.models import Absence, Person
from staff.rulebook import queries as rulebook

TO_ASK = {Found.MISSING, Found.NOTHING, Found.WAITING}


@dataclass
class ShownShift:
    """A shift of a day as its row shows it; `asks` are the sides that can be asked for."""

    name: str
    result: Result
    why: list[str]
    badges: list[texts.Badge]
    asks: list[Side] = field(default_factory=list)


@dataclass
class ShownDay:
    day: date
    shifts: list[ShownShift] = field(default_factory=list)
    away: str = ""
    stray: list[Clocked] = field(default_factory=list)
    packets: list[RedPacket] = field(default_factory=list)
    excess: str = ""


def sides_to_ask(result: Result, *, now: datetime) -> list[Side]:
    """Return the boundaries that have come, have no punch and were not asked for."""
    if result.state == State.EXCUSED:
        return []
    return [boundary.side for boundary in result.boundaries if _can_ask(boundary, now)]


def _can_ask(boundary: Boundary, now: datetime) -> bool:
    return (
        boundary.makeup is None
        and not boundary.punches
        and boundary.found in TO_ASK
        and boundary.planned_at <= now
    )


@require_GET
def mine(request: StaffRequest) -> HttpResponse:
    return _month_page(request, request.person)


@require_GET
def person(request: StaffRequest, number: str) -> HttpResponse:
    """The month of somebody below."""
    someone = get_object_or_404(Person.objects.visible_to(request.scope), number=number)
    if not access.may_see(request.scope, someone.pk):
        raise Http404
    return _month_page(request, someone)


def _month_page(request: StaffRequest, someone: Person) -> HttpResponse:
    now, today = timezone.now(), request.scope.today
    month = filters.month_of(request.GET, today=today)
    found = days_of_people([someone.pk], span=month.span, now=now).get(someone.pk, NOBODY)
    is_own = someone.pk == request.scope.person_id
    context = {
        "someone": someone,
        "is_own": is_own,
        "month": month,
        "days": _days(someone, found, month=month, now=now, is_own=is_own),
        "stats": stats(found, month=month),
        "previous_url": f"?month={month.previous()}",
        "next_url": f"?month={month.next()}" if month < Month.of(today) else "",
        "today": today,
        "now": now,
        **tabs(request, "mine" if is_own else "team"),
    }
    return render(request, "staff/attendance/month.html", context)


def _days(
    someone: Person, found: PersonDays, *, month: Month, now: datetime, is_own: bool
) -> list[ShownDay]:
    """The days with something on them, newest first; shifts that have not begun are left out."""
    shown = {day: ShownDay(day) for day in month.span}
    rows = listing.rows_of(
        someone.assignments.filter(day__gte=month.first_day, day__lte=month.last_day)
    )
    names = {row.key: row.shift for row in rows}
    for result in found.results:
        if result.expected.shift.starts_at <= now:
            name = names.get(result.expected.shift.key, "")
            shown[result.day].shifts.append(_shift(result, name, now=now, is_own=is_own))
    _add_around(shown, someone, found)
    return [
        one
        for one in reversed(shown.values())
        if one.shifts or one.away or one.stray or one.packets or one.excess
    ]


def _shift(result: Result, name: str, *, now: datetime, is_own: bool) -> ShownShift:
    return ShownShift(
        name=name,
        result=result,
        why=texts.why(result),
        badges=texts.badges(result),
        asks=sides_to_ask(result, now=now) if is_own else [],
    )


def _add_around(shown: dict[date, ShownDay], someone: Person, found: PersonDays) -> None:
    """Add leave, punches near no shift, and red packets to the days."""
    away = Absence.objects.filter(person=someone, state=AbsenceState.APPROVED, day__in=shown)
    for row in away:
        shown[row.day].away = f"{row.get_kind_display()} ({row.get_half_display()})"
    for punch in found.stray:
        shown[timezone.localdate(punch.at)].stray.append(punch)
    for packet in found.packets:
        if packet.day in shown:
            shown[packet.day].packets.append(packet)
    for leave in found.excess:
        shown[leave.day].excess = beyond(leave)


def beyond(leave: LeaveDay) -> str:
    """Say that leave of a day counts as absence (LEAVE-6)."""
    text = _("Beyond the leave of the year: %(days)s days count as absence (LEAVE-6).")
    return text % {"days": texts.days(leave.excess)}


def stats(
    found: PersonDays, *, month: Month, versions: rulebook.Versions | None = None
) -> list[dict[str, Any]]:
    """Return the sums of a month as the page and the tile show them."""
    results = found.results
    sums = packets.sums_of(found.packets)
    versions = versions or rulebook.versions()
    free = versions.attendance_on(month.last_day).free_makeups
    left = max(0, free - found.makeups_counted)
    late = sum(result.start.minutes for result in results)
    early = sum(result.end.minutes for result in results)
    return [
        {"label": _("Late"), "value": late, "unit": _("min"), "icon": "clock"},
        {"label": _("Left early"), "value": early, "unit": _("min"), "icon": "box-arrow-left"},
        {
            "label": _("Extended"),
            "value": sum(result.end.extended for result in results),
            "unit": _("min"),
            "icon": "headset",
            "note": _("never a fault (SHIFT-3)"),
        },
        {
            "label": _("Absence"),
            "value": texts.days(found.absence.half_days),
            "unit": _("days"),
            "icon": "person-x",
        },
        {
            "label": _("Red packets owed"),
            "value": display_yuan(sums.owed),
            "unit": _("yuan"),
            "icon": "envelope-paper-heart",
            "note": _("%(paid)s paid, %(doubled)s by doubling")
            % {"paid": display_yuan(sums.paid), "doubled": display_yuan(sums.doubled)},
        },
        {
            "label": _("Free make-ups left"),
            "value": left,
            "unit": _("of %(free)s") % {"free": free},
            "icon": "patch-check",
        },
    ]


@dataclass
class ShownPunch:
    """A punch with its evidence; `role` says what it counts for."""

    punch: Punch
    role: str


@require_GET
def day(request: StaffRequest, number: str, day: str) -> HttpResponse:
    """One day of one person with all evidence."""
    now, chosen = timezone.now(), filters.day_of(day)
    someone = get_object_or_404(Person.objects.visible_to(request.scope), number=number)
    if chosen is None:
        raise Http404
    seen = listing.watched(request.scope).filter(person=someone, day=chosen)
    rows = listing.rows_of(seen)
    sees_all = access.may_see(request.scope, someone.pk)
    if not (sees_all or rows):
        raise Http404
    span = DaySpan(chosen, chosen)
    found = days_of_people([someone.pk], span=span, now=now).get(someone.pk, NOBODY)
    names = {row.key: row.shift for row in rows}
    results = [result for result in found.results if result.expected.shift.key in names]
    is_own = someone.pk == request.scope.person_id
    context = {
        "someone": someone,
        "is_own": is_own,
        "sees_all": sees_all,
        "day": chosen,
        "shifts": [
            _shift(result, names[result.expected.shift.key], now=now, is_own=is_own)
            for result in results
        ],
        "punches": _evidence(results, found.stray if sees_all else ()),
        "makeups": [
            (row, texts.makeup_badge(row.state))
            for row in MakeUp.objects.filter(person=someone, day=chosen)
            .select_related("certified_by", "decided_by")
            .order_by("side")
        ],
        "away": Absence.objects.filter(person=someone, day=chosen).order_by("pk"),
        "packets": [packet for packet in found.packets if packet.day == chosen],
        "payments": RedPacketPayment.objects.filter(person=someone, day=chosen)
        .select_related("recorded_by", "withdrawn_by")
        .order_by("recorded_at"),
        "excess": [beyond(leave) for leave in found.excess],
        "now": now,
        **tabs(request, "mine" if is_own else "team"),
    }
    return render(request, "staff/attendance/day.html", context)


def _evidence(results: list[Result], stray: tuple[Clocked, ...]) -> list[ShownPunch]:
    """All punches that belong to the shifts or to none, with what each counts for, by time."""
    roles: dict[int, str] = {punch.key: _("near no shift, without consequence") for punch in stray}
    for result in results:
        for boundary in result.boundaries:
            for punch in boundary.punches:
                counts = punch is boundary.punch
                roles[punch.key] = _role(boundary.side, counts=counts)
    rows = Punch.objects.filter(pk__in=roles).select_related("recorded_by").order_by("punched_at")
    return [ShownPunch(row, roles[row.pk]) for row in rows]


def _role(side: Side, *, counts: bool) -> str:
    if side == Side.IN:
        return _("counts as punch-in") if counts else _("at the start, a different one counts")
    return _("counts as punch-out") if counts else _("at the end, a different one counts")


@require_POST
def clock(request: StaffRequest) -> HttpResponse:
    """The web punch: in or out, at this second."""
    form = forms.ClockForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose whether you come or go."))
    else:
        side = Side(form.cleaned_data["side"])
        punch, _is_new = clocking.clock(person=request.person, side=side, now=timezone.now())
        at = f"{timezone.localtime(punch.punched_at):%H:%M:%S}"
        if side == Side.IN:
            messages.success(request, _("Clocked in at %(at)s.") % {"at": at})
        else:
            messages.success(request, _("Clocked out at %(at)s.") % {"at": at})
    return redirect("staff:attendance")


def tabs(request: StaffRequest, here: str) -> dict[str, Any]:
    """Return the tabs above the pages of attendance, as far as they lead somewhere."""
    scope = request.scope
    leads = listing.leads(scope)
    teams = bool(scope.team_ids)
    wanted = [
        ("mine", _("My month"), "staff:attendance", "person", scope.person_id is not None),
        ("team", _("Shifts"), "staff:attendance_list", "people", leads),
        ("board", _("Now"), "staff:board", "broadcast", leads),
        ("makeups", _("Make-ups"), "staff:makeups", "patch-check", scope.person_id is not None),
        ("packets", _("Red packets"), "staff:red_packets", "envelope-paper-heart", teams),
        ("weeks", _("Published weeks"), "staff:weeks", "megaphone", teams),
    ]  # fmt: skip
    return {
        "tabs": [
            {"label": label, "url": reverse(view), "icon": icon, "active": name == here}
            for name, label, view, icon, shown in wanted
            if shown
        ]
    }
