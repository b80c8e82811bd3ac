"""Running numbers of a service day; each is given once, whoever asks at the same moment."""

from datetime import date

from django.db import transaction
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
