"""The matrix of a team and month, the day of a team, print, and what was published."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from staff.people.enums import AbsenceKind
from staff.people.http import StaffRequest
from staff.people.models import Person, Team
from staff.roster import access, filters, forms
from staff.roster.models import Assignment, DraftStep, Publication, ShiftType
from staff.roster.policies.checks.cover import counts
from staff.roster.queries.month import Month, ShiftKind, month_of
from staff.roster.views.cells import Matrix, Sight, name_of
from staff.rulebook import queries as rulebook

HISTORY = 24
COLOURS_AGE = 600


@dataclass(frozen=True)
class Chosen:
    """The team and month that an address speaks of, and the teams one may choose from."""

    teams: list[tuple[int, str]]
    team_id: int
    month: date
    can_undo: bool = False

    @property
    def team(self) -> str:
        return dict(self.teams)[self.team_id]

    def query(self, month: date | None = None) -> str:
        return f"team={self.team_id}&month={month or self.month:%Y-%m}"


def chosen_of(request: StaffRequest, data: dict[str, str]) -> Chosen | None:
    """Return what is chosen, None where one sees no team at all."""
    scope = request.scope
    if scope.person_id is None and not scope.is_admin:
        raise Http404
    month = filters.month_of(data.get("month"), today=scope.today)
    mine = DraftStep.objects.filter(team_id=OuterRef("pk"), month=month, done_by=request.user)
    rows = Team.objects.visible_to(scope).annotate(undo=Exists(mine)).order_by("name")
    found = {pk: (name, undo) for pk, name, undo in rows.values_list("pk", "name", "undo")}
    teams = [(pk, name) for pk, (name, _undo) in found.items()]
    team_id = filters.team_of(data, teams, own=scope.team_id)
    if team_id is None:
        return None
    return Chosen(teams, team_id, month, can_undo=found[team_id][1])


def sight_of(request: StaffRequest, team_id: int) -> Sight:
    """Return what one may see of a team's matrix."""
    scope = request.scope
    return Sight(
        drafts=access.may_draft(scope, team_id),
        reasons=scope.leads and not scope.is_admin,
        me=scope.person_id,
    )


def matrix_of(request: StaffRequest, chosen: Chosen) -> Matrix:
    sight = sight_of(request, chosen.team_id)
    return Matrix(month_of(chosen.team_id, chosen.month, with_draft=sight.drafts), sight)


def tabs_of(here: str, *, query: str = "") -> list[dict[str, Any]]:
    """Return the pages of the roster."""
    found = (
        ("roster", "calendar3", gettext("Month")),
        ("roster_mine", "person", gettext("My shifts")),
        ("roster_day", "calendar-day", gettext("Day")),
        ("roster_exchange", "arrow-left-right", gettext("Swaps and open shifts")),
        ("roster_published", "check2-all", gettext("Published")),
    )
    return [
        {
            "label": label,
            "icon": icon,
            "url": reverse(f"staff:{view}") + (f"?{query}" if query else ""),
            "active": view == here,
        }
        for view, icon, label in found
    ]


def letters_of(kinds: "list[ShiftKind] | tuple[ShiftKind, ...]") -> dict[str, int]:
    """Return a letter for each shift in use, from its code: what the keyboard takes."""
    found: dict[str, int] = {}
    for kind in kinds:
        if not kind.is_active:
            continue
        free = [one for one in kind.code.upper() if one.isalnum() and one not in found | {"L": 0}]
        if free:
            found[free[0]] = kind.key
    return found


def bar_of(request: StaffRequest, matrix: Matrix, *, can_undo: bool) -> dict[str, Any]:
    """Return what stands above a draft: how much changes, and what may be done with it."""
    month = matrix.month
    inside = [key for key in month.drafted if month.first <= key[1] <= month.last]
    return {
        "changed": sum(1 for key in inside if month.cell(key) != month.published(key)),
        "drafted": len(inside),
        "conflicts": len(month.conflicts),
        "hard": sum(1 for one in matrix.found if one.is_hard),
        "soft": sum(1 for one in matrix.found if not one.is_hard),
        "can_undo": can_undo,
        "publishes": access.may_publish(request.scope, month.team_id),
        "team_id": month.team_id,
        "month": month.first,
    }


@require_GET
def index(request: StaffRequest) -> HttpResponse:
    """The matrix; on a phone one's own shifts stand above it."""
    chosen = chosen_of(request, request.GET.dict())
    if chosen is None:
        return render(request, "staff/roster/none.html", {"tabs": tabs_of("roster")})
    matrix = matrix_of(request, chosen)
    month = matrix.month
    before, after = filters.neighbours(chosen.month)
    kinds = [kind for kind in month.kinds if kind.is_active]
    letters = {key: letter for letter, key in letters_of(kinds).items()}
    context = {
        "tabs": tabs_of("roster", query=chosen.query()),
        "chosen": chosen,
        "matrix": matrix,
        "kinds": [
            (kind, name_of(kind), matrix.short[kind.key], letters.get(kind.key, ""))
            for kind in kinds
        ],
        "previous": chosen.query(before),
        "next": chosen.query(after),
        "drafts": matrix.sight.drafts,
        "excuses": access.may_excuse(request.scope, chosen.team_id),
        "mine": _own(matrix, today=request.scope.today),
        "colours": colours_mark(month.kinds),
    }
    if matrix.sight.drafts:
        context |= {
            "bar": bar_of(request, matrix, can_undo=chosen.can_undo),
            **_forms(matrix, letters),
        }
    return render(request, "staff/roster/index.html", context)


def _forms(matrix: Matrix, letters: dict[int, str]) -> dict[str, Any]:
    """Return the forms that change many days, for the people of the rows."""
    month = matrix.month
    people = Person.objects.none()
    choices = [
        (member.person_id, f"{member.name} ({member.number})")
        for member in month.members
        if not member.is_guest
    ]
    initial = {"first": month.first, "last": month.last}
    copy = forms.CopyForm(people=people, auto_id="copy-%s", initial={"target": month.first})
    rotation = forms.RotationForm(
        people=people,
        letters={letter: key for key, letter in letters.items()},
        auto_id="rotation-%s",
        initial=initial,
    )
    for form in (copy, rotation):
        form.fields["people"].widget.choices = choices
    return {"copy": copy, "rotation": rotation}


def _own(matrix: Matrix, *, today: date) -> list[dict[str, Any]]:
    """Return one's own shifts of the month, of the running one from today on; no query."""
    month, me = matrix.month, matrix.sight.me
    start = today if month.first <= today <= month.last else month.first
    row = month.plan.published.get(me or 0)
    if row is None:
        return []
    kinds = {kind.key: kind for kind in month.kinds}
    return [
        {
            "day": day,
            "turns": [
                (kinds[turn.shift], name_of(kinds[turn.shift]), turn.is_lead) for turn in row[index]
            ],
        }
        for index, day in enumerate(month.plan.month, month.plan.start)
        if row[index] and day >= start
    ]


@require_GET
def printed(request: StaffRequest) -> HttpResponse:
    """The matrix on one page, as published."""
    chosen = chosen_of(request, request.GET.dict())
    if chosen is None:
        raise Http404
    sight = Sight(drafts=False, reasons=False, me=None)
    matrix = Matrix(month_of(chosen.team_id, chosen.month, with_draft=False), sight)
    context = {
        "chosen": chosen,
        "matrix": matrix,
        "kinds": [
            (kind, name_of(kind), matrix.short[kind.key])
            for kind in matrix.month.kinds
            if kind.is_active
        ],
        "colours": colours_mark(matrix.month.kinds),
        "now": timezone.now(),
    }
    return render(request, "staff/roster/print.html", context)


@require_GET
def day(request: StaffRequest) -> HttpResponse:
    """Who of a team works on a day, shift by shift."""
    chosen = chosen_of(request, request.GET.dict())
    if chosen is None:
        return render(request, "staff/roster/none.html", {"tabs": tabs_of("roster_day")})
    asked = filters.day_of(request.GET.get("day")) or rulebook.service_day(timezone.now())
    month = month_of(chosen.team_id, asked, with_draft=False)
    leads = access.may_lead_on(request.scope, chosen.team_id)
    context = {
        "tabs": tabs_of("roster_day"),
        "chosen": chosen,
        "day": asked,
        "special": month.special.get(asked),
        "previous": asked - timedelta(days=1),
        "next": asked + timedelta(days=1),
        "shifts": _shifts_of_day(month, asked, _assignments(month, asked) if leads else {}),
        "away": _away_on(month, asked) if leads else [],
        "leads": leads,
        "colours": colours_mark(month.kinds),
        "me": request.scope.person_id,
    }
    return render(request, "staff/roster/day.html", context)


def _assignments(month: Month, day: date) -> dict[tuple[int, int], int]:
    """Return the keys of the published shifts of a day, by person and shift type."""
    rows = Assignment.objects.filter(team_id=month.team_id, day=day)
    return {
        (person, shift): pk
        for pk, person, shift in rows.values_list("pk", "person_id", "shift_type_id")
    }


def _shifts_of_day(
    month: Month, day: date, keys: Mapping[tuple[int, int], int]
) -> list[dict[str, Any]]:
    index = month.index(day)
    people = {member.person_id: member for member in month.members}
    numbers = counts(month.plan)
    found = []
    for kind in month.kinds:
        working = [
            (
                people[person],
                turn.is_lead,
                month.plan.away.get((person, day)),
                keys.get((person, kind.key)),
            )
            for person, row in month.plan.rows.items()
            for turn in row[index]
            if turn.shift == kind.key and turn.team_id in {month.team_id, None}
        ]
        count, minimum, wanted = numbers.get((index, kind.key), (0, 0, 0))
        if working or wanted:
            working.sort(key=lambda one: (not one[1], one[0].number))
            found.append(
                {
                    "kind": kind,
                    "name": name_of(kind),
                    "people": working,
                    "count": count,
                    "minimum": minimum,
                    "wanted": wanted,
                    "lead": next((one[0] for one in working if one[1]), None),
                }
            )
    return found


def _away_on(month: Month, day: date) -> list[tuple[Any, str]]:
    return [
        (member, str(AbsenceKind(away.kind).label))
        for member in month.members
        if (away := month.plan.away.get((member.person_id, day)))
    ]


@require_GET
def published(request: StaffRequest) -> HttpResponse:
    """What was published when, and for leads who has seen it."""
    chosen = chosen_of(request, request.GET.dict())
    if chosen is None:
        return render(request, "staff/roster/none.html", {"tabs": tabs_of("roster_published")})
    leads = access.may_draft(request.scope, chosen.team_id)
    rows = (
        Publication.objects.filter(team_id=chosen.team_id)
        .select_related("published_by")
        .prefetch_related("receipts__person")
        .order_by("-published_at")[:HISTORY]
    )
    context = {
        "tabs": tabs_of("roster_published"),
        "chosen": chosen,
        "leads": leads,
        "rows": [
            {
                "row": row,
                "seen": [one for one in row.receipts.all() if one.seen_at],
                "unseen": [one for one in row.receipts.all() if not one.seen_at],
            }
            for row in rows
        ],
    }
    return render(request, "staff/roster/published.html", context)


def colours_mark(kinds: "list[ShiftKind] | Any") -> str:  # noqa: ANN401 -- any sequence of kinds
    """Return what changes whenever a colour does, for the address of the style sheet."""
    text = ",".join(f"{kind.key}{kind.colour}" for kind in sorted(kinds, key=lambda one: one.key))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _channel(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 -- WCAG's relative luminance


def _readable_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    light = 0.2126 * _channel(red) + 0.7152 * _channel(green) + 0.0722 * _channel(blue)
    return "#000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#fff"


@require_GET
def colours(request: HttpRequest) -> HttpResponse:
    """The colours of the shift types as a style sheet, for the policy forbids them in the page."""
    rows = list(ShiftType.objects.order_by("pk").values_list("pk", "colour"))
    text = "".join(
        f".s{pk}{{--shift:{colour};background-color:{colour};color:{_readable_on(colour)}}}\n"
        for pk, colour in rows
    )
    tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    return HttpResponse(
        text,
        content_type="text/css",
        headers={"Cache-Control": f"private, max-age={COLOURS_AGE}", "ETag": tag},
    )
