"""A case from the phone call to the satisfied customer: lead, agent, deputy, customer, warehouse,
each at their own window (CMP-1 to CMP-9)."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from complaints.enums import CaseStage
from complaints.models import CaseTask, CauseKind, Complaint, Proposal
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


def register(lead, department):
    """Register during the call, and give the case to the agent."""
    page = lead.page
    page.goto("/complaints/create/")
    page.select_option("#id_channel", "PHONE")
    page.select_option("#id_store", str(department.store.pk))
    page.fill("#id_name", "清风徐来2026")
    page.fill("#id_phone", "13812345678")
    page.fill("#id_description", "杯子收到就碎了。")
    page.fill("#id_demand", "退货退款")
    page.locator("form[data-draft] button[type=submit]").last.click()
    page.wait_for_url("**/complaints/C*/")
    case = Complaint.objects.get()
    page.goto(reverse("complaints:set_owner", args=[case.number]))
    page.select_option("#id_owner", str(department.agent.pk))
    page.click("main form button[type=submit]")
    page.wait_for_url(f"**/complaints/{case.number}/")
    lead.check()
    return case


def at(visitor, case, name="case"):
    visitor.page.goto(reverse(f"complaints:{name}", args=[case.number]))
    visitor.check()
    return visitor.page


def press(visitor, selector):
    """Press a button of the page and wait for what comes."""
    with visitor.page.expect_navigation():
        visitor.page.locator(selector).first.click()
    visitor.check()


def investigate(agent, case):
    at(agent, case)
    press(agent, "form[action$='/acknowledge'] button")
    page = at(agent, case, "assess")
    page.fill("#id_findings", "出库照片里没有缓冲材料。")
    page.select_option("#id_fault", "WAREHOUSE")
    page.fill("#id_fault_percent", "100")
    for name in ("reasonable", "long_relation", "buys_again"):
        page.select_option(f"#id_{name}", "YES")
    press(agent, "main form button[type=submit]")


def propose(agent, case):
    page = at(agent, case, "propose")
    page.select_option("#id_wanted", "REFUND")
    page.fill("#id_return_fen", "129")
    page.select_option("#id_kind_0", "EXCHANGE")
    page.fill("#id_amount_0", "80")
    page.fill("#id_text_0", "换一只新的，包装加固")
    page.fill("#id_reason", "顾客愿意换货，比退货省。")
    press(agent, "main form button[type=submit]")
    press(agent, "form[action$='/submit'] button")


def approve(deputy, case):
    page = deputy.page
    page.goto("/")
    page.locator(f"main a:has-text('{case.number}')").first.wait_for()
    page.goto(reverse("complaints:proposals"))
    deputy.check()
    press(deputy, f"a:has-text('{case.number}')")
    page.fill("#id_reason", "同意，尽快落实。")
    press(deputy, "button[name=answer][value=approve]")


def link_of(visitor, selector):
    """Make a link and return the path that is shown once."""
    press(visitor, selector)
    return urlsplit(visitor.page.input_value("#address")).path


def carry_out(agent, warehouse, case):
    task = CaseTask.objects.get()
    agent.page.goto(reverse("complaints:task", args=[task.pk]))
    agent.check()
    path = link_of(agent, "form[action$='/link'] button")
    warehouse.page.goto(path)
    warehouse.check()
    assert "清风徐来" not in warehouse.page.content()
    warehouse.page.fill("#id_proof", "SF1234567890")
    press(warehouse, "main form button[type=submit]")
    at(agent, case)
    agent.page.locator("#handled ~ div >> text=SF1234567890").wait_for()


def close(agent, case):
    page = at(agent, case, "cause")
    page.select_option("#id_kind", str(CauseKind.objects.get(code="packing").pk))
    page.fill("#id_text", "打包时没有放缓冲材料。")
    press(agent, "main form >> nth=0 >> button[type=submit]")
    page.fill("#measure-what", "易碎品加双层气泡膜")
    page.fill("#measure-due_on", "2027-01-31")
    press(agent, "form[action$='/measure'] button")
    at(agent, case)
    press(agent, "form:has(input[name=to][value=SATISFIED]) button")


def staff(visitors, department, language):
    """Lead, agent on the phone, deputy: each signed in."""
    found = []
    for post, width in (("lead", "wide"), ("agent", "phone"), ("deputy", "wide")):
        visitor = visitors(language=language, width=width)
        visitor.sign_in(getattr(department, post).number, PASSWORD)
        found.append(visitor)
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_the_call_to_the_satisfied_customer(visitors, language):
    department = Department()
    lead, agent, deputy = staff(visitors, department, language)
    customer = visitors(language=language, width="phone")
    warehouse = visitors(language=language, width="wide")
    case = register(lead, department)
    investigate(agent, case)
    propose(agent, case)
    approve(deputy, case)
    assert Proposal.objects.get().decided_by == department.deputy
    at(agent, case, "agree")
    customer.page.goto(link_of(agent, "form[action$='/agree/link'] button"))
    customer.check()
    press(customer, "button[name=answer][value=yes]")
    carry_out(agent, warehouse, case)
    at(agent, case, "revisit")
    customer.page.goto(link_of(agent, "form[action$='/revisit/link'] button"))
    customer.check()
    customer.page.locator("input[name=score][value='5']").check(force=True)
    press(customer, "main form button[type=submit]")
    close(agent, case)
    case.refresh_from_db()
    assert (case.stage, case.due_at) == (CaseStage.SATISFIED, None)
    lead.page.goto("/complaints/?stage=closed")
    lead.check()
    lead.page.locator(f"a:has-text('{case.number}')").wait_for()
