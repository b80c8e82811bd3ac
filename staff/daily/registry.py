"""What the daily work adds to the shell: notices, the tick's step, navigation and tiles."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal import notices, shell, ticking
from portal import texts as portal_texts
from staff.daily import access, texts
from staff.daily.queries import shifts
from staff.daily.services import reminders
from staff.people.access import Scope
from staff.people.http import StaffRequest


def _when(holds: Callable[[Scope], bool]) -> Callable[[HttpRequest], bool]:
    return lambda request: holds(cast("StaffRequest", request).scope)


def fill() -> None:
    """Make everything known; called once when the app is ready."""
    for kind in texts.KINDS:
        notices.register(kind)
    portal_texts.add_verbs(texts.VERBS)
    ticking.register(
        ticking.Step("daily-reports", run=reminders.remind_due, oldest_due=reminders.oldest_due)
    )
    for page in ("daily", "daily_list", "daily_questions", "daily_shifts"):
        shell.register_page(page, f"staff:{page}")
    shell.register_nav(
        shell.NavEntry(
            label=_("Daily reports"),
            icon="journal-check",
            view="staff:daily",
            prefix="/staff/daily/",
            position=30,
            shown=_when(lambda scope: scope.person_id is not None),
        )
    )
    for title, icon, view, link, position, shown in (
        (_("My daily report"), "journal-check", "tile_daily", "daily", 9, access.may_report),
        (
            _("Reports of the shift"), "journals", "tile_daily_team", "daily_shifts", 17,
            shifts.leads_lately,
        ),
    ):  # fmt: skip
        shell.register_tile(
            shell.Tile(
                title=title,
                icon=icon,
                view=f"staff:{view}",
                link=f"staff:{link}",
                position=position,
                shown=_when(shown),
            )
        )
