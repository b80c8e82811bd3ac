"""A month from the draft to a swap: supervisor, agent on the phone, colleague and lead."""

from datetime import timedelta

import pytest
from django.utils import timezone

from staff.roster.models import Assignment, DraftCell, PublicationReceipt, Swap
from staff.roster.queries.month import last_day
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


def wait_for(visitor, count):
    """Wait until the draft on the server has so many days."""
    for _ in range(100):
        if DraftCell.objects.count() == count:
            return
        visitor.page.wait_for_timeout(50)
    raise AssertionError(DraftCell.objects.count())


def draft(chief, them, month):
    page = chief.page
    page.goto(f"/staff/roster/?team={them.team.pk}&month={month:%Y-%m}")
    chief.check()
    page.locator(f"#c{them.agent.pk}-3").click()  # by click: the menu, and in it the shift
    page.locator("#cell-menu .cell-pick[data-letter=D]").click()
    wait_for(chief, 1)
    page.locator(f"#c{them.agent.pk}-3").focus()  # by key
    page.keyboard.press("l")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("e")
    wait_for(chief, 2)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")  # too little rest after the evening: marked, and taken back
    wait_for(chief, 3)
    page.locator(f"#c{them.agent.pk}-5.hard").wait_for()
    assert "SHIFT-6" in page.locator("#broken-list").inner_text()
    chief.check()
    page.locator("[data-undo]").click()
    wait_for(chief, 2)
    page.locator(f"#c{them.agent.pk}-5:not(.hard)").wait_for()
    page.drag_and_drop(f"#c{them.agent.pk}-4", f"#c{them.mate.pk}-4")  # by dragging
    page.locator(f"#c{them.mate.pk}-4[data-m]").wait_for()
    wait_for(chief, 2)


def publish(chief):
    page = chief.page
    page.locator("form[action*=publish] button").click()
    page.locator("#confirm [data-yes]").click()
    page.wait_for_selector("#messages .alert-success")
    chief.check()


def see_and_ask(agent, month, mate):
    page = agent.page
    page.goto("/staff/roster/mine/")
    agent.check()
    assert PublicationReceipt.objects.filter(seen_at=None).count() == 1  # the mate's
    page.goto(f"/staff/roster/?month={month:%Y-%m}")
    assert page.locator(".own-list li").count() == 1
    agent.check()
    page.goto("/staff/roster/exchange/")
    page.select_option("#swap-given", index=0)
    page.select_option("#swap-colleague", str(mate.pk))
    page.fill("#swap-note", "家里有事，谢谢")
    agent.check()
    page.locator("form[action*=ask] button[type=submit]").click()
    page.wait_for_selector("#messages .alert-success")


def answer(visitor, name):
    visitor.page.goto("/staff/roster/exchange/")
    visitor.check()
    visitor.page.locator(f"button[name={name}]").first.click()
    visitor.page.wait_for_selector("#messages .alert-success")
    visitor.check()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_month_is_drafted_published_seen_and_swapped(visitors, language):
    them = Department()
    today = timezone.localdate()
    month = last_day(today) + timedelta(days=1)
    chief = visitors(language=language)
    chief.sign_in(them.supervisor.number, PASSWORD)
    draft(chief, them, month)
    publish(chief)
    rows = Assignment.objects.order_by("day").values_list(
        "person_id", "day", "shift_type__code", "is_lead"
    )
    assert list(rows) == [
        (them.agent.pk, month.replace(day=3), "day", True),
        (them.mate.pk, month.replace(day=4), "evening", False),
    ]
    agent = visitors(language=language, width="phone")
    agent.sign_in(them.agent.number, PASSWORD)
    see_and_ask(agent, month, them.mate)
    mate = visitors(language=language, width="phone")
    mate.sign_in(them.mate.number, PASSWORD)
    answer(mate, "agree")
    decider = visitors(language=language)
    decider.sign_in(them.lead.number, PASSWORD)
    answer(decider, "approve")
    assert Swap.objects.get().state == "APPROVED"
    assert Assignment.objects.get(day=month.replace(day=3)).person == them.mate
