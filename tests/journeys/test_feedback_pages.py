"""Point 7, and the pages around it: QR link, triage by keyboard, an action before and after."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Action, Call, Item
from feedback.services import aftercase
from tests.factories.complaints import ComplaintFactory
from tests.factories.feedback import (
    CallFactory,
    CallRuleFactory,
    ItemFactory,
    QuestionFactory,
    SurveyFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
LOOKS = [("zh-hans", "phone"), ("en", "wide")]


def answer_by_qr(customer, survey):
    """Answer on the page that the QR code of the survey leads to."""
    stars, words = survey.questions.order_by("position")
    page = customer.page
    page.goto(reverse("feedback:answer_public", args=[survey.public_key]))
    page.click(f"label[for=q{stars.pk}-1]")
    page.fill(f"#q{words.pk}", "建议包装再厚一点")
    page.click("main button[type=submit]")
    page.wait_for_url("**/thanks/**")
    customer.check()


def plan(lead, them, item, *, today):
    """Make the item an improvement action, and say that it is done."""
    page = lead.page
    page.goto(f"{reverse('feedback:create_action')}?item={item.pk}")
    page.fill("#id_title", "加厚包装")
    page.fill("#id_department", "仓库")
    page.fill("#id_due_on", f"{today + timedelta(days=5):%Y-%m-%d}")
    page.fill("#id_check_on", f"{today + timedelta(days=30):%Y-%m-%d}")
    page.select_option("#id_owner", str(them.lead.pk))
    lead.check()
    page.click("main form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/feedback/actions/\d+/$"))
    page.click("form[action$='/finish'] button[name=done]")
    page.wait_for_load_state("networkidle")
    lead.check()


def test_a_customer_answers_by_qr_link_and_a_lead_triages_by_keyboard_to_an_action(visitors):
    them = Department()
    survey = SurveyFactory(store=them.store, is_public=True)
    QuestionFactory(survey=survey, position=1, kind="STARS")
    QuestionFactory(survey=survey, position=2, kind="TEXT")
    answer_by_qr(visitors(language="zh-hans", width="phone"), survey)
    item = Item.objects.get()
    lead = visitors(language="zh-hans")
    lead.sign_in(them.lead.number, PASSWORD)
    lead.page.goto(reverse("feedback:item", args=[item.pk]))
    lead.check()
    lead.page.keyboard.press("2")
    lead.page.wait_for_url(re.compile(r"/feedback/items/$"))
    item.refresh_from_db()
    assert (item.kind, item.state) == ("SUGGESTION", "TRIAGED")
    plan(lead, them, item, today=timezone.localdate())
    assert Action.objects.get().state == "DONE"


@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_a_call_is_taken_dialled_and_written_down(visitors, language, width):
    them = Department()
    case = ComplaintFactory(
        store=them.store, owner=them.agent, stage="SATISFIED", closed_at=timezone.now()
    )
    CallFactory(rule=CallRuleFactory(store=them.store), complaint=case)
    agent = visitors(language=language, width=width)
    agent.sign_in(them.agent.number, PASSWORD)
    page = agent.page
    page.goto(reverse("feedback:calls"))
    agent.check()
    page.click("tbody a")
    with page.expect_navigation():  # the button listens when the page has loaded
        page.click("form[action$='/take'] button")
    page.click(".masked button")
    page.wait_for_selector(f"text={case.customer.phone}")
    page.check("input[name=outcome][value=REACHED]")
    page.select_option("#id_score", "1")
    page.fill("#id_words", "还是漏水")
    agent.check()
    page.click("main form.card button[type=submit]")
    page.wait_for_selector("#said")
    agent.check()
    assert Call.objects.get().state == "REACHED"
    case.refresh_from_db()
    assert case.reopened == 1


@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_the_owner_takes_the_link_after_a_case_and_looks_at_the_figures(visitors, language, width):
    them = Department()
    now = timezone.now()
    SurveyFactory(store=them.store, after_case_since=now - timedelta(days=1))
    ComplaintFactory(store=them.store, owner=them.agent, stage="SATISFIED", closed_at=now)
    aftercase.ask_due(now)
    for rating in (1, 5, 5):
        ItemFactory(store=them.store, rating=rating, received_at=now, service_day=now.date())
    agent = visitors(language=language, width=width)
    agent.sign_in(them.agent.number, PASSWORD)
    page = agent.page
    page.goto(f"{reverse('feedback:invitations')}?state=hand")
    agent.check()
    page.click("form[action$='/link'] button")
    page.wait_for_selector("#message")
    assert "/feedback/s/" in page.input_value("#message")
    agent.check()
    page.goto(f"{reverse('feedback:figures')}?by=team&month={now:%Y-%m}")
    page.wait_for_selector("canvas[data-bars]")
    agent.check()


@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_who_manages_sees_rules_of_calls_and_what_was_learnt(visitors, language, width):
    them = Department()
    CallRuleFactory(store=them.store)
    visitor = visitors(language=language, width=width)
    visitor.sign_in(them.supervisor.number, PASSWORD)
    for name in ("call_rules", "create_call_rule", "rules", "create_survey"):
        visitor.page.goto(reverse(f"feedback:{name}"))
        visitor.check()
