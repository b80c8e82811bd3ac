"""What the portal itself adds to the shell."""

from datetime import datetime
from typing import cast

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal import accounts, health, notices, robots, shell, tasks, ticking
from portal.mail import reading, takers
from portal.models import User
from portal.transfer import export_runs, uploads

LOOK_AGAIN = 10  # seconds


def _unwell(now: datetime) -> tuple[str, ...]:
    """Return what is not well; a silent database leaves nothing else to ask."""
    failed = health.failed(now)
    return failed if "database" in failed else (*failed, *health.unread_mailboxes(now))


def _banner(request: HttpRequest) -> str:
    """Say what is not well to those who can do something about it.

    Each process looks at most every ten seconds.
    """
    if not shell.reach_of(request).operator:
        return ""
    now = timezone.now()
    failed = cache.get_or_set("kefu:health", lambda: _unwell(now), LOOK_AGAIN)
    return " ".join(str(health.says(name)) for name in failed or ())


def _may_transfer(request: HttpRequest) -> bool:
    user, scope = cast("User", request.user), getattr(request, "scope", None)
    return bool(uploads.importable(user, scope) or uploads.exportable(user, scope))


def _ring_for_imports(now: datetime) -> int:
    """Ring again for imports whose bell was lost, or whose process was killed."""
    waiting = uploads.overdue(now=now)
    for run_id, dry_run in waiting:
        tasks.ring_for(run_id, dry_run=dry_run)
    return len(waiting)


def _ring_for_exports(now: datetime) -> int:
    """Ring again for exports whose bell was lost, or whose process was killed."""
    waiting = export_runs.overdue(now=now)
    for run_id in waiting:
        tasks.write_export.delay(run_id)
    return len(waiting)


def _ring_for_mailboxes(now: datetime) -> int:
    """Ring for each mailbox that is to be read; whoever is first takes the lease."""
    for mailbox_id in reading.due(now=now):
        tasks.read_mailbox.delay(mailbox_id)
    return 0  # the row changes when the reading begins: once a tick is enough


def fill() -> None:
    """Make the portal's own places known; called once when the app is ready."""
    robots.use_bases()
    notices.register(accounts.RESET_KIND)
    notices.register(export_runs.READY_KIND)
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
            label=gettext_lazy("Import & export"),
            icon="arrow-down-up",
            view="portal:transfers",
            prefix="/transfers/",
            position=80,
            shown=_may_transfer,
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
    shell.register_nav(
        shell.NavEntry(
            label=gettext_lazy("Mailboxes"),
            icon="mailbox",
            view="portal:mailboxes",
            prefix="/mailboxes/",
            position=92,
            shown=lambda request: takers.is_open() and shell.reach_of(request).operator,
        )
    )
    shell.register_page("audit", "portal:audit")
    ticking.register(
        ticking.Step(name="imports", run=_ring_for_imports, oldest_due=lambda _now: None)
    )
    ticking.register(
        ticking.Step(name="exports", run=_ring_for_exports, oldest_due=lambda _now: None)
    )
    ticking.register(
        ticking.Step(name="mailboxes", run=_ring_for_mailboxes, oldest_due=lambda _now: None)
    )
