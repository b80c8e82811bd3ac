"""From the call to the finished follow-up: lead and agent, each at their own window."""

from datetime import timedelta

import pytest

from complaints.models import Complaint, FollowUp, Reminder
from portal import ticking
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


def register(lead, store):
    page = lead.page
    page.goto("/complaints/")
    lead.check()
    page.goto("/complaints/create/")
    page.select_option("#id_channel", "PHONE")
    page.select_option("#id_store", str(store.pk))
    page.fill("#id_name", "清风徐来2026")
    page.fill("#id_phone", "13812345678")
    page.fill("#id_description", "杯子收到就碎了，要求补发。")
    lead.check()
    page.locator("form[data-draft] button[type=submit]").last.click()
    page.wait_for_url("**/complaints/C*/")
    lead.check()
    return Complaint.objects.get()


def assign(lead, case, owner):
    page = lead.page
    page.goto(f"/complaints/followups/assign?case={case.number}")
    page.select_option("#assign-owner", str(owner.pk))
    page.fill("#assign-purpose", "回电确认补发地址")
    page.locator("input[name=when]").first.check()
    lead.check()
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state("networkidle")
    lead.check()
    return FollowUp.objects.get()


def see_the_reminder(agent, followup):
    """It arrives by itself: nobody loads the page again."""
    toasts = agent.page.locator("#toasts .toast")
    toasts.first.wait_for(timeout=20_000)
    before = toasts.count()
    ticking.run(clock=lambda: followup.due_at + timedelta(seconds=1))
    agent.page.wait_for_function(
        "count => document.querySelectorAll('#toasts .toast').length > count",
        arg=before,
        timeout=20_000,
    )
    assert followup.number in agent.page.locator("#toasts").inner_text()
    agent.check()


def finish(agent, followup):
    agent.page.goto(f"/complaints/followups/{followup.number}/")
    agent.check()
    agent.page.fill("#finish-outcome", "顾客同意补发，单号已发。")
    agent.page.locator("form:has(#finish-outcome) button[type=submit]").click()
    agent.page.wait_for_load_state("networkidle")
    agent.check()


@pytest.mark.parametrize("width", ["wide", "phone"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_lead_registers_and_assigns_and_the_agent_is_reminded(visitors, language, width):
    department = Department()
    lead = visitors(language=language, width=width)
    agent = visitors(language=language, width=width)
    agent.sign_in(department.agent.number, PASSWORD)
    agent.check()
    lead.sign_in(department.lead.number, PASSWORD)
    lead.check()
    case = register(lead, department.store)
    assert case.recorder == department.lead
    followup = assign(lead, case, department.agent)
    assert followup.owner == department.agent
    see_the_reminder(agent, followup)
    told = Reminder.objects.filter(receiver=department.agent, stage="DUE")
    assert told.count() == 1
    finish(agent, followup)
    followup.refresh_from_db()
    assert (followup.state, followup.done_by) == ("DONE", department.agent)
