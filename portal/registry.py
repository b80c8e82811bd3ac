"""What the portal itself adds to the shell."""

from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal import health, robots, shell

LOOK_AGAIN = timedelta(seconds=10)
_seen: dict[str, tuple[datetime, bool]] = {}


def _is_well(now: datetime) -> bool:
    """Look at the health at most every ten seconds in each process."""
    last = _seen.get("health")
    if last is None or now - last[0] > LOOK_AGAIN:
        last = (now, all(check.is_well for check in health.checks(now)))
        _seen["health"] = last
    return last[1]


def _banner(request: HttpRequest) -> str:
    """Say what is not well to those who can do something about it."""
    if not shell.reach_of(request).operator:
        return ""
    now = timezone.now()
    if _is_well(now):
        return ""
    return " ".join(str(check.says) for check in health.checks(now) if not check.is_well)


def fill() -> None:
    """Make the portal's own places known; called once when the app is ready."""
    robots.use_bases()
    shell.register_banner(_banner)
    shell.register_nav(
        shell.NavEntry(
            label=gettext_lazy("Home"),
            icon="house",
            view="portal:home",
            prefix="/",
            position=0,
        )
    )
    shell.register_nav(
        shell.NavEntry(
            label=gettext_lazy("Audit log"),
            icon="journal-text",
            view="portal:audit",
            prefix="/audit/",
            position=90,
        )
    )
    shell.register_nav(
        shell.NavEntry(
            label=gettext_lazy("Undeliverable"),
            icon="send-x",
            view="portal:outbox",
            prefix="/outbox/",
            position=91,
            shown=lambda request: shell.reach_of(request).operator,
        )
    )
