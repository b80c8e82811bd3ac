"""The handbook in a browser: a script copied, an announcement confirmed, a plan triggered."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from staff.handbook.models import Article, PlanRun, Reading
from tests.factories.handbook import (
    AnnouncementFactory,
    ArticleFactory,
    ArticleTagFactory,
    ArticleVersionFactory,
    CompletionFactory,
    PlanFactory,
    PlanStepFactory,
    ProposalFactory,
    ReadingFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
RULES = date(2020, 1, 1)
TEXT = "亲，16:00 前付款当天发出。\n周日顺延。"


@pytest.fixture
def them():
    return Department()


def today():
    day = timezone.localdate()
    return {"first_day": day, "last_day": day}


def copies(visitor):
    """Press the button, find the text in the clipboard and the copy counted."""
    page = visitor.page
    visitor.check()
    with page.expect_response("**/copied"):
        page.click("[data-copy]")
    page.wait_for_selector("[data-copy-status]:not(:empty)", state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == TEXT
    page.wait_for_selector("#counts:has-text('1')", state="attached")
    visitor.check()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_an_agent_copies_a_script_and_confirms_an_announcement(visitors, them, language, width):
    made = ArticleFactory(edition__title_zh="发货时间怎么说", edition__text_zh=TEXT)
    ArticleTagFactory(article=made, name="物流")
    ArticleFactory(edition__title_zh="退货运费")
    AnnouncementFactory(must_read=True, edition__title="年终大促安排", **today())
    visitor = visitors(language=language, width=width)
    page = visitor.page
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.sign_in(them.agent.number, PASSWORD)
    page.wait_for_selector("text=年终大促安排")
    page.goto(reverse("staff:handbook"))
    visitor.check()
    page.fill("#filter-q", "什么时候发货")
    page.press("#filter-q", "Enter")
    page.wait_for_selector(".alert-info")
    assert page.locator("tbody tr").count() == 1
    page.click("tbody a")
    copies(visitor)
    assert Article.objects.get(pk=made.pk).copied == 1
    page.goto(reverse("staff:announcements"))
    visitor.check()
    page.click("tbody a")
    visitor.check()
    page.click("main form button[type=submit]")
    page.wait_for_selector(".alert-success")
    assert Reading.objects.get().person == them.agent


def test_without_the_clipboard_the_text_is_marked(visitors, them):
    made = ArticleFactory(edition__text_zh=TEXT)
    visitor = visitors()
    page = visitor.page
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', {value: undefined});"
        "document.execCommand = () => false;"
    )
    visitor.sign_in(them.agent.number, PASSWORD)
    page.goto(reverse("staff:article", args=[made.pk]))
    page.click("[data-copy]")
    page.wait_for_selector("[data-copy-status]:not(:empty)", state="attached")
    assert "Ctrl+C" in page.inner_text("[data-copy-status]")
    assert page.evaluate("document.getSelection().toString()") == TEXT


def does_the_task(visitor, person):
    """Find the task on the home page and finish it."""
    page = visitor.page
    visitor.sign_in(person.number, PASSWORD)
    page.wait_for_selector("text=补回漏接的顾客")
    page.click("text=补回漏接的顾客")
    visitor.check()
    page.click("main details summary")
    page.fill("main details[open] input[name=note]", "已补回 12 人")
    page.click("main details[open] button[type=submit]")
    page.wait_for_selector(".alert-success")
    visitor.check()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "wide"), ("en", "phone")])
def test_a_supervisor_triggers_a_plan_and_an_agent_does_the_task(visitors, them, language, width):
    plan = PlanFactory(title="系统故障", owner=them.deputy)
    PlanStepFactory(plan=plan, position=3, what="补回漏接的顾客", post="POSTSALE", each=True)
    ProposalFactory()
    chief, agent = (visitors(language=language, width=width) for _who in range(2))
    chief.sign_in(them.supervisor.number, PASSWORD)
    chief.page.goto(reverse("staff:plans"))
    chief.check()
    chief.page.click("#rows tbody a")
    chief.check()
    chief.page.click(".page-actions .btn-danger")
    chief.check()
    chief.page.fill("#id_reason", "千牛登录不上")
    chief.page.click("main form button[type=submit]")
    chief.page.wait_for_url("**/runs/*/")
    chief.check()
    does_the_task(agent, them.agent)
    chief.page.reload()
    assert "已补回 12 人" in chief.page.inner_text("main")
    chief.page.click("main > details summary")
    chief.page.fill("#end-outcome", "十点恢复")
    chief.page.click("main > details[open] button[type=submit]")
    chief.page.wait_for_selector("#review-went_well")
    chief.check()
    assert PlanRun.objects.get().outcome == "十点恢复"


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_the_pages_of_writing_pass_axe(visitors, them, language, width):
    made = ArticleFactory(owner=them.deputy, edition__title_zh="包邮", edition__text_zh="满99元。")
    ArticleVersionFactory(article=made, number=2, title_zh="包邮", text_zh="满89元。", why="降价")
    Article.objects.update(number=2)
    told = AnnouncementFactory(author=them.deputy, **today())
    ReadingFactory(edition=told.versions.get(), person=them.agent)
    plan, done = PlanFactory(), CompletionFactory(person=them.agent)
    visitor = visitors(language=language, width=width)
    visitor.sign_in(them.deputy.number, PASSWORD)
    for path in (
        reverse("staff:article_new"),
        reverse("staff:article_edit", args=[made.pk]),
        reverse("staff:article", args=[made.pk]),
        reverse("staff:article_versions", args=[made.pk]),
        reverse("staff:announcement_new"),
        reverse("staff:announcement_edit", args=[told.pk]),
        reverse("staff:announcement", args=[told.pk]),
        reverse("staff:announcement_readers", args=[told.pk]),
        reverse("staff:plan_new"),
        reverse("staff:plan_edit", args=[plan.pk]),
        reverse("staff:plan_runs"),
        reverse("staff:courses"),
        reverse("staff:course", args=[done.course_id]),
        reverse("staff:course_record", args=[done.course_id]),
        reverse("staff:rules"),
        reverse("staff:rules_readers", args=[RULES]),
    ):
        visitor.page.goto(path)
        visitor.check()
