"""Checks of sums: days off, minutes, shifts of a kind, weekends, and the fair share of each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from staff.roster.policies.checks.plan import SATURDAY, Finding, Numbers, Plan, Worker


class _Period(NamedTuple):
    """Days of the plan by index, `[first, stop)`."""

    first: int
    stop: int


def _periods(plan: Plan, numbers: Numbers) -> list[_Period]:
    """Return the month, or the whole weeks from Monday that end in the month."""
    if numbers["period"] == "month":
        return [_Period(plan.start, plan.stop)]
    mondays = [index for index, day in enumerate(plan.days) if day.weekday() == 0]
    return [
        _Period(monday, monday + 7)
        for monday in mondays
        if plan.start <= monday + 6 < plan.stop and monday + 7 <= len(plan.days)
    ]


def _employed(plan: Plan, worker: Worker, period: _Period) -> list[int]:
    return [
        index
        for index in range(period.first, period.stop)
        if worker.first <= plan.days[index] <= worker.last
    ]


def _judge(
    numbers: Numbers, count: int, codes: tuple[str, str]
) -> tuple[str, Mapping[str, int], int] | None:
    """Compare a sum with `least` and `most`; returns code, numbers and how far it is off."""
    least, most = numbers.get("least"), numbers.get("most")
    if least is not None and count < least:
        return codes[0], {"count": count, "least": least}, least - count
    if most is not None and count > most:
        return codes[1], {"count": count, "most": most}, count - most
    return None


def rest_days(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield who has too few or too many days off in a month or week.

    The least is asked only of whoever is employed for the whole period.
    """
    for worker in plan.workers:
        worked = plan.worked[worker.person_id]
        for period in _periods(plan, numbers):
            days = _employed(plan, worker, period)
            if len(days) < period.stop - period.first or worker.is_guest:
                continue
            count = sum(1 for index in days if not worked[index])
            if found := _judge(numbers, count, ("few_rest_days", "many_rest_days")):
                code, params, amount = found
                last = plan.days[period.stop - 1] if numbers["period"] == "week" else None
                yield Finding(code, worker.person_id, last, params=params, amount=amount)


def minutes(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield whose shifts add up to too few or too many minutes in a month or week."""
    for worker in plan.workers:
        row, worked = plan.rows[worker.person_id], plan.worked[worker.person_id]
        for period in _periods(plan, numbers):
            total = sum(
                plan.kinds[turn.shift].minutes
                for index in range(period.first, period.stop)
                if worked[index]
                for turn in row[index]
            )
            if found := _judge(numbers, total, ("few_minutes", "many_minutes")):
                code, params, amount = found
                last = plan.days[period.stop - 1] if numbers["period"] == "week" else None
                hours = (amount + 59) // 60
                yield Finding(code, worker.person_id, last, params=params, amount=hours)


def most_of_shift(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield who has too many shifts of a kind in the month."""
    shift, most = plan.by_code.get(numbers["shift"]), numbers["times"]
    for person, row in plan.rows.items():
        count = sum(
            1
            for index in range(plan.start, plan.stop)
            for turn in row[index]
            if turn.shift == shift
        )
        if count > most:
            yield Finding(
                "many_of_shift",
                person,
                shift=shift,
                params={"count": count, "most": most},
                amount=count - most,
            )


def weekends(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield who works on too many weekends that begin or end in the month."""
    most = numbers["weekends"]
    for person, worked in plan.worked.items():
        count = len(
            {
                plan.days[index].isocalendar()[:2]
                for index in range(plan.start, plan.stop)
                if worked[index] and plan.days[index].weekday() >= SATURDAY
            }
        )
        if count > most:
            yield Finding(
                "many_weekends",
                person,
                params={"count": count, "most": most},
                amount=count - most,
            )


def shares(plan: Plan, of: str) -> dict[int, int]:
    """Return evenings, weekend days or special days of each person in the month."""
    late = {key for key, kind in plan.kinds.items() if kind.is_late}
    month = range(plan.start, plan.stop)
    if of == "evenings":
        return {
            person: sum(
                1
                for index in month
                if worked[index] and any(turn.shift in late for turn in plan.rows[person][index])
            )
            for person, worked in plan.worked.items()
        }
    marked = [
        index
        for index in month
        if (
            plan.days[index] in plan.special
            if of == "special"
            else plan.days[index].weekday() >= SATURDAY
        )
    ]
    return {
        person: sum(1 for index in marked if worked[index])
        for person, worked in plan.worked.items()
    }


def average(values: Sequence[int]) -> int:
    """Return the average in tenths, rounded half up; 0 of nothing."""
    return (sum(values) * 20 // len(values) + 1) // 2 if values else 0


def fair_share(plan: Plan, numbers: Numbers) -> Iterator[Finding]:
    """Yield who has more than `off` above the team's average, with the months before carried.

    Guests of other teams are left out.
    """
    of, off = numbers["of"], numbers["off"]
    now = shares(plan, of)
    sums = {
        worker.person_id: now[worker.person_id] + worker.carried.get(of, 0)
        for worker in plan.workers
        if not worker.is_guest
    }
    middle = average(list(sums.values()))
    for person, count in sums.items():
        if count * 10 > middle + off * 10:
            yield Finding(
                "unfair",
                person,
                params={"of": of, "count": count, "average": middle, "months": numbers["months"]},
                amount=max(1, (count * 10 - middle) // 10 - off),
            )
