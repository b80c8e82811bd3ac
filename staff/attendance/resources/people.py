"""Who a row is about, and whether whoever imports may say something about them."""

from collections.abc import Iterable

from staff.people.access import Scope
from staff.people.models import Person


def by_number(numbers: Iterable[str]) -> dict[str, int]:
    people = Person.objects.filter(number__in=set(numbers))
    return dict(people.values_list("number", "pk"))


def may_bring(scope: Scope | None, person_id: int) -> bool:
    """Punches of the people below and one's own: a report of DingTalk holds both.

    The command line may everything.
    """
    return scope is None or person_id == scope.person_id or person_id in scope.below_ids


def may_decide(scope: Scope | None, person_id: int) -> bool:
    """Make-ups and payments of the people below; nobody decides their own."""
    return scope is None or person_id in scope.below_ids
