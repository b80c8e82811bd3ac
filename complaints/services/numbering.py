"""Running numbers of a service day; each is given once, whoever asks at the same moment."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Case, F, IntegerField, Value, When

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
    """Return new numbers of many service days at once, in three statements."""
    if not counts:
        return {}
    days = sorted(counts)  # in one order, so that two imports never wait for each other in a ring
    NumberSeries.objects.bulk_create(
        [NumberSeries(letter=letter, day=day) for day in days], ignore_conflicts=True
    )
    series = NumberSeries.objects.filter(letter=letter, day__in=days)
    list(series.select_for_update().order_by("day").values_list("pk"))
    series.update(
        last=F("last")
        + Case(
            *(When(day=day, then=Value(count)) for day, count in counts.items()),
            output_field=IntegerField(),
        )
    )
    last = dict(series.values_list("day", "last"))
    return {
        day: [
            case_number(letter, day=day, running=running)
            for running in range(last[day] - count + 1, last[day] + 1)
        ]
        for day, count in counts.items()
    }
