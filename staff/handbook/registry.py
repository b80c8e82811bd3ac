"""What the handbook adds to the shell: navigation, search, notices, steps of the tick."""

from typing import cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import notices, shell, ticking
from portal import texts as portal_texts
from staff.handbook.models import Article
from staff.handbook.queries import articles as queries
from staff.handbook.services import announcements, articles, rules, runs, training
from staff.handbook.texts import announcements as announcement_texts
from staff.handbook.texts import articles as texts
from staff.handbook.texts import plans as plan_texts
from staff.handbook.texts import rules as rule_texts
from staff.handbook.texts import training as training_texts
from staff.people.http import StaffRequest

HANDBOOK = "handbook"


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
    shell.register_tile(
        shell.Tile(
            title=_("Emergencies"),
            icon="life-preserver",
            view="staff:tile_plans",
            link="staff:plans",
            position=27,
            shown=is_person,
        )
    )
    shell.register_tile(
        shell.Tile(
            title=_("Announcements to confirm"),
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


def is_person(request: HttpRequest) -> bool:
    return cast("StaffRequest", request).scope.person_id is not None


def _find(request: HttpRequest, text: str, most: int) -> list[shell.Hit]:
    """Articles that fit a search of the whole portal."""
    visible = Article.objects.visible_to(cast("StaffRequest", request).scope).live()
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
