"""Running numbers of a service day; each is given once, whoever asks at the same moment."""

from collections.abc import Mapping
from datetime import date

from django.db import connection, transaction
from django.db.models import F

from complaints.models import NumberSeries
from complaints.policies.numbers import case_number


@transaction.atomic
def take(letter: str, *, day: date, count: int = 1) -> list[str]:
    """Return `count` new numbers of a service day, in order. Gaps stay when a caller fails."""
    NumberSeries.objects.bulk_create([NumberSeries(letter=letter, day=day)], ignore_conflicts=True)
    series = NumberSeries.objects.filter(letter=letter, day=day)
    series.update(last=F("last") + count)
    last = series.values_list("last", flat=True).get()
    return [
        case_number(letter, day=day, running=running)
        for running in range(last - count + 1, last + 1)
    ]


@transaction.atomic
def take_many(letter: str, *, counts: Mapping[date, int]) -> dict[date, list[str]]:
    """Return new numbers of many service days at once, in two statements."""
    if not counts:
        return {}
    days = sorted(counts)  # in one order, so that two imports never wait for each other in a ring
    table = NumberSeries._meta.db_table
    places = ", ".join(["(%s, %s, %s)"] * len(days))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (letter, day, last) VALUES {places}"  # noqa: S608 -- a name and places of our own
            f" ON CONFLICT (letter, day) DO UPDATE SET last = {table}.last + excluded.last",
            [value for day in days for value in (letter, day, counts[day])],
        )
    series = NumberSeries.objects.filter(letter=letter, day__in=days)
    last = dict(series.values_list("day", "last"))
    return {
        day: [
            case_number(letter, day=day, running=running)
            for running in range(last[day] - count + 1, last[day] + 1)
        ]
        for day, count in counts.items()
    }
