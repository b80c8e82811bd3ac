"""A customer answers a survey on a phone, in both languages; a lead reads it and its results."""

import re

import pytest
from django.urls import reverse

from feedback.models import Answer, Item, Response
from feedback.queries.surveys import hashed
from tests.factories.feedback import (
    InvitationFactory,
    PersonalLinkFactory,
    QuestionFactory,
    SurveyFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory
TOKENS = ("a" * 22, "b" * 22)


def make_survey(them):
    survey = SurveyFactory(store=them.store, is_public=True, intro_zh="只需半分钟。",
                           intro_en="It takes half a minute.")  # fmt: skip
    score = QuestionFactory(survey=survey, position=1, kind="STARS", is_required=True)
    QuestionFactory(
        survey=survey, position=2, kind="TEXT", text_zh="哪里没做好？", text_en="What went wrong?",
        after=score, low=1, high=3,
    )  # fmt: skip
    QuestionFactory(
        survey=survey, position=3, kind="NPS", text_zh="您会把我们推荐给朋友吗？",
        text_en="Would you recommend us to friends?",
    )  # fmt: skip
    for token in TOKENS:
        PersonalLinkFactory(
            invitation=InvitationFactory(survey=survey, made_by=them.agent),
            token_hash=hashed(token),
        )
    return survey


def answer(visitor, survey, *, other):
    """Fill in the sheet as a customer would: a mistake, the other language half-way, then send."""
    stars, wrong, nps = survey.questions.order_by("position")
    page = visitor.page
    assert not page.is_visible(f"#q{wrong.pk}")
    page.click("main button[type=submit]")
    page.wait_for_selector(f"#error-q{stars.pk}")
    visitor.problems[:] = [one for one in visitor.problems if "422" not in one]
    visitor.check()
    page.click(f"label[for=q{stars.pk}-2]")
    page.fill(f"#q{wrong.pk}", "包装压坏了")
    page.click(f"button:has-text('{other}')")
    page.wait_for_selector(f"html[lang={'en' if other == 'English' else 'zh-hans'}]")
    assert page.input_value(f"#q{wrong.pk}") == "包装压坏了"
    page.click(f"label[for=q{nps.pk}-0]")
    visitor.check()
    page.click("main button[type=submit]")
    page.wait_for_url("**/thanks/**")
    visitor.check()


@pytest.mark.parametrize(("language", "other"), [("zh-hans", "English"), ("en", "简体中文")])
def test_a_customer_answers_on_a_phone_and_a_lead_reads_it(visitors, language, other):
    them = Department()
    survey = make_survey(them)
    customer = visitors(language=language, width="phone")
    page = customer.page
    page.goto(reverse("feedback:answer_personal", args=[TOKENS[0]]))
    customer.check()
    fits = page.evaluate("() => document.documentElement.scrollHeight <= window.innerHeight")
    assert fits, "the survey is more than one screen of a phone"
    answer(customer, survey, other=other)
    assert Response.objects.count() == 1
    assert set(Answer.objects.values_list("value", "text")) == {
        (2, ""), (None, "包装压坏了"), (0, ""),
    }  # fmt: skip
    page.goto(reverse("feedback:answer_personal", args=[TOKENS[0]]))
    assert (page.locator("h1").count(), page.locator("form").count()) == (1, 0)

    lead = visitors(language=language)
    lead.sign_in(them.lead.number, PASSWORD)
    for url in (
        reverse("feedback:survey", args=[survey.pk]),
        reverse("feedback:item", args=[Item.objects.get().pk]),
    ):
        lead.page.goto(url)
        assert lead.page.locator("text=包装压坏了").count()
        lead.check()


def test_the_public_link_is_answered_by_keyboard_without_scripts_of_others(visitors):
    survey = make_survey(Department())
    stars = survey.questions.order_by("position")[0]
    customer = visitors(language="en", width="phone")
    page = customer.page
    page.goto(reverse("feedback:answer_public", args=[survey.public_key]))
    page.focus(f"#q{stars.pk}-1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/thanks/"))
    assert Answer.objects.get().value == 2
    customer.check()


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_a_lead_builds_a_survey_and_invites(visitors, language, width):
    them = Department()
    visitor = visitors(language=language, width=width)
    page = visitor.page
    visitor.sign_in(them.lead.number, PASSWORD)
    begin(visitor, them)
    page.click("button[name=state][value=OPEN]")
    page.wait_for_selector("a[href$='/invite/']")
    visitor.check()
    page.click("a[href$='/invite/']")
    page.fill("#id_nameless", "2")
    page.click("main form.card button[type=submit]")
    page.wait_for_selector("#links")
    visitor.check()
    assert page.input_value("#links").count("/feedback/s/") == 2
    for name in ("surveys", "invitations"):
        page.goto(reverse(f"feedback:{name}"))
        visitor.check()


def begin(visitor, them):
    """Begin a survey and give it a question."""
    page = visitor.page
    page.goto(reverse("feedback:create_survey"))
    visitor.check()
    page.select_option("#id_store", str(them.store.pk))
    page.fill("#id_title_zh", "收货满意吗")
    page.fill("#id_title_en", "Satisfied with the delivery?")
    page.check("#id_is_public")
    page.click("main form.card button[type=submit]")
    page.wait_for_url(re.compile(r"/surveys/\d+/$"))
    page.click("a[href$='/questions/create/']")
    visitor.check()
    page.fill("#id_text_zh", "满意吗")
    page.fill("#id_text_en", "Satisfied?")
    page.click("main form.card button[type=submit]")
    page.wait_for_selector("h3")
