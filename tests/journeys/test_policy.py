"""The pages of policy, calendars and what happens after publication: used, and held to axe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from staff.roster.models import Swap
from staff.rulebook.models import Calendar, Policy
from tests.factories.roster import OpenShiftFactory, PublicationReceiptFactory, WishFactory
from tests.factories.staff import AssignmentFactory, Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
WAYS = [("zh-hans", "wide"), ("en", "phone")]


def look(visitor, *paths):
    for path in paths:
        visitor.page.goto(path)
        visitor.check()


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_version_is_previewed_saved_changed_and_withdrawn(visitors, language, width):
    them = Department()
    chief = visitors(language=language, width=width)
    chief.sign_in(them.supervisor.number, PASSWORD)
    page = chief.page
    look(chief, "/staff/policy/", "/staff/policy/2020-01-01/", "/staff/policy/new/")
    page.fill("[name=late_1_fen]", "abc")
    page.locator("button[name=step][value=preview]").click()
    page.locator(".field-error").first.wait_for()
    chief.problems.clear()  # the browser notes the 422 as an error
    chief.check()
    page.fill("[name=late_1_fen]", "15")
    page.locator("button[name=step][value=preview]").click()
    page.locator("button[name=step][value=save]").wait_for()
    chief.check()
    assert Policy.objects.count() == 1
    page.locator("button[name=step][value=save]").click()
    page.wait_for_selector("#messages .alert-success")
    chief.check()
    saved = Policy.objects.get(late_1_fen=15_00)
    look(chief, f"/staff/policy/{saved.valid_from}/edit/", f"/staff/policy/{saved.valid_from}/")
    page.locator("form[action*=withdraw] button").click()
    page.locator("#confirm [data-yes]").click()
    page.wait_for_selector("#messages .alert-success")
    assert Policy.objects.get().valid_from.year == 2020


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_calendars_are_filled_and_a_month_is_simulated(visitors, language, width):
    them = Department()
    Calendar.objects.get(code="office").days.all().delete()
    AssignmentFactory(
        person=them.agent, team=them.team, day=timezone.localdate() - timedelta(days=40)
    )
    chief = visitors(language=language, width=width)
    chief.sign_in(them.supervisor.number, PASSWORD)
    page = chief.page
    look(chief, "/staff/policy/calendars/", "/staff/policy/calendars/office/?year=2026")
    look(chief, "/staff/policy/calendars/office/fill/?year=2026")
    page.locator("main form button[type=submit]").click()
    page.wait_for_selector("#messages .alert-success")
    chief.check()
    assert Calendar.objects.get(code="office").days.count() == 39
    look(chief, "/staff/policy/simulate/")
    page.fill("[name=no_punch_half_days]", "0.5")
    page.locator("main form button[type=submit]").last.click()
    chief.check()
    assert Policy.objects.count() == 1


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_the_pages_after_publication(visitors, language, width):
    them = Department()
    day = timezone.localdate() + timedelta(days=3)
    row = AssignmentFactory(person=them.agent, team=them.team, day=day, is_lead=True)
    OpenShiftFactory(team=them.team, day=day)
    WishFactory(person=them.agent, day=day)
    PublicationReceiptFactory(person=them.agent, publication__team=them.team)
    lead = visitors(language=language, width=width)
    lead.sign_in(them.lead.number, PASSWORD)
    look(lead, f"/staff/roster/day/?day={day}", "/staff/roster/published/")
    look(lead, f"/staff/roster/cover/{row.pk}/", "/staff/roster/exchange/")
    agent = visitors(language=language, width=width)
    agent.sign_in(them.agent.number, PASSWORD)
    wish_twice(agent, day)
    agent.page.locator("form[action*=feed] button").first.click()
    agent.page.wait_for_selector("#feed-link")
    agent.check()
    agent.page.goto("/staff/roster/exchange/")
    agent.page.select_option("#swap-given", index=0)
    agent.page.select_option("#swap-colleague", str(them.mate.pk))
    agent.page.locator("form[action*=ask] button[type=submit]").dblclick()
    agent.page.wait_for_selector("#messages .alert")
    agent.check()
    assert Swap.objects.count() == 1


def wish_twice(agent, day):
    """The second wish for a day is told of the first, and keeps what was typed."""
    page = agent.page
    look(agent, "/staff/roster/mine/")
    page.fill("#wish-day", str(day))
    page.fill("#wish-note", "另一个愿望")
    page.locator("form:has(#wish-day) button[type=submit]").click()
    page.locator("form:has(#wish-day) .invalid-feedback").wait_for()
    agent.problems.clear()  # the browser notes the 409 as an error
    agent.check()
    assert page.input_value("#wish-note") == "另一个愿望"
    page.locator("form:has(#wish-day) button[type=submit]").click()
    page.wait_for_selector("#messages .alert-success")
