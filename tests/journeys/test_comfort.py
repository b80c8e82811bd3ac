"""Two people at one case: a mail finds it, a script answers it, who is here, whom a note mentions,
what was given is taken back; and what was typed without a connection is still there."""

import pytest
from django.urls import reverse

from complaints.models import CaseLetter, CaseReply, Complaint
from complaints.services import letters
from portal.models import Notice
from tests.factories.complaints import NOW, CaseMailboxFactory, ComplaintFactory
from tests.factories.handbook import ArticleFactory
from tests.factories.portal import IncomingMailFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


@pytest.fixture
def department():
    return Department()


def arrive(department):
    box = CaseMailboxFactory(store=department.store)
    mail = IncomingMailFactory(
        mailbox=box.mailbox, subject="灯坏了", body="第二天就不亮了。\n\n> 您好",
        message_id="<a@x>", sender_hash="h", sender_name="张三",
    )  # fmt: skip
    letters.take(mail, NOW)
    return CaseLetter.objects.get()


def enter(visitors, person, **options):
    visitor = visitors(**options)
    visitor.sign_in(person.number, PASSWORD)
    return visitor


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "wide"), ("en", "phone")])
def test_a_mail_finds_its_case_and_is_answered_with_a_script(  # noqa: PLR0915 -- one story
    department, visitors, language, width
):
    case = ComplaintFactory(
        store=department.store, owner=department.agent, recorder=department.agent
    )
    ArticleFactory(
        owner=department.lead, edition__title_zh="补发", edition__text_zh="{顾客}您好，马上补发。"
    )
    letter = arrive(department)
    lead = enter(visitors, department.lead, language=language, width=width)
    lead.page.goto(reverse("complaints:letters"))
    lead.check()
    lead.page.click(f"a[href='{reverse('complaints:letter', args=[letter.pk])}']")
    lead.page.wait_for_url("**/mails/*/")
    lead.check()
    lead.page.fill("#attach-number", case.number)
    lead.page.locator("form[action$='/attach'] button").last.click()
    lead.page.wait_for_url(f"**/{case.number}/#mails")
    lead.page.locator("text=第二天就不亮了").wait_for()
    lead.check()

    agent = enter(visitors, department.agent, language=language, width=width)
    agent.page.goto(reverse("complaints:case", args=[case.number]))
    agent.page.click("#mails ~ a, a[href*='/reply/']")
    agent.page.wait_for_url("**/reply/**")
    agent.page.click(".script-picker summary")
    agent.page.click("[data-insert]")
    assert agent.page.input_value("#id_text") == f"{case.customer.name}您好，马上补发。"
    agent.check()
    agent.page.click("main form button[type=submit]")
    agent.page.wait_for_url(f"**/{case.number}/#mails")
    agent.page.locator("text=马上补发").first.wait_for()
    agent.check()
    assert CaseReply.objects.get().receiver == "zhang@example.com"
    assert ArticleFactory._meta.model.objects.get().copied == 1


@pytest.mark.parametrize(("language", "width"), [("en", "wide"), ("zh-hans", "phone")])
def test_two_people_at_one_case(department, visitors, language, width):  # noqa: PLR0915 -- one story
    case = ComplaintFactory(
        store=department.store, owner=department.agent, recorder=department.agent
    )
    place = reverse("complaints:case", args=[case.number])
    agent = enter(visitors, department.agent, language=language, width=width)
    agent.page.goto(place)
    agent.page.fill("#id_text", "@")
    agent.page.locator("#id_text").press_sequentially(department.mate.number)
    agent.page.locator(".mention-list li").first.wait_for()
    agent.check()
    agent.page.keyboard.press("Enter")
    assert agent.page.input_value("#id_text") == f"@{department.mate.name} "

    mate = enter(visitors, department.mate, language=language, width=width)
    mate.page.goto(place)
    mate.page.locator("#here .here", has_text=department.agent.name).wait_for()
    mate.page.locator("#here .badge").wait_for()
    mate.check()

    agent.context.set_offline(offline=True)
    agent.page.click("form[action$='/note'] button[type=submit]")
    agent.page.locator(".toast .bi-wifi-off").first.wait_for()
    agent.context.set_offline(offline=False)
    agent.problems.clear()  # the lost connection is one
    agent.page.reload()
    assert agent.page.input_value("#id_text") == f"@{department.mate.name} "
    agent.page.click("form[action$='/note'] button[type=submit]")
    agent.page.locator("#messages .alert-success").wait_for()
    assert Notice.objects.get(kind="complaint.mentioned").receiver == department.mate.user
    agent.page.wait_for_load_state("networkidle")  # the keys are there once the scripts are
    agent.page.keyboard.press("?")
    agent.page.locator("#shortcuts [data-of-page] kbd", has_text="n").wait_for()
    agent.check()


def test_many_cases_are_given_and_taken_back(department, visitors):
    for _row in "abc":
        ComplaintFactory(store=department.store, owner=department.mate)
    lead = enter(visitors, department.lead, width="wide")
    lead.page.goto(reverse("complaints:list"))
    lead.page.check("[data-select-all]")
    lead.page.select_option("#bulk-owner", str(department.agent.pk))
    lead.check()
    lead.page.click("#bulk button.btn-primary")
    lead.page.locator("[data-key=z]").wait_for()
    lead.check()
    assert Complaint.objects.filter(owner=department.agent).count() == 3
    lead.page.keyboard.press("z")
    lead.page.locator("#messages .alert-success").wait_for()
    assert Complaint.objects.filter(owner=department.mate).count() == 3
    lead.page.check("[data-select-all]")
    lead.page.click("#bulk .dropdown-toggle")
    lead.page.select_option("#bulk-severity", "SERIOUS")
    lead.check()
    lead.page.click("button[value=severity]")
    lead.page.locator("[data-key=z]").wait_for()
    assert Complaint.objects.filter(severity="SERIOUS").count() == 3
