"""What higher rooms tell about the policy: which of their lines used a rule, what a month pays.

They register from `staff/registry.py`; a page that asks hands over its scope, and a provider counts
only what that scope may see.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.money import Fen
from portal.period import Month
from staff.rulebook.models import Policy


@dataclass(frozen=True, kw_only=True)
class Used:
    """How many lines used a rule, and the page that lists them."""

    count: int
    url: str


Provider = Callable[[date, date, object, datetime], Mapping[str, Used]]
"""`(first, last, scope, now)` -> uses by rule, such as `ATT-2`; both days are included."""

_providers: dict[str, Provider] = {}


def register_uses(name: str, provider: Provider) -> None:
    """Add a source of uses; called when the app is ready."""
    _providers[name] = provider


def uses(first: date, last: date, scope: object, now: datetime) -> dict[str, Used]:
    """Return the uses of each rule in a span of days, of all sources.

    Where two sources know the same rule, the numbers add up and the first one's page is shown.
    """
    found: dict[str, Used] = {}
    for provider in _providers.values():
        for rule, used in provider(first, last, scope, now).items():
            known = found.get(rule)
            found[rule] = Used(
                count=used.count + (known.count if known else 0),
                url=known.url if known else used.url,
            )
    return found


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What lines of a rule come to over all people: by the real numbers, and by others."""

    rule: str
    before: Fen
    after: Fen


@dataclass(frozen=True, kw_only=True)
class Pay:
    """A month's money under other numbers; pairs are by the real numbers and by the others.

    `payroll` is what is paid out, `packets` the red packets, below zero; `changed` the number of
    people whose pay differs.
    """

    sums: tuple[Sum, ...]
    payroll: tuple[Fen, Fen]
    packets: tuple[Fen, Fen]
    changed: int


PayProvider = Callable[[Collection[int], Month, Policy, datetime], Pay]
"""`(person_ids, month, policy, now)` -> the money of these people's month; writes nothing."""

_pay: list[PayProvider] = []


def register_pay(provider: PayProvider) -> None:
    """Say who knows what a month comes to in money; called when the app is ready."""
    _pay[:] = [provider]


def pay(person_ids: Collection[int], month: Month, policy: Policy, now: datetime) -> Pay | None:
    """Return the money of a month under other numbers; None where nobody knows it."""
    return _pay[0](person_ids, month, policy, now) if _pay else None
