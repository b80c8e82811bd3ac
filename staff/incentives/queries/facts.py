"""The facts that a month is settled from, read for many people at once."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar

from django.db.models import Q
from django.utils import timezone

from portal.money import Fen
from portal.period import DaySpan, Month
from staff.attendance.policies.absences import OF_THE_YEAR
from staff.attendance.policies.redpackets import WEEK
from staff.attendance.policies.values import Clocked, Planned, Record
from staff.attendance.queries.records import AROUND, DAY, counts_before, evidence, near
from staff.incentives.models import Adjustment
from staff.incentives.policies.values import Facts, Numbers, PayRules
from staff.incentives.queries import adjustments
from staff.people.models import Person, Salary
from staff.rulebook.models import Policy
from staff.rulebook.queries import Versions

PEOPLE_AT_ONCE = 170
R = TypeVar("R")
K = TypeVar("K", date, datetime)


def pay_rules(policy: Policy) -> PayRules:
    """Return the numbers of INC-6 and INC-9 as values; also of a version that is not saved."""
    return PayRules(
        valid_from=policy.valid_from,
        dispute_days=policy.dispute_days,
        cap_percent=policy.deduction_cap_percent,
        least=Fen(policy.least_pay_fen),
        warning_percent=policy.deduction_warning_percent,
    )


def numbers_of(versions: Versions) -> Numbers:
    """Return the numbers by day. They raise NoPolicy before the first version."""
    made: dict[date, PayRules] = {}

    def pay_on(day: date) -> PayRules:
        policy = versions.on(day)
        if policy.valid_from not in made:
            made[policy.valid_from] = pay_rules(policy)
        return made[policy.valid_from]

    return Numbers(attendance_on=versions.attendance_on, leave_on=versions.leave_on, pay_on=pay_on)


@dataclass(frozen=True, slots=True)
class Someone:
    """A person with the base salaries, in the order of their first days."""

    pk: int
    number: str
    name: str
    hired_on: date
    left_on: date | None
    salaries: Sequence[tuple[date, Fen]] = ()

    def base_in(self, month: Month) -> Fen:
        """Return the monthly salary of a month; 0 where none is known (ORG-3)."""
        found = bisect_right(self.salaries, month.last_day, key=lambda row: row[0])
        return self.salaries[found - 1][1] if found else Fen(0)


def people_of(months: Sequence[Month], *, also: Collection[int] = ()) -> list[Someone]:
    """Return by number whom these months may concern, in two queries.

    Those employed in one of them, those who left so shortly before that a red packet may still be
    doubled, those for whom an amount was decided, and `also` whoever has lines already.
    """
    first, last = min(months).first_day, max(months).last_day
    employed = Q(hired_on__lte=last) & (Q(left_on=None) | Q(left_on__gte=first - 2 * WEEK))
    decided = Adjustment.objects.filter(day__gte=first, day__lte=last).values("person_id")
    found = employed | Q(pk__in=decided)
    return _people(found | Q(pk__in=also) if also else found)


def chosen(person_ids: Collection[int]) -> list[Someone]:
    """Return people by number, in two queries."""
    return _people(Q(pk__in=person_ids))


def _people(wanted: Q) -> list[Someone]:
    rows = Person.objects.filter(wanted)
    people = list(rows.values_list("pk", "number", "name", "hired_on", "left_on"))
    people.sort(key=lambda row: row[1])  # not the database's order, which may be a language's
    salaries: dict[int, list[tuple[date, Fen]]] = defaultdict(list)
    paid = Salary.objects.filter(person__in=rows.values("pk")).order_by("valid_from")
    for pk, since, fen in paid.values_list("person_id", "valid_from", "base_fen"):
        salaries[pk].append((since, Fen(fen)))
    return [Someone(*row, salaries.get(row[0], ())) for row in people]


def in_batches(people: Sequence[Someone]) -> Iterator[Sequence[Someone]]:
    """Give the people a batch at a time: what is read of one batch is forgotten before the next."""
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        yield people[start : start + PEOPLE_AT_ONCE]


class Reading:
    """All that is known of a batch of people for some months in a row, read in six queries."""

    def __init__(self, people: Sequence[Someone], months: Sequence[Month]) -> None:
        span = DaySpan(min(months).first_day, max(months).last_day)
        read = evidence([one.pk for one in people], span=span)
        self._records = {pk: _in_order(record) for pk, record in read.records.items()}
        self._paid = read.payments
        self._adjusted = adjustments.of_people([one.pk for one in people], days=span)
        self._zone = timezone.get_default_timezone()

    def facts(self, one: Someone, month: Month) -> Facts:
        """Return what bears on a month: the same, however many months were read."""
        first, last = month.previous().first_day, month.last_day
        return Facts(
            month=month,
            hired_on=one.hired_on,
            left_on=one.left_on,
            base=one.base_in(month),
            record=self._sliced(self._records.get(one.pk), month),
            paid=[row for row in self._paid.get(one.pk, ()) if first <= row.day <= last],
            adjusted=[row for row in self._adjusted.get(one.pk, ()) if month.contains(row.day)],
        )

    def _sliced(self, record: Record | None, month: Month) -> Record:
        if record is None:
            return Record()
        first, last = month.previous().first_day, month.last_day
        makeups = [row for row in record.makeups if first <= row.day <= last]
        since = first if counts_before(makeups, month.first_day) else near(month.first_day)
        shifts = _between(record.shifts, _day_of, since - AROUND, last + AROUND + DAY)
        start, end = (
            datetime.combine(day, time.min, self._zone) for day in (since - DAY, last + 3 * DAY)
        )
        return Record(
            shifts,
            _between(record.punches, _moment_of, start, end),
            makeups,
            [
                row
                for row in record.away
                if (first - AROUND if row.kind not in OF_THE_YEAR else _from(month)) <= row.day
                and row.day <= last + AROUND
            ],
        )


def _from(month: Month) -> date:
    """The first day whose leave bears on a month: of its year, or of the month before."""
    return min(date(month.year, 1, 1), month.previous().first_day)


def _day_of(row: Planned) -> date:
    return row.day


def _moment_of(row: Clocked) -> datetime:
    return row.at


def _in_order(record: Record) -> Record:
    return Record(
        sorted(record.shifts, key=_day_of),
        sorted(record.punches, key=_moment_of),
        record.makeups,
        record.away,
    )


def _between(rows: Sequence[R], key: Callable[[R], K], start: K, end: K) -> Sequence[R]:
    """Return the rows of `[start, end)` of those in order."""
    return rows[bisect_left(rows, start, key=key) : bisect_left(rows, end, key=key)]
