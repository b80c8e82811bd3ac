"""Red packets of a team, for its wall and for the published week (INC-8)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.money import Fen
from portal.period import DaySpan
from staff.attendance.enums import Side
from staff.attendance.models import RedPacketPayment
from staff.attendance.policies.judging import Result
from staff.attendance.policies.redpackets import RedPacket
from staff.attendance.queries.listing import led_by, watched
from staff.attendance.queries.records import NOBODY, PersonDays, days_of_people
from staff.people.access import Scope
from staff.people.models import Person
from staff.roster.models import Assignment


@dataclass(frozen=True)
class WallRow:
    """A red packet with its person. `payment` is the key of its payment; `led_by` may record."""

    person_id: int
    number: str
    name: str
    packet: RedPacket
    payment: int | None
    led_by_me: bool

    @property
    def pick(self) -> str:
        """What a form sends back: person, date of the shift and side."""
        return f"{self.person_id}:{self.packet.day.isoformat()}:{self.packet.side}"


@dataclass(frozen=True)
class Sums:
    """Amounts of red packets in fen; what was doubled stands in both."""

    owed: Fen
    paid: Fen
    doubled: Fen
    unpaid: int


def sums_of(packets: Iterable[RedPacket]) -> Sums:
    """Add up what is owed, paid and doubled."""
    rows = list(packets)
    return Sums(
        owed=Fen(sum(row.owed for row in rows)),
        paid=Fen(sum(row.fen + row.doubled for row in rows if row.is_paid)),
        doubled=Fen(sum(row.doubled for row in rows)),
        unpaid=sum(not row.is_paid for row in rows),
    )


def shifts_of_team(team_id: int, span: DaySpan) -> list[tuple[int, int, int, bool]]:
    """Return key, person, shift type and lead of the team's shifts of a span, by start."""
    rows = Assignment.objects.filter(
        team_id=team_id, day__gte=span.first_day, day__lte=span.last_day
    )
    return list(
        rows.order_by("starts_at", "pk").values_list("pk", "person_id", "shift_type_id", "is_lead")
    )


def wall(*, team_id: int, span: DaySpan, scope: Scope, now: datetime) -> list[WallRow]:
    """Return the red packets of a team's shifts in a span, newest first; doublings with them."""
    rows = list(
        Assignment.objects.filter(
            team_id=team_id, day__gte=span.first_day, day__lte=span.last_day
        ).values_list("person_id", "day", "shift_type_id", "is_lead")
    )
    people = {person for person, _day, _kind, _lead in rows}
    of_team = {(person, day) for person, day, _kind, _lead in rows}
    led = {(day, kind) for person, day, kind, lead in rows if lead and person == scope.person_id}
    mine = {(person, day) for person, day, kind, _lead in rows if (day, kind) in led}
    found = days_of_people(people, span=span, now=now)
    names = names_of(people)
    payments = payments_of(people, span)
    wall_rows = [
        WallRow(
            person_id=person,
            number=names[person][0],
            name=names[person][1],
            packet=packet,
            payment=payments.get((person, packet.day, str(packet.side))),
            led_by_me=(person, packet.day) in mine,
        )
        for person, one in found.items()
        for packet in one.packets
        if span.contains(packet.day) and (person, packet.day) in of_team
    ]
    return sorted(wall_rows, key=lambda row: (row.packet.day, row.number), reverse=True)


def names_of(person_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return number and name of people."""
    rows = Person.objects.filter(pk__in=person_ids).values_list("pk", "number", "name")
    return {person: (number, name) for person, number, name in rows}


def payments_of(person_ids: Collection[int], span: DaySpan) -> dict[tuple[int, object, str], int]:
    """Return the keys of the standing payments by person, date and side."""
    rows = RedPacketPayment.objects.standing().filter(
        person_id__in=person_ids, day__gte=span.first_day, day__lte=span.last_day
    )
    return {
        (person, day, side): key
        for person, day, side, key in rows.values_list("person_id", "day", "side", "pk")
    }


@dataclass(frozen=True)
class WeekRow:
    """A person's week as it is published: how many shifts, minutes, absence, red packets."""

    person_id: int
    number: str
    name: str
    results: tuple[Result, ...]
    packets: tuple[RedPacket, ...]

    @property
    def late(self) -> int:
        return sum(result.start.minutes for result in self.results)

    @property
    def early(self) -> int:
        return sum(result.end.minutes for result in self.results)

    @property
    def extended(self) -> int:
        return sum(result.end.extended for result in self.results)

    @property
    def half_days(self) -> int:
        return sum(result.half_days for result in self.results)

    @property
    def sums(self) -> Sums:
        return sums_of(self.packets)


def week_of_team(*, team_id: int, span: DaySpan, now: datetime) -> list[WeekRow]:
    """Return the attendance of a team's shifts of a week, by person."""
    rows = shifts_of_team(team_id, span)
    keys = {key for key, *_rest in rows}
    people = {person for _key, person, *_rest in rows}
    found: Mapping[int, PersonDays] = days_of_people(people, span=span, now=now)
    names = names_of(people)
    made = []
    for person in people:
        one = found.get(person, NOBODY)
        results = tuple(r for r in one.results if r.expected.shift.key in keys)
        days = {result.day for result in results}
        made.append(
            WeekRow(
                person_id=person,
                number=names[person][0],
                name=names[person][1],
                results=results,
                packets=tuple(p for p in one.packets if p.day in days),
            )
        )
    return sorted(made, key=lambda row: row.number)


def led(of: tuple[int, date], *, scope: Scope) -> bool:
    """Whether somebody's shift of a day is led by whoever asks."""
    person_id, day = of
    if scope.person_id is None:
        return False
    shifts = Assignment.objects.filter(person_id=person_id, day=day)
    return shifts.filter(led_by(scope.person_id)).exists()


def payable(
    keys: Collection[tuple[int, date, Side]], *, scope: Scope, now: datetime
) -> dict[tuple[int, date, Side], bool]:
    """Return which of the keys are unpaid red packets that one sees.

    The value says whether one leads that shift; eight queries for any number.
    """
    if not keys:
        return {}
    span = DaySpan(min(day for _p, day, _s in keys), max(day for _p, day, _s in keys))
    people = {person for person, _day, _side in keys}
    shifts = watched(scope).filter(
        person_id__in=people, day__gte=span.first_day, day__lte=span.last_day
    )
    seen = set(shifts.values_list("person_id", "day"))
    mine = (
        set(shifts.filter(led_by(scope.person_id)).values_list("person_id", "day"))
        if scope.person_id
        else set()
    )
    found = days_of_people({person for person, _day in seen}, span=span, now=now)
    owed = {
        (person, packet.day, packet.side)
        for person, one in found.items()
        for packet in one.packets
        if not packet.is_paid and (person, packet.day) in seen
    }
    return {key: key[:2] in mine for key in keys if key in owed}
