"""Whether the requests of a file fit beside each other and what is stored.

They are taken in the order in which they were asked for, as they were by hand: so the order of the
rows in a file, or of files, does not matter.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from portal.period import Month
from staff.leave.enums import LeaveKind, LeaveState
from staff.leave.models import LeaveRequest
from staff.leave.policies import asking
from staff.leave.policies.asking import Refusal
from staff.leave.policies.balances import Entitlement, employed_in, entitlement
from staff.leave.policies.days import Part, excess, parts_of
from staff.people.enums import AbsenceKind, AbsenceState, Half
from staff.people.models import Absence
from staff.rulebook.queries import NoPolicy, Versions

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """A request by its days. `row` is 0 for a stored one, `is_new` what the rules must allow."""

    row: int
    pk: int | None
    person_id: int
    kind: LeaveKind
    first_day: date
    last_day: date
    half: Half
    asked_at: datetime
    state: LeaveState
    is_new: bool = False

    @property
    def parts(self) -> list[Part]:
        return parts_of(
            self.first_day, self.last_day, half=self.half, kind=self.kind,
            is_open=self.state == LeaveState.REQUESTED,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Employment:
    hired_on: date
    left_on: date | None


def stored_entries(person_ids: Collection[int]) -> dict[int, list[Entry]]:
    """Return what stands for people: live requests, and absences that no request wrote."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for entry in _stored(sorted(person_ids)):
        found[entry.person_id].append(entry)
    return found


def _stored(person_ids: Sequence[int]) -> Iterator[Entry]:
    for start in range(0, len(person_ids), AT_ONCE):
        some = person_ids[start : start + AT_ONCE]
        for row in (
            LeaveRequest.objects.live()
            .filter(person_id__in=some)
            .values_list(
                "pk", "person_id", "kind", "first_day", "last_day", "half", "asked_at", "state"
            )
        ):
            pk, person, kind, first, last, half, asked_at, state = row
            yield Entry(
                0, pk, person, LeaveKind(kind), first, last, Half(half), asked_at,
                LeaveState(state),
            )  # fmt: skip
        absences = Absence.objects.filter(person_id__in=some, state=AbsenceState.APPROVED).exclude(
            kind=AbsenceKind.SICK
        )
        for person, kind, day, half, at in absences.exclude(
            source__startswith="leave:"
        ).values_list("person_id", "kind", "day", "half", "recorded_at"):
            yield Entry(
                0, None, person, LeaveKind(kind), day, day, Half(half), at, LeaveState.APPROVED
            )


@dataclass
class Beside:
    """The days off of one person as they are taken in, found by day and by month."""

    employment: Employment
    versions: Versions
    by_day: dict[date, list[Part]] = field(default_factory=lambda: defaultdict(list))
    rest: dict[Month, int] = field(default_factory=lambda: defaultdict(int))
    leave: dict[Month, list[tuple[datetime, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    starts: set[tuple[date, LeaveKind]] = field(default_factory=set)

    def take(self, entry: Entry) -> None:
        """Let an entry stand."""
        if entry.pk is not None or entry.row:
            self.starts.add((entry.first_day, entry.kind))
        for part in entry.parts:
            self.by_day[part.day].append(part)
            if part.is_open:
                continue
            month = Month.of(part.day)
            if part.is_rest:
                self.rest[month] += part.half_days
            else:
                self.leave[month].append((entry.asked_at, part.half_days))

    def refusal(self, entry: Entry) -> Refusal | None:
        """Return why an entry does not fit beside what stands."""
        asked = entry.parts
        near = [part for each in asked for part in self.by_day.get(each.day, ())]
        if found := asking.why_clash(asked, near):
            return found
        if (entry.first_day, entry.kind) in self.starts:
            params = {"day": entry.first_day.isoformat(), "kind": str(entry.kind)}
            return Refusal("same_day", "LEAVE-1", params)
        return self._why_no_rest(entry, asked)

    def _why_no_rest(self, entry: Entry, asked: Sequence[Part]) -> Refusal | None:
        if entry.kind != LeaveKind.REST:
            return None
        taken = [
            Part(month.first_day, half, LeaveKind.REST)
            for month in {Month.of(part.day) for part in asked}
            for half in self._as_parts(month)
        ]
        try:
            return asking.why_no_rest_left(
                asked, taken, entitled=lambda month: self._entitled(month, entry.asked_at)
            )
        except NoPolicy:
            return Refusal("no_policy", "")

    def _as_parts(self, month: Month) -> list[Half]:
        whole, half = divmod(self.rest[month], 2)
        return [Half.WHOLE] * whole + [Half.FIRST] * half

    def _entitled(self, month: Month, asked_at: datetime) -> Entitlement:
        """Return the rest days of a month as they stood when the request was made."""
        employed = employed_in(
            month, hired_on=self.employment.hired_on, left_on=self.employment.left_on
        )
        before = self.leave.get(month.previous(), [])
        return entitlement(
            month,
            rules=self.versions.leave_on(month.last_day),
            employed=employed,
            leave_before=sum(count for at, count in before if at <= asked_at),
        )


def misfits(
    entries: Sequence[Entry], stored: Sequence[Entry], *, beside: Beside
) -> list[tuple[int, Refusal]]:
    """Return the rows of one person that do not fit, with the reason.

    Stored requests that the file speaks of count as the file has them.
    """
    spoken_of = {entry.pk for entry in entries if entry.pk}
    for entry in stored:
        if entry.pk is None or entry.pk not in spoken_of:
            beside.take(entry)
    for entry in entries:
        if not entry.is_new and entry.state in {LeaveState.REQUESTED, LeaveState.APPROVED}:
            beside.take(entry)
    found: list[tuple[int, Refusal]] = []
    for entry in sorted(
        (each for each in entries if each.is_new),
        key=lambda each: (each.asked_at.astimezone(UTC), each.first_day, each.kind),
    ):
        refusal = beside.refusal(entry)
        if refusal:
            found.append((entry.row, refusal))
        else:
            beside.take(entry)
    return found


def over_the_year(entries: Iterable[Entry], versions: Versions) -> dict[int, int]:
    """Return the half days past the year's leave by the row that brings them (LEAVE-6)."""
    row_of: dict[Part, int] = {}
    for entry in entries:
        if entry.state == LeaveState.APPROVED:
            row_of |= dict.fromkeys(entry.parts, entry.row)
    found: dict[int, int] = defaultdict(int)
    try:
        beyond = excess(
            list(row_of), year_half_days=lambda day: versions.leave_on(day).year_half_days
        )
    except NoPolicy:
        return {}
    for part, half_days in beyond.items():
        found[row_of[part]] += half_days
    return {row: count for row, count in found.items() if row}
