"""What every exchange of shifts shares: errors, locks, and the rules checked at that moment."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import Q

from portal.models import User
from staff.people.models import Person, Posting
from staff.people.services import Refused
from staff.roster.models import Assignment, ShiftType
from staff.roster.policies import drafts
from staff.roster.policies.checks import FREE, Cell, Finding, Turn
from staff.roster.policies.exchange import what_breaks
from staff.roster.queries.month import month_of
from staff.roster.services.publishing import BrokenRules, Change, write_changes

Key = tuple[int, date]


class NotOnShift(Refused):
    """Somebody does not work that shift, or it has begun."""

    code = "not_on_shift"


class NotPending(Refused):
    """The swap was answered, decided or withdrawn meanwhile."""

    code = "not_pending"


def in_team(person_id: int, team_id: int, day: date) -> bool:
    posted = Posting.objects.on(day).filter(person_id=person_id, team_id=team_id)
    return posted.filter(Q(person__left_on=None) | Q(person__left_on__gte=day)).exists()


def cells_of(keys: Collection[Key]) -> dict[Key, Cell]:
    """Return the published days."""
    found: dict[Key, Cell] = dict.fromkeys(keys, FREE)
    rows = Assignment.objects.filter(
        person_id__in={person for person, _day in keys}, day__in={day for _person, day in keys}
    )
    for person, day, shift, team, lead in rows.values_list(
        "person_id", "day", "shift_type_id", "team_id", "is_lead"
    ):
        if (person, day) in found:
            found[person, day] = (*found[person, day], Turn(shift, team, lead))
    return {key: drafts.sorted_cell(cell) for key, cell in found.items()}


def must_be_sound(team_id: int, changes: Sequence[Change]) -> None:
    """Raise BrokenRules where a rule that must be kept would newly be broken."""
    cells = {(one.person_id, one.day): one.after for one in changes}
    broken: list[Finding] = []
    for month in sorted({one.day.replace(day=1) for one in changes}):
        found = month_of(team_id, month)
        broken += what_breaks(found.plan, found.rules, cells)
    if broken:
        raise BrokenRules(broken)


def write(
    *, actor: User, team_id: int, changes: Sequence[Change], now: datetime, tell: bool
) -> None:
    """Write changed days, month by month."""
    for month in sorted({one.day.replace(day=1) for one in changes}):
        some = [one for one in changes if one.day.replace(day=1) == month]
        write_changes(actor=actor, team_id=team_id, month=month, changes=some, now=now, tell=tell)


def lock_people(ids: Collection[int]) -> None:
    """Hold people, in one order for all."""
    list(Person.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))


def names_of(kind: ShiftType) -> list[str]:
    return [kind.name_zh, kind.name_en]
