"""What the portal itself adds to the shell."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal import health, robots, shell

LOOK_AGAIN = 10  # seconds


def _banner(request: HttpRequest) -> str:
    """Say what is not well to those who can do something about it.

    Each process looks at most every ten seconds.
    """
    if not shell.reach_of(request).operator:
        return ""
    now = timezone.now()
    failed = cache.get_or_set("kefu:health", lambda: health.failed(now), LOOK_AGAIN)
    return " ".join(str(health.says(name)) for name in failed or ())


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
