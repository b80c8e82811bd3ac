"""What the daily work adds to the shell: notices, the tick's step, navigation and tiles."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import notices, shell, ticking
from portal import texts as portal_texts
from staff.daily import access, texts
from staff.daily.models import ReportQuestion
from staff.daily.queries import lists, shifts
from staff.daily.services import reminders
from staff.people.access import Scope
from staff.people.enums import Post
from staff.people.registry import scope_of
from staff.rulebook.queries import habits

MOST_SHOWN = 120


def _when(holds: Callable[[Scope], bool]) -> Callable[[HttpRequest], bool]:
    return lambda request: holds(scope_of(request))


def _hands_over(scope: Scope) -> bool:
    """Whoever leads shifts; deputies and supervisors see it on the pages of the shifts."""
    return shifts.leads_lately(scope) and scope.rank <= Post.LEAD.rank


def _find_questions(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """Questions that one sees, by the words of question and answer, for the whole search."""
    scope = scope_of(request)
    visible = ReportQuestion.objects.visible_to(scope).filter(report__state="FILED")
    found = lists.found_questions(visible, {"q": text})
    return [
        shell.Hit(
            title=row.text,
            text=row.answer[:MOST_SHOWN],
            url=reverse("staff:daily_question", args=[row.pk]),
            icon="question-circle",
        )
        for row in lists.question_page(found, start=0, size=most)
    ]


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
    shell.register_finder(
        "daily-questions",
        shell.Finder(label=_("Questions of the reports"), position=40, find=_find_questions),
    )
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
        (
            _("Hand-over list"), "arrow-right-square", "tile_handover", "daily_shifts", 18,
            _hands_over,
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


def fill_habits() -> None:
    """Register the numbers that a department edits."""
    for code, label, default, position in (
        ("remind_before", _("Remind of a missing report before the end of the shift"), 30, 10),
        ("remind_after", _("Remind of a late report after the end of the shift"), 30, 11),
        ("lead_again", _("A lead reminds the same person again after"), 15, 12),
    ):
        habits.register(
            habits.Kind(
                code=f"daily.{code}", label=label, unit=habits.MINUTES, default=default, least=1,
                most=240, position=position,
            )
        )  # fmt: skip
