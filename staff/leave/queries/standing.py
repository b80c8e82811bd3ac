"""What somebody has off, and the numbers that hold for it, read once for several questions."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from portal.money import Fen
from portal.period import Month
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import SOURCE, LeaveRequest
from staff.leave.policies.balances import Entitlement, employed_in, entitlement
from staff.leave.policies.consequences import Pay, Rules, span_of
from staff.leave.policies.days import Part, leave_half_days, parts_of
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence, Person, Salary
from staff.rulebook import queries as rulebook
from staff.rulebook.queries import Versions


def parts_by_person(
    person_ids: Collection[int], *, first: date, last: date, without: Collection[int] = ()
) -> dict[int, list[Part]]:
    """Return the days off of people in a span, approved or asked for, in two queries.

    Approved days are the absences, whatever wrote them; sick days are no leave. `without` are
    requests that are left out, with the absences that they wrote.
    """
    left_out = {f"{SOURCE}{pk}" for pk in without}
    return {
        person: [part for source, part in found if source not in left_out]
        for person, found in _sourced(person_ids, first=first, last=last).items()
    }


def _sourced(
    person_ids: Collection[int], *, first: date, last: date
) -> dict[int, list[tuple[str, Part]]]:
    """Return the days off of people in a span, each with what wrote it."""
    found: dict[int, list[tuple[str, Part]]] = defaultdict(list)
    absences = Absence.objects.filter(
        person_id__in=person_ids, day__range=(first, last), state=AbsenceState.APPROVED
    ).exclude(kind=AbsenceKind.SICK)
    for person, source, day, half, kind in absences.values_list(
        "person_id", "source", "day", "half", "kind"
    ):
        found[person].append((source, Part(day, Half(half), LeaveKind(kind))))
    waiting = LeaveRequest.objects.touching(first, last).filter(
        person_id__in=person_ids, state=LeaveState.REQUESTED
    )
    for person, pk, start, end, half, kind in waiting.values_list(
        "person_id", "pk", "first_day", "last_day", "half", "kind"
    ):
        days = parts_of(start, end, half=Half(half), kind=LeaveKind(kind), is_open=True)
        found[person] += [(f"{SOURCE}{pk}", part) for part in days if first <= part.day <= last]
    return found


@dataclass(frozen=True)
class Standing:
    """One person with the days off around some months, and the policy of their days."""

    person: Person
    parts: Sequence[Part]
    versions: Versions
    salaries: Sequence[tuple[date, int]] = ()
    _entitled: dict[Month, Entitlement] = field(default_factory=dict)

    def entitled(self, month: Month) -> Entitlement:
        """Return the rest days of a month, as they stand with what is approved."""
        found = self._entitled.get(month)
        if found is None:
            found = self._entitled[month] = entitled_in(
                month, person=self.person, parts=self.parts, versions=self.versions
            )
        return found

    def pay(self, month: Month) -> Pay:
        """Return what a month pays; the base is None where it is not known or not shown."""
        base = next(
            (fen for start, fen in reversed(self.salaries) if start <= month.last_day), None
        )
        employed = employed_in(month, hired_on=self.person.hired_on, left_on=self.person.left_on)
        rules = self.versions.attendance_on(month.last_day)
        return Pay(
            base=None if base is None else Fen(base),
            bonus=rules.full_attendance,
            is_whole_month=employed == month.span,
        )

    @property
    def rules(self) -> Rules:
        return Rules(leave_on=self.versions.leave_on, pay=self.pay, entitled=self.entitled)

    def year_half_days(self, day: date) -> int:
        """Return the limit of leave of a calendar year in the version of a day (LEAVE-6)."""
        return self.versions.leave_on(day).year_half_days


def entitled_in(
    month: Month, *, person: Person, parts: Sequence[Part], versions: Versions
) -> Entitlement:
    """Return the rest days of a month from the days off. Raises NoPolicy before the first."""
    approved = [part for part in parts if not part.is_open]
    return entitlement(
        month,
        rules=versions.leave_on(month.last_day),
        employed=employed_in(month, hired_on=person.hired_on, left_on=person.left_on),
        leave_before=leave_half_days(approved, month.previous()),
    )


def standing_of(
    person: Person,
    *,
    first: date,
    last: date,
    without: Collection[int] = (),
    with_pay: bool = False,
) -> Standing:
    """Return what bears on days of a span: at most four queries.

    The calendar years of the days are read, with a month before and after.
    """
    span = span_of([Month.of(first), Month.of(last)])
    parts = parts_by_person([person.pk], first=span.first_day, last=span.last_day, without=without)
    salaries: list[tuple[date, int]] = []
    if with_pay:
        rows = Salary.objects.filter(person=person).order_by("valid_from")
        salaries = list(rows.values_list("valid_from", "base_fen"))
    return Standing(
        person=person,
        parts=parts.get(person.pk, []),
        versions=rulebook.versions(),
        salaries=salaries,
    )


def standing_without(
    requests: Sequence[LeaveRequest], *, with_pay: Collection[int] = ()
) -> dict[int, Standing]:
    """Return by request what stands beside it: four queries, however many requests.

    The requests come with their people; `with_pay` are people whose base salary is shown.
    """
    if not requests:
        return {}
    span = span_of([Month.of(day) for row in requests for day in (row.first_day, row.last_day)])
    people = {row.person_id for row in requests}
    found = _sourced(people, first=span.first_day, last=span.last_day)
    salaries: dict[int, list[tuple[date, int]]] = defaultdict(list)
    if with_pay:
        rows = Salary.objects.filter(person_id__in=with_pay).order_by("valid_from")
        for person, start, fen in rows.values_list("person_id", "valid_from", "base_fen"):
            salaries[person].append((start, fen))
    versions = rulebook.versions()
    return {
        row.pk: Standing(
            person=row.person,
            parts=[part for source, part in found.get(row.person_id, ()) if source != row.source],
            versions=versions,
            salaries=salaries.get(row.person_id, ()),
        )
        for row in requests
    }


def live_request(
    person_id: int, *, first_day: date, kind: LeaveKind, without: Collection[int] = ()
) -> LeaveRequest | None:
    """Return the request of this kind from that day that is neither refused nor withdrawn."""
    rows = LeaveRequest.objects.live().filter(person_id=person_id, first_day=first_day, kind=kind)
    return rows.exclude(pk__in=without).first()


def sick_by_day(
    person_ids: Collection[int], days: Collection[date]
) -> Mapping[tuple[int, date], list[Absence]]:
    """Return the sick absences of people on days."""
    found: dict[tuple[int, date], list[Absence]] = defaultdict(list)
    rows = Absence.objects.filter(
        Q(state=AbsenceState.APPROVED, kind=AbsenceKind.SICK),
        person_id__in=person_ids,
        day__in=days,
    )
    for row in rows:
        found[row.person_id, row.day].append(row)
    return found
