"""What the handbook adds to the shell: navigation, search, notices, steps of the tick."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import notices, piles, shell, ticking
from portal import texts as portal_texts
from portal.piles import Matter, Stack
from portal.setup import items
from portal.setup.items import Item, Progress, Way
from staff.handbook.models import Article
from staff.handbook.queries import articles as queries
from staff.handbook.queries import plans
from staff.handbook.services import announcements, articles, rules, runs, training
from staff.handbook.texts import announcements as announcement_texts
from staff.handbook.texts import articles as texts
from staff.handbook.texts import plans as plan_texts
from staff.handbook.texts import rules as rule_texts
from staff.handbook.texts import training as training_texts
from staff.people.registry import LIST, is_person, scope_of
from staff.rulebook.queries import habits

HANDBOOK = "handbook"
MOST_SHOWN = 60


def fill() -> None:
    """Make the handbook's places known; called once when the app is ready."""
    for found in (texts, announcement_texts, plan_texts, rule_texts, training_texts):
        portal_texts.add_verbs(found.VERBS)
        for kind in found.KINDS:
            notices.register(kind)
    ticking.register(
        ticking.Step("articles", run=articles.remind_due, oldest_due=articles.oldest_due)
    )
    ticking.register(
        ticking.Step(
            "announcements", run=announcements.act_due, oldest_due=announcements.oldest_due
        )
    )
    ticking.register(ticking.Step("rules", run=rules.act_due, oldest_due=rules.oldest_due))
    ticking.register(
        ticking.Step("training", run=training.remind_due, oldest_due=training.oldest_due)
    )
    ticking.register(ticking.Step("plans", run=runs.act_due, oldest_due=runs.oldest_due))
    shell.register_page("courses", "staff:courses")
    shell.register_page("plans", "staff:plans")
    shell.register_page("plan_runs", "staff:plan_runs")
    piles.register(
        piles.Source(code="plans", stack=Stack.OPEN, position=5, shown=is_person, read=_plans)
    )
    shell.register_tile(
        shell.Tile(
            title=_("News"),
            icon="megaphone",
            view="staff:tile_announcements",
            link="staff:announcements",
            position=4,
            shown=is_person,
        )
    )
    shell.register_page("announcements", "staff:announcements")
    shell.register_page(HANDBOOK, "staff:handbook")
    shell.register_nav(
        shell.NavEntry(
            label=_("Handbook"),
            icon="journal-bookmark",
            view="staff:handbook",
            prefix="/staff/handbook/",
            position=35,
            shown=is_person,
        )
    )
    shell.register_finder(HANDBOOK, shell.Finder(label=_("Handbook"), position=25, find=_find))


RUNNING = piles.Kind(label=_("Emergencies"), icon="life-preserver", view="staff:plan_runs")


def _plans(request: HttpRequest, most: int) -> Sequence[Matter]:
    """Return one's own open tasks of triggered plans, and the plans that run, in one query."""
    running, own = plans.running(scope_of(request))
    now = timezone.now()
    tasks = [
        Matter(
            kind=RUNNING,
            text=task.what[:MOST_SHOWN],
            url=f"{reverse('staff:plan_run', args=[task.run_id])}#task-{task.id}",
            since=task.due_at,
            late=task.due_at < now,
        )
        for task in own
    ]
    busy = {task.run_id for task in own}
    others = [
        Matter(
            kind=RUNNING,
            text=f"{row.title} {row.done}/{row.tasks}",
            url=reverse("staff:plan_run", args=[row.id]),
            since=timezone.localdate(row.since),
        )
        for row in running
        if row.id not in busy
    ]
    return [*tasks, *others][:most]


def _find(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """Articles that fit a search of the whole portal."""
    visible = Article.objects.visible_to(scope_of(request)).live()
    found = queries.search(visible, text)
    if found.nearest:
        return []
    return [
        shell.Hit(
            title=texts.shown(row.title_zh, row.title_en),
            text=texts.excerpt(texts.shown(row.text_zh, row.text_en), queries.EXCERPT),
            url=reverse("staff:article", args=[row.id]),
            icon="journal-bookmark",
        )
        for row in queries.rows_of(found.articles, start=0, size=most)
    ]


def fill_setup() -> None:
    """Register what belongs on the check-list of a new department."""
    items.register(
        Item(
            code="handbook",
            title=_("Scripts and product knowledge"),
            purpose=_("Answers worth keeping, found by all while they serve customers (DAY-4)."),
            position=330,
            look=lambda request: Progress(
                there=Article.objects.visible_to(scope_of(request)).count()
            ),
            ways=lambda _request: (
                Way(label=_("Write an entry"), url=reverse("staff:article_new")),
                Way(label=LIST, url=reverse("staff:handbook")),
            ),
            shown=is_person,
        )
    )


def fill_habits() -> None:
    """Register the numbers that a department edits."""
    for code, label, unit, default, most, position in (
        (
            "articles.check_again",
            _("A handbook entry is checked again after"),
            habits.DAYS, 90, 366, 20,
        ),
        (
            "announcements.lasts",
            _("An announcement holds, unless told otherwise"),
            habits.DAYS, 14, 366, 21,
        ),
        (
            "announcements.chiefs_from",
            _("From which reminder on the chiefs hear of an unread announcement"),
            habits.TIMES, 2, 20, 22,
        ),
        (
            "rules.remind_every",
            _("Remind of house rules that are not confirmed every"),
            habits.DAYS, 7, 60, 23,
        ),
        ("plans.up_after", _("A late task of a plan goes up after"), habits.MINUTES, 30, 1440, 24),
    ):  # fmt: skip
        habits.register(
            habits.Kind(
                code=code, label=label, unit=unit, default=default, least=1, most=most,
                position=position,
            )
        )  # fmt: skip
