"""Leave in a browser: the consequence before sending, approval, withdrawal; strict policy, axe."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.period import Month
from staff.leave.enums import LeaveState
from staff.leave.models import LeaveRequest
from tests.factories.staff import AssignmentFactory, Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


def ask(visitor, first, last, *, told=""):
    """Fill in personal leave, look at what it would do, and send it."""
    page = visitor.page
    page.goto(reverse("staff:leave_ask"))
    page.check("input[name=kind][value=PERSONAL]")
    page.fill("#leave-first_day", first.isoformat())
    page.fill("#leave-last_day", last.isoformat())
    page.locator("#leave-last_day").blur()
    if told:
        page.wait_for_selector(f"#consequence >> text={told}")
        visitor.check()
    page.click("main form button[type=submit]")
    page.wait_for_url("**/leave/*/")
    visitor.check()


def approve(visitor, month):
    page = visitor.page
    page.goto(reverse("staff:leave_waiting"))
    visitor.check()
    page.click("button[name=decision][value=approve]")
    page.wait_for_selector("button[name=decision][value=approve]", state="detached")
    page.goto(reverse("staff:leave_calendar") + f"?month={month}")
    visitor.check()


def withdraw(visitor, request):
    page = visitor.page
    page.goto(reverse("staff:leave_request", args=[request.pk]))
    visitor.check()
    page.click("form[action$='/withdraw/'] button[type=submit]")
    page.click("#confirm button[data-yes]")
    page.wait_for_selector("form[action$='/withdraw/']", state="detached")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_leave_is_asked_for_approved_and_another_taken_back(visitors, language, width):
    them = Department()
    first = Month.of(timezone.localdate()).next().first_day + timedelta(days=9)
    AssignmentFactory(person=them.agent, team=them.team, day=first)
    agent, deputy = (visitors(language=language, width=width) for _who in range(2))
    agent.sign_in(them.agent.number, PASSWORD)
    ask(agent, first, first + timedelta(days=3), told="LEAVE-5")
    deputy.sign_in(them.deputy.number, PASSWORD)
    approve(deputy, Month.of(first))
    approved = LeaveRequest.objects.get()
    assert approved.state == LeaveState.APPROVED

    later = first + timedelta(days=10)
    ask(agent, later, later)
    second = LeaveRequest.objects.exclude(pk=approved.pk).get()
    withdraw(agent, second)
    second.refresh_from_db()
    assert second.state == LeaveState.WITHDRAWN
