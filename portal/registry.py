"""What the portal itself adds to the shell."""

from datetime import datetime
from typing import cast

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from portal import (
    accounts,
    choices,
    figures,
    health,
    notices,
    piles,
    robots,
    shell,
    tasks,
    ticking,
    weekly,
)
from portal.enums import WayMode
from portal.mail import reading, takers
from portal.models import Mailbox, Robot, User
from portal.piles import Stack
from portal.privacy import own, retaining
from portal.setup import items
from portal.setup.items import Item, Progress, Way
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
    notices.register(weekly.DIGEST)
    for topic in (
        choices.Topic(
            code="week",
            label=gettext_lazy("Weekly digest"),
            prefixes=("week",),
            position=5,
            mail=WayMode.OFFERED,
        ),
        choices.Topic(
            code="exports", label=gettext_lazy("Exports"), prefixes=("export",), position=90
        ),
    ):
        choices.register_topic(topic)
    ticking.register(ticking.Step(name="week", run=weekly.send_due, oldest_due=lambda _now: None))
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
            label=gettext_lazy("Dashboard"),
            icon="bar-chart",
            view="portal:figures",
            prefix="/figures/",
            position=58,
            shown=lambda request: bool(figures.seen_by(getattr(request, "scope", None))),
        )
    )
    shell.register_page("figures", "portal:figures")
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
    shell.register_nav(
        shell.NavEntry(
            label=gettext_lazy("Privacy"),
            icon="person-lock",
            view="portal:privacy",
            prefix="/privacy/",
            position=88,
            shown=own.may_open,
        )
    )
    shell.register_nav(
        shell.NavEntry(
            label=gettext_lazy("Webhooks"),
            icon="broadcast",
            view="portal:webhooks",
            prefix="/webhooks/",
            position=93,
            shown=lambda request: shell.reach_of(request).operator,
        )
    )
    _fill_home()
    _fill_setup()
    shell.register_page("audit", "portal:audit")
    ticking.register(
        ticking.Step(name="retention", run=retaining.step, oldest_due=lambda _now: None)
    )
    ticking.register(
        ticking.Step(name="imports", run=_ring_for_imports, oldest_due=lambda _now: None)
    )
    ticking.register(
        ticking.Step(name="exports", run=_ring_for_exports, oldest_due=lambda _now: None)
    )
    ticking.register(
        ticking.Step(name="mailboxes", run=_ring_for_mailboxes, oldest_due=lambda _now: None)
    )


def _fill_home() -> None:
    """What waits, of all rooms, and the figures of the month, as parts of the home page."""
    shell.register_tile(
        shell.Tile(
            title=gettext_lazy("What is not set up yet"),
            icon="list-check",
            view="portal:setup_tile",
            link="portal:setup",
            position=1,
            shown=lambda request: items.may_set_up(request) and not items.put_away(),
        )
    )
    shell.register_tile(
        shell.Tile(
            title=gettext_lazy("This month against the last"),
            icon="bar-chart",
            view="portal:tile_figures",
            link="portal:figures",
            position=6,
            shown=lambda request: (
                shell.reach_of(request).operator
                and any(one.on_home for one in figures.seen_by(getattr(request, "scope", None)))
            ),
        )
    )
    for stack, icon, position in ((Stack.DECIDE, "check2-square", 3), (Stack.OPEN, "stack", 50)):
        shell.register_tile(
            shell.Tile(
                title=piles.TITLES[stack],
                icon=icon,
                view=f"portal:tile_{stack.value}",
                link=piles.VIEWS[stack],
                position=position,
                shown=lambda request, stack=stack: piles.concerns(request, stack),  # type: ignore[misc]  # the default binds the loop's value
            )
        )


def _fill_setup() -> None:
    """What belongs on the check-list of a new department."""
    items.register(
        Item(
            code="robots",
            title=gettext_lazy("Group robots"),
            purpose=gettext_lazy(
                "Reminders that nobody answered are posted to the team's group in DingTalk, WeCom"
                " or Feishu (FUP-3). A team is then given its robot."
            ),
            position=410,
            look=lambda request: Progress(
                there=Robot.objects.filter(is_active=True).count()
                if cast("User", request.user).is_superuser
                else len(shell.reach_of(request).robot_ids)
            ),
            ways=lambda _request: (
                Way(label=gettext_lazy("Add a robot"), url=reverse("admin:portal_robot_add")),
                Way(
                    label=gettext_lazy("Give it to a team"),
                    url=reverse("admin:staff_team_changelist"),
                ),
            ),
            needs=("teams",),
        )
    )
    items.register(
        Item(
            code="notices",
            title=gettext_lazy("Notices by mail and robot"),
            purpose=gettext_lazy(
                "Which notices leave the portal, when the weekly digest comes, and the words that"
                " messages carry besides."
            ),
            position=415,
            look=lambda _request: Progress(there=len(choices.topics())),
            ways=lambda _request: (
                Way(
                    label=gettext_lazy("What the department allows"),
                    url=reverse("portal:notice_rules"),
                ),
                Way(
                    label=gettext_lazy("Words of the department"),
                    url=reverse("portal:notice_words"),
                ),
            ),
            kinds=("portal.channelrule", "portal.digestplan", "portal.ownwords"),
            verbs=(
                "notices.rule_changed",
                "notices.plan_changed",
                "notices.words_changed",
            ),
        )
    )
    items.register(
        Item(
            code="mailbox",
            title=gettext_lazy("A mailbox that customers write to"),
            purpose=gettext_lazy("Mails become feedback by themselves, a thread one item (FBK-1)."),
            position=420,
            look=lambda _request: Progress(there=Mailbox.objects.filter(is_active=True).count()),
            ways=lambda _request: (
                Way(label=gettext_lazy("Add a mailbox"), url=reverse("portal:mailbox_new")),
            ),
        )
    )
