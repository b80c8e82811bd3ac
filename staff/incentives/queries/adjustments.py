"""Decided amounts as the settlement takes them, and where the decision behind one is seen."""

from collections import defaultdict
from collections.abc import Callable, Collection

from portal.money import Fen
from portal.period import DaySpan
from staff.incentives.models import Adjustment
from staff.incentives.policies.values import Adjusted

_pages: dict[str, Callable[[str], str]] = {}


def of_people(person_ids: Collection[int], *, days: DaySpan) -> dict[int, list[Adjusted]]:
    """Return the amounts that stand, by person, in one query."""
    rows = Adjustment.objects.standing().filter(
        person_id__in=person_ids, day__gte=days.first_day, day__lte=days.last_day
    )
    found: dict[int, list[Adjusted]] = defaultdict(list)
    for person_id, source, rule, day, fen in rows.order_by("day", "source").values_list(
        "person_id", "source", "rule", "day", "amount_fen"
    ):
        found[person_id].append(Adjusted(source=source, rule=rule, day=day, amount=Fen(fen)))
    return found


def register_page(kind: str, page: Callable[[str], str]) -> None:
    """Say where decisions of a kind are seen: `page` makes the address from the decision's key."""
    _pages[kind] = page


def page_of(source: str) -> str:
    """Return the address of the decision behind an amount; empty where none is known."""
    kind, _sep, rest = source.partition(":")
    page = _pages.get(kind)
    return page(rest.partition(":")[0]) if page else ""
