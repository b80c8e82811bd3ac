"""An order's remark, an unpaid order won back, and the dashboard down to its rows, with axe."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.models import UnpaidOrder
from staff.rulebook import queries as rulebook
from tests.factories.complaints import ComplaintFactory, FollowUpFactory, OrderFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
CASES = [("zh-hans", "phone"), ("en", "wide"), ("zh-hans", "wide"), ("en", "phone")]


@pytest.mark.parametrize(("language", "width"), CASES[:2])
def test_a_remark_is_written_and_copied_and_a_promise_watched(visitors, language, width):
    them = Department()
    order = OrderFactory(store=them.store, promised_at=timezone.now() - timedelta(hours=1))
    agent = visitors(language=language, width=width)
    page = agent.page
    agent.sign_in(them.agent.number, PASSWORD)

    page.goto(reverse("complaints:remark", args=[order.pk]))
    agent.check()
    page.fill("#id_logistics", "顺丰")
    page.fill("#id_gift", "毛巾1条")
    page.fill("#id_wishes", "无")
    with page.expect_navigation():  # until the page listens to its button
        page.click("main form button[type=submit]")
    page.wait_for_selector("#remark-text >> text=物流：顺丰；赠品：毛巾1条；其他：无")
    page.click("[data-copy=remark-text]")
    page.wait_for_selector("[data-copy-status]:not(:empty)", state="attached")
    agent.check()
    page.goto(reverse("complaints:promises"))
    page.wait_for_selector(f"text={order.number}")
    agent.check()


@pytest.mark.parametrize(("language", "width"), CASES[:2])
def test_an_unpaid_order_is_noted_chased_and_won_back(visitors, language, width):
    them = Department()
    agent = visitors(language=language, width=width)
    page = agent.page
    agent.sign_in(them.agent.number, PASSWORD)
    page.goto(reverse("complaints:unpaid"))
    agent.check()
    page.goto(reverse("complaints:create_unpaid"))
    page.select_option("#id_store", str(them.store.pk))
    page.fill("#id_number", "TB9001")
    page.fill("#id_name", "云起")
    agent.check()
    page.click("main form button[type=submit]")
    page.wait_for_selector("#try-words")
    page.fill("#try-words", "亲，还没有付款哦")
    page.click("form[action$='/chase'] button[type=submit]")
    page.wait_for_selector("text=亲，还没有付款哦")
    agent.check()
    page.click("form[action$='/pay'] button[type=submit]")
    page.wait_for_selector("form[action$='/reopen']")
    agent.check()
    row = UnpaidOrder.objects.get()
    assert (row.state, row.won_by) == ("WON", them.agent)


@pytest.mark.parametrize(("language", "width"), CASES)
def test_a_lead_opens_every_number_of_the_dashboard(visitors, language, width):
    them = Department()
    now = timezone.now()
    case = ComplaintFactory(
        store=them.store, registered_at=now, service_day=rulebook.service_day(now), changed_at=now
    )
    FollowUpFactory(store=them.store, owner=them.agent, due_at=now)
    lead = visitors(language=language, width=width)
    page = lead.page
    lead.sign_in(them.lead.number, PASSWORD)
    page.goto(reverse("portal:figures"))
    page.wait_for_selector("[id='complaints.stage'] canvas[data-drawn]")
    lead.check()
    page.click("[id='complaints.stage'] td a")
    page.wait_for_selector(f"text={case.number}")
    lead.check()
