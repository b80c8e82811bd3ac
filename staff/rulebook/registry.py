"""What higher rooms tell about the policy: which of their lines used a rule.

They register from `staff/registry.py`; a page that asks hands over its scope, and a provider counts
only what that scope may see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime


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
