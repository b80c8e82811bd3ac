"""A statement on the phone in a browser: from a fine to its punch, disputed, taken back, closed."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from portal.period import Month
from staff.incentives.enums import MonthState, RunState
from staff.incentives.models import Settlement
from staff.incentives.services import settling
from tests.factories.incentives import SettlementRunFactory
from tests.factories.staff import Department, SalaryFactory
from tests.staff.incentives.staging import punch, shift

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


@pytest.fixture
def them():
    """Last month is published now, the one before it ten days ago; the agent was late once."""
    now = timezone.now()
    last = Month.of(timezone.localdate(now)).previous()
    department = Department()
    for who in (department.agent, department.mate, department.deputy):
        SalaryFactory(person=who, base_fen=600000)
    day = last.first_day.replace(day=8)
    shift(department.agent, f"{day}", "day", "08:30", "17:30")
    punch(department.agent, f"{day} 08:41")
    punch(department.agent, f"{day} 17:35")
    settling.publish(last.previous(), actor=None, now=now - timedelta(days=10))
    settling.publish(last, actor=None, now=now)
    department.month, department.earlier = last, last.previous()
    return department


def take_back(visitor, who):
    visitor.sign_in(who.number, PASSWORD)
    visitor.page.goto(reverse("staff:disputes"))
    visitor.check()
    visitor.page.click("main tbody a")
    visitor.page.fill("#id_answer", "已核实，撤销。")
    visitor.check()
    visitor.page.click("button[value=reverse]")
    visitor.page.wait_for_url("**/pay/disputes/")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "phone")])
def test_a_fine_is_followed_disputed_and_taken_back(visitors, them, language, width):
    agent = visitors(language=language, width=width)
    agent.sign_in(them.agent.number, PASSWORD)
    agent.page.goto(reverse("staff:pay") + f"?month={them.month}")
    agent.check()
    row = agent.page.locator("tr", has_text="ATT-2")
    row.locator(".evidence a[href*='/attendance/people/']").click()
    agent.page.wait_for_selector("text=08:41:00")
    agent.page.go_back()
    agent.page.locator("tr", has_text="ATT-2").locator("a[href*='/pay/dispute/']").click()
    agent.page.fill("#id_reason", "打卡机坏了")
    agent.check()
    agent.page.click("main form button[type=submit]")
    agent.page.wait_for_selector("text=打卡机坏了")

    take_back(visitors(language=language, width="wide"), them.deputy)

    agent.page.goto(reverse("staff:pay") + f"?month={them.month}")
    assert "已核实，撤销。" in agent.page.inner_text("main")
    assert "+20.00" in agent.page.inner_text("main")
    agent.check()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "wide"), ("en", "phone")])
def test_a_month_is_closed_by_two(visitors, them, language, width):
    for who in (them.deputy, them.supervisor):
        visitor = visitors(language=language, width=width)
        visitor.sign_in(who.number, PASSWORD)
        for name in ("pay_months", "pay_people"):
            visitor.page.goto(reverse(f"staff:{name}"))
            visitor.check()
        visitor.page.goto(reverse("staff:pay_month", args=[str(them.earlier)]))
        visitor.check()
        visitor.page.click("button[value=sign]")
        visitor.page.wait_for_url("**/act/")
        visitor.check()
        visitor.page.click("button[value=sign]")
        visitor.page.wait_for_selector(f"main >> text={them.deputy.name}")
    earlier = Settlement.objects.get(month=them.earlier.first_day)
    assert earlier.state == MonthState.CLOSED
    assert (earlier.first_closer, earlier.second_closer) == (them.deputy, them.supervisor)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_statement_prints_on_a4_with_its_details_open(visitors, them, language):
    agent = visitors(language=language)
    agent.sign_in(them.agent.number, PASSWORD)
    agent.page.goto(reverse("staff:pay") + f"?month={them.month}")
    assert agent.page.locator("main details[open]").count() == 0
    printed = agent.page.pdf(prefer_css_page_size=True)
    pages = PdfReader(io.BytesIO(printed)).pages
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages}
    assert sizes == {(595, 842)}  # A4, upright, in points
    text = " ".join(page.extract_text() for page in pages)
    day = them.month.first_day.replace(day=8)
    for part in ("ATT-2", "-20.00", f"{day} 08:41:00", f"{day} 08:30:00", them.agent.number):
        assert part in text, part
    agent.page.emulate_media(media="print")
    wide = "Math.max(...[...document.querySelectorAll('main *')].map((one) => one.scrollWidth))"
    agent.page.set_viewport_size({"width": 695, "height": 1000})  # the width of the sheet's text
    assert agent.page.evaluate(wide) <= 695
    assert agent.page.locator(".evidence").first.is_hidden()


@pytest.mark.parametrize("width", ["phone", "wide"])
def test_a_running_month_and_the_rest_days_stand_the_check(visitors, them, width):
    now = timezone.now()
    run = SettlementRunFactory(
        month=them.month.first_day, actor=them.deputy.user, asked_at=now, rung_at=now,
        moved_at=now, people_done=1, people_all=3,
    )  # fmt: skip
    deputy = visitors(language="en", width=width)
    deputy.sign_in(them.deputy.number, PASSWORD)
    for path in (
        reverse("staff:pay_months"),
        reverse("staff:pay_month", args=[them.month]),
        reverse("staff:rest_days", args=[them.agent.number, them.month]),
    ):
        deputy.page.goto(path)
        deputy.check()
    deputy.page.goto(reverse("staff:pay_month", args=[them.month]))
    assert "1 / 3" in deputy.page.locator(".progress-line").inner_text()
    type(run).objects.update(people_done=2, moved_at=now)
    deputy.page.wait_for_selector("text=2 / 3")
    type(run).objects.update(state=RunState.DONE, finished_at=now, people=3, lines=9)
    deputy.page.wait_for_selector("text=9 lines of 3 people")
    assert deputy.page.locator(".progress-line").count() == 0
