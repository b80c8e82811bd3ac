"""What the rules make of people's days, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, Q
from django.utils import timezone

from portal.period import DaySpan, Month
from staff.attendance.enums import MakeUpState, Side
from staff.attendance.models import MakeUp, Punch, RedPacketPayment
from staff.attendance.policies.absences import (
    OF_THE_YEAR,
    AbsenceSum,
    LeaveDay,
    absence_of,
    split_year,
)
from staff.attendance.policies.judging import Found, Result, judge
from staff.attendance.policies.redpackets import WEEK, RedPacket, red_packets
from staff.attendance.policies.values import Asked, Away, Clocked, Paid, Planned, Record
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence
from staff.roster.models import Assignment
from staff.rulebook import queries as rulebook
from staff.rulebook.queries import Versions

DAY = timedelta(days=1)
AROUND = 2 * DAY
CHUNK = 5000
_KINDS = {str(kind): kind for kind in AbsenceKind}
_HALVES = {str(half): half for half in Half}
_STATES = {str(state): state for state in MakeUpState}
_SIDES: dict[str, Side | None] = {str(side): side for side in Side} | {"": None}


@dataclass(frozen=True, slots=True)
class PersonDays:
    """What the rules make of one person's days of a span.

    `packets` are the red packets of the shifts of the span, and those whose doubling falls into
    it; `excess` the days of leave beyond the year's that have begun.
    """

    results: tuple[Result, ...]
    stray: tuple[Clocked, ...]
    packets: tuple[RedPacket, ...]
    excess: tuple[LeaveDay, ...]

    @property
    def absence(self) -> AbsenceSum:
        """Absence of the days of the span; the rules add it up over a calendar month."""
        return absence_of(self.results, self.excess)

    @property
    def makeups_counted(self) -> int:
        """How many make-ups of the span counted; the first of a month are free (ATT-13)."""
        counted = {Found.FREE, Found.ASKED_LATE, Found.COSTS}
        return sum(b.found in counted for result in self.results for b in result.boundaries)


NOBODY = PersonDays((), (), (), ())


def days_of_people(
    person_ids: Collection[int], *, span: DaySpan, now: datetime, versions: Versions | None = None
) -> dict[int, PersonDays]:
    """Return what the rules make of the days of a span, by person, in six queries.

    Both days of the span are included. Who has nothing at all in it is missing. A shift outside
    somebody's employment does not count.
    """
    versions = versions or rulebook.versions()
    return judged(evidence(person_ids, span=span), span=span, now=now, versions=versions)


def results_of_people(person_ids: Collection[int], *, span: DaySpan, now: datetime) -> list[Result]:
    """Return what the rules make of the shifts of a span, without money, in five queries."""
    versions = rulebook.versions()
    first = Month.of(span.first_day - WEEK).first_day
    return [
        result
        for record in _records(person_ids, first=first, span=span, close=True).values()
        for result in judge(record, rules_on=versions.attendance_on, now=now).results
        if span.contains(result.day)
    ]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of people, read once, for judging by one or several sets of numbers."""

    first: date
    records: Mapping[int, Record]
    payments: Mapping[int, Sequence[Paid]]


def near(day: date) -> date:
    """Return from when on shifts bear on a span that begins on a day, make-ups apart.

    The numbers of its month count from the first, and a red packet is doubled within two weeks.
    """
    return min(Month.of(day).first_day, day - 2 * WEEK)


def evidence(person_ids: Collection[int], *, span: DaySpan) -> Evidence:
    """Read all that is needed to judge the days of a span, both included.

    Of the month before only the last days are read, and all of it for those whose certified
    make-ups have to be numbered.
    """
    first = Month.of(span.first_day - WEEK).first_day
    return Evidence(
        first,
        _records(person_ids, first=first, span=span),
        _payments(person_ids, first=first, last=span.last_day),
    )


def judged(
    read: Evidence, *, span: DaySpan, now: datetime, versions: Versions
) -> dict[int, PersonDays]:
    """Return what the rules make of what was read, by person."""
    first, payments = read.first, read.payments
    zone, today = timezone.get_default_timezone(), timezone.localdate(now)
    found: dict[int, PersonDays] = {}
    for person_id, record in read.records.items():
        judgement = judge(record, rules_on=versions.attendance_on, now=now)
        whole = [result for result in judgement.results if result.day >= first]
        packets = red_packets(
            whole,
            payments.get(person_id, ()),
            rules_on=versions.attendance_on,
            zone=zone,
            now=now,
        )
        found[person_id] = PersonDays(
            results=tuple(result for result in whole if span.contains(result.day)),
            stray=tuple(p for p in judgement.stray if span.contains(timezone.localdate(p.at))),
            packets=tuple(packet for packet in packets if belongs(packet, span)),
            excess=tuple(
                row for row in excess_of(record.away, versions) if row.day <= today
                and span.contains(row.day)
            ),
        )  # fmt: skip
    return found


def belongs(packet: RedPacket, span: DaySpan) -> bool:
    """Whether the red packet or its doubling falls into the span."""
    if span.contains(packet.day):
        return True
    return bool(packet.doubled) and span.contains(timezone.localdate(packet.doubles_at))


def excess_of(away: Iterable[Away], versions: Versions) -> list[LeaveDay]:
    """Return the days of leave beyond those of their year (LEAVE-6)."""
    by_year: dict[int, list[Away]] = defaultdict(list)
    for row in away:
        if row.kind in OF_THE_YEAR:
            by_year[row.day.year].append(row)
    return [
        day
        for year in sorted(by_year)
        for day in split_year(
            by_year[year], limit_on=lambda day: versions.leave_on(day).year_half_days
        )
        if day.excess
    ]


def _records(
    person_ids: Collection[int], *, first: date, span: DaySpan, close: bool = False
) -> dict[int, Record]:
    """Read from `first` on what numbers make-ups, and the rest near the span.

    With `close` only what bears on the span's own days, unless make-ups have to be numbered.
    """
    last, since = span.last_day, near(span.first_day)
    makeups: dict[int, list[Asked]] = defaultdict(list)
    asked = MakeUp.objects.filter(person_id__in=person_ids, day__gte=first, day__lte=last)
    for person, key, day, side, asked_at, state in asked.values_list(
        "person_id", "pk", "day", "side", "asked_at", "state"
    ):
        makeups[person].append(Asked(key, day, Side(side), asked_at, _STATES[state]))
    if close and not any(row.day < span.first_day for rows in makeups.values() for row in rows):
        since = span.first_day
    shifts = _shifts(person_ids, first=since - AROUND, last=last + AROUND)
    punches = _punches(person_ids, since=_midnight(since - DAY), before=_midnight(last + 3 * DAY))
    numbered = {person for person, rows in makeups.items() if counts_before(rows, span.first_day)}
    if numbered and first < since:
        earlier = _shifts(numbered, first=first - AROUND, last=since - AROUND - DAY)
        for person, planned in earlier.items():
            shifts[person] += planned
        before = _midnight(since - DAY)
        clocked = _punches(numbered, since=_midnight(first - DAY), before=before)
        for person, rows in clocked.items():
            punches[person] += rows
    away = _away(person_ids, first=first - AROUND, last=last + AROUND)
    people = {*shifts, *punches, *makeups, *away}
    return {
        person: Record(
            shifts.get(person, ()),
            punches.get(person, ()),
            makeups.get(person, ()),
            away.get(person, ()),
        )
        for person in people
    }


def counts_before(makeups: Iterable[Asked], day: date) -> bool:
    """Whether a certified make-up lies before the month of a day: that month has to be numbered."""
    start = Month.of(day).first_day
    return any(row.day < start and row.state == MakeUpState.CERTIFIED for row in makeups)


def _shifts(person_ids: Collection[int], *, first: date, last: date) -> dict[int, list[Planned]]:
    employed = Q(person__left_on=None) | Q(person__left_on__gte=F("day"))
    rows = Assignment.objects.filter(
        employed,
        person_id__in=person_ids,
        person__hired_on__lte=F("day"),
        day__gte=first,
        day__lte=last,
    ).values_list("person_id", "pk", "day", "starts_at", "ends_at")
    found: dict[int, list[Planned]] = defaultdict(list)
    for person, key, day, starts_at, ends_at in rows.iterator(chunk_size=CHUNK):
        found[person].append(Planned(key, day, starts_at, ends_at))
    return found


def _punches(
    person_ids: Collection[int], *, since: datetime, before: datetime
) -> dict[int, list[Clocked]]:
    rows = Punch.objects.filter(
        person_id__in=person_ids, punched_at__gte=since, punched_at__lt=before
    ).values_list("person_id", "pk", "punched_at", "kind")
    found: dict[int, list[Clocked]] = defaultdict(list)
    for person, key, punched_at, kind in rows.iterator(chunk_size=CHUNK):
        found[person].append(Clocked(key, punched_at, _SIDES[kind]))
    return found


def _away(person_ids: Collection[int], *, first: date, last: date) -> dict[int, list[Away]]:
    """Absences of the days, and the leave since the beginning of the year."""
    rows = Absence.objects.filter(
        Q(day__gte=first) | Q(kind__in=OF_THE_YEAR, day__gte=date(first.year, 1, 1)),
        person_id__in=person_ids,
        state=AbsenceState.APPROVED,
        day__lte=last,
    ).values_list("person_id", "day", "half", "kind")
    found: dict[int, list[Away]] = defaultdict(list)
    for person, day, half, kind in rows.iterator(chunk_size=CHUNK):
        found[person].append(Away(day, _HALVES[half], _KINDS[kind]))
    return found


def _payments(person_ids: Collection[int], *, first: date, last: date) -> dict[int, list[Paid]]:
    rows = RedPacketPayment.objects.standing().filter(
        person_id__in=person_ids, day__gte=first, day__lte=last
    )
    found: dict[int, list[Paid]] = defaultdict(list)
    for person, day, side, paid_at in rows.values_list("person_id", "day", "side", "paid_at"):
        found[person].append(Paid(day, Side(side), paid_at))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone()).astimezone(UTC)
