"""Daily report and shift summary in a browser: typed on a phone without a connection, filed,
summed up by the lead; strict policy, axe, nothing sideways."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints.services import adopting
from staff.daily.enums import ReportState, SummaryState
from staff.daily.models import DailyReport, ShiftSummary, UnfinishedOrder
from staff.rulebook import queries as rulebook
from tests.factories.complaints import ComplaintFactory, FollowUpFactory
from tests.factories.staff import AssignmentFactory, Department, ShiftTypeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
STATE = "#daily-state[data-state={}]"


def on_shift(them, day):
    """A shift that runs now, whatever the clock says; the lead leads it."""
    now = timezone.now()
    kind = ShiftTypeFactory(name_zh="当班", name_en="Running shift")
    span = {"starts_at": now - timedelta(hours=2), "ends_at": now + timedelta(hours=3)}
    for person, leads in ((them.agent, False), (them.mate, False), (them.lead, True)):
        AssignmentFactory(
            person=person, team=them.team, day=day, shift_type=kind, is_lead=leads, **span
        )
    return kind


def typed_without_connection(visitor, day):
    """Type, lose the connection, type on, come back: everything is there and saved."""
    page = visitor.page
    page.goto(reverse("staff:daily_write", args=[day]))
    visitor.check()
    page.fill("[name='figure-REFUNDS']", "2")
    page.wait_for_selector(STATE.format("saved"))
    visitor.context.set_offline(True)
    page.fill("[name='questions-0-text']", "能不能开专票？")
    page.click("[data-daily-add=questions]")
    page.fill("[name='questions-1-text']", "破损补发怎么登记？")
    page.wait_for_selector(STATE.format("offline"))
    page.click("form[data-daily] button[type=submit]")  # stays, and says why
    assert page.is_visible(STATE.format("offline"))
    on_line_again(visitor)
    visitor.check()


def on_line_again(visitor):
    visitor.context.set_offline(False)
    visitor.page.wait_for_selector(STATE.format("saved"))
    visitor.problems.clear()  # the browser notes each request that found no line


def lost_page_comes_back(visitor, day):
    """What was typed without a connection survives the page itself."""
    page = visitor.page
    visitor.context.set_offline(True)
    page.fill("[name='learnt']", "先复述问题再答")
    page.wait_for_selector(STATE.format("offline"))
    visitor.lose_page()
    page = visitor.page
    assert "learnt" not in DailyReport.objects.get().draft
    visitor.context.set_offline(False)
    page.goto(reverse("staff:daily_write", args=[day]))
    assert page.input_value("[name='learnt']") == "先复述问题再答"
    on_line_again(visitor)
    assert DailyReport.objects.get().draft["learnt"] == "先复述问题再答"
    visitor.check()


def filed(visitor, them):
    page = visitor.page
    page.fill("[name='figure-COMPLAINTS']", "3")
    assert page.inner_text("[data-daily-known='1'] [data-daily-difference]") == "+2"
    due = timezone.localtime() + timedelta(hours=20)
    for name, value in (
        ("buyer", "tb_青山依旧"), ("order_number", "281100000001"), ("bought_on", "2026-10-28"),
        ("problem", "外箱破损"), ("asks", "补发一个杯盖"), ("due_at", f"{due:%Y-%m-%dT%H:%M}"),
    ):  # fmt: skip
        page.fill(f"[name='orders-0-{name}']", value)
    page.select_option("[name='orders-0-store']", str(them.store.pk))
    visitor.check()
    page.click("form[data-daily] button[type=submit]")
    page.wait_for_url("**/staff/daily/*/")
    visitor.check()
    kept = page.evaluate("Object.keys(localStorage).filter(key => key.includes(':daily:'))")
    assert kept == []
    adopting.adopt_due(timezone.now())
    page.reload()
    page.wait_for_selector("a[href*='/followups/F']")


def summed_up(visitor, them, where):
    page = visitor.page
    for name in ("daily_shifts", "daily_list", "daily_questions", "daily_period"):
        page.goto(reverse(f"staff:{name}"))
        visitor.check()
    page.goto(reverse("staff:daily_shift", args=where))
    visitor.check()
    page.click("form[action$='/remind/'] button")
    page.wait_for_selector("#messages .alert-success")
    page.check("[name=hard] >> nth=0")
    for box in page.query_selector_all("[name=checked]"):
        box.check()
    page.fill("[name='passed-0-text']", "杯盖破损集中在同一批次")
    send_summary(page)
    page.wait_for_selector(".alert-danger >> nth=1")  # a case has no owner
    visitor.problems.clear()  # the browser notes the answer 422
    visitor.check()
    ComplaintFactory._meta.model.objects.filter(owner=None).update(owner=them.mate)
    send_summary(page)
    page.wait_for_selector("#messages .alert-success")
    visitor.check()


def send_summary(page):
    page.click("button[name=send]")
    page.click("#confirm button[data-yes]")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_a_report_is_typed_without_a_line_filed_and_summed_up(visitors, language, width):
    them = Department()
    day = rulebook.service_day(timezone.now())
    kind = on_shift(them, day)
    ComplaintFactory(store=them.store, recorder=them.agent, owner=them.agent, service_day=day)
    late = timezone.now() + timedelta(hours=1)
    ComplaintFactory(store=them.store, owner=None, due_at=late)
    FollowUpFactory(owner=them.mate, store=them.store, due_at=late)

    agent = visitors(language=language, width="phone")
    agent.sign_in(them.agent.number, PASSWORD)
    typed_without_connection(agent, day)
    lost_page_comes_back(agent, day)
    filed(agent, them)
    report = DailyReport.objects.get()
    assert (report.state, report.late_minutes) == (ReportState.FILED, 0)
    assert sorted(report.questions.values_list("text", flat=True)) == [
        "破损补发怎么登记？", "能不能开专票？",
    ]  # fmt: skip
    assert UnfinishedOrder.objects.get().adopted_as

    lead = visitors(language=language, width=width)
    lead.sign_in(them.lead.number, PASSWORD)
    summed_up(lead, them, [them.team.pk, day, kind.code])
    summary = ShiftSummary.objects.get()
    assert (summary.state, summary.missing) == (SummaryState.SENT, 1)
    assert summary.handed_over.count() == 3  # a case and two follow-ups
    assert isinstance(summary.sent_at, datetime)
