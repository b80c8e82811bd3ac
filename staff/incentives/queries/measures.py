"""The registry of measures: who reads the rows of each, and what it means.

The part of the portal that holds the facts of a measure registers its reader from its
`registry.py`. A measure without one is read from what was written down for it with
`services.measures.record_measure`; where nothing was, it has no data.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise

from staff.incentives.enums import Measure
from staff.incentives.models import Measurement
from staff.incentives.policies.targets import MeasuredValue


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The rows wanted: of any of these people or stores, from `since` on and before `until`."""

    person_ids: Collection[int]
    store_ids: Collection[int]
    since: datetime
    until: datetime

    @property
    def of_somebody(self) -> Q:
        """The condition for a table with `person_id` and `store_id`."""
        return Q(person_id__in=self.person_ids) | Q(store_id__in=self.store_ids)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a measure comes from. `definition` is printed beside the figure."""

    definition: Promise
    read: Callable[[Asked], Iterable[MeasuredValue]]


_sources: dict[Measure, Source] = {}


def register(measure: Measure, source: Source) -> None:
    """Let an app bring the facts of a measure; called when the app is ready."""
    _sources[measure] = source


def source_of(measure: Measure) -> Source | None:
    return _sources.get(measure)


def rows_of(measure: Measure, asked: Asked) -> list[MeasuredValue]:
    """Return the rows of a measure in one query, by moment and key."""
    source = source_of(measure)
    found = source.read(asked) if source else written(measure, asked)
    return sorted(found, key=lambda row: (row.at, row.key))


def written(measure: Measure, asked: Asked) -> Iterable[MeasuredValue]:
    """Return the rows that were written down for a measure."""
    rows = Measurement.objects.filter(
        asked.of_somebody, measure=measure, at__gte=asked.since, at__lt=asked.until
    )
    names = ("key", "at", "value", "weight", "person_id", "store_id", "url")
    return (MeasuredValue(**row) for row in rows.values(*names))
