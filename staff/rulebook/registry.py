"""What higher rooms tell about the policy: which of their lines used a rule, what a month pays.

They register from `staff/registry.py`; a page that asks hands over its scope, and a provider counts
only what that scope may see.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.money import Fen
from portal.period import Month
from portal.setup import items
from portal.setup.items import Item, Progress, Way
from staff.rulebook.models import Calendar, CalendarDay, Policy
from staff.rulebook.queries import habits


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


def fill() -> None:
    """Register what belongs on the check-list of a new department."""
    items.register(
        Item(
            code="policy",
            title=_("Policy"),
            purpose=_(
                "Every number of the house rules, from a day on. The defaults are those of the"
                " house rules; look whether they fit."
            ),
            position=100,
            look=lambda _request: Progress(there=Policy.objects.count()),
            ways=lambda _request: (
                Way(label=_("Read the policy"), url=reverse("staff:policy")),
                Way(label=_("Write a new version"), url=reverse("staff:policy_new")),
            ),
            kinds=("staff.policy",),
            verbs=("policy.added", "policy.changed"),
        )
    )
    items.register(
        Item(
            code="habits",
            title=_("Numbers of daily work"),
            purpose=_("When the portal reminds of reports, handbook entries and house rules."),
            position=102,
            look=lambda _request: Progress(there=len(habits.kinds())),
            ways=lambda _request: (
                Way(label=_("Look at the numbers"), url=reverse("staff:habits")),
            ),
            kinds=("staff.habit",),
            verbs=("habit.changed",),
        )
    )
    items.register(
        Item(
            code="calendars",
            title=_("Calendars and holidays"),
            purpose=_(
                "Deadlines count in the working time of whoever must act: the desk, the warehouse,"
                " other departments (SHIFT-5)."
            ),
            position=105,
            look=lambda _request: Progress(
                there=Calendar.objects.count() and CalendarDay.objects.count()
            ),
            ways=lambda _request: (
                Way(label=_("Fill in the holidays of a year"), url=reverse("staff:calendars")),
                Way(label=_("Add a calendar"), url=reverse("admin:staff_calendar_add")),
            ),
        )
    )
