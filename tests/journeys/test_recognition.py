"""Praise and audits in a browser: given, reacted to, scored by two; strict policy, axe."""

import pytest
from django.urls import reverse

from tests.factories.recognition import (
    CalibrationFactory,
    CoachingFactory,
    DemeritFactory,
    QualityAuditFactory,
    SampleFactory,
    ScorecardVersionFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "phone"), ("en", "wide")])
def test_praise_is_given_and_answered(visitors, language, width):
    them = Department()
    lead, agent = (visitors(language=language, width=width) for _who in range(2))
    lead.sign_in(them.lead.number, PASSWORD)
    lead.page.goto(reverse("staff:praise_new"))
    lead.check()
    lead.page.select_option("#id_to", f"p{them.agent.pk}")
    lead.page.fill("#id_title", "客户感谢信")
    lead.page.fill("#id_text", "耐心核对赠品清单。")
    lead.page.click("main form button[type=submit]")
    lead.page.wait_for_selector("article.praise")
    lead.check()
    agent.sign_in(them.agent.number, PASSWORD)
    agent.page.goto(reverse("staff:wall"))
    button = agent.page.locator("button[id$=-heart]")
    for pressed in ("true", "false", "true"):
        button.click()
        agent.page.wait_for_selector(f"button[id$=-heart][aria-pressed={pressed}]")
    assert button.inner_text().strip().endswith("1")
    agent.check()
    agent.page.click("article .praise-title a")
    agent.page.wait_for_selector("a[href$='/certificate/']")
    agent.page.click("a[href$='/certificate/']")
    agent.check()
    agent.page.goto(reverse("staff:record"))
    agent.check()
    assert "客户感谢信" in agent.page.inner_text("main")


@pytest.mark.parametrize(("language", "width"), [("zh-hans", "wide"), ("en", "phone")])
def test_the_pages_of_record_and_audits_pass_axe(visitors, language, width):
    them = Department()
    card = ScorecardVersionFactory()
    about = {"person": them.agent}
    pages = [
        reverse("staff:demerit", args=[DemeritFactory(**about, recorded_by=them.lead).pk]),
        reverse("staff:coaching", args=[CoachingFactory(**about, coach=them.lead).pk]),
        reverse("staff:quality_audit", args=[QualityAuditFactory(**about, version=card).pk]),
        reverse("staff:sample", args=[SampleFactory(**about, auditor=them.lead, keys=["C1"]).pk]),
        reverse("staff:record_person", args=[them.agent.number]),
        reverse("staff:quality_trend", args=[them.agent.number]),
        reverse("staff:scorecard", args=[card.scorecard_id]),
        reverse("staff:quality_audit_new") + f"?person={them.agent.pk}&card={card.pk}",
        *(
            reverse(f"staff:{name}")
            for name in (
                "demerits", "coaching_list", "quality_audits", "calibrations", "scorecards",
                "demerit_new", "coaching_new", "sample_new", "calibration_new",
            )
        ),
    ]  # fmt: skip
    visitor = visitors(language=language, width=width)
    visitor.sign_in(them.lead.number, PASSWORD)
    for path in pages:
        visitor.page.goto(path)
        visitor.check()


def test_an_auditor_scores_blind(visitors):
    them = Department()
    calibration = CalibrationFactory(person=them.agent, first=them.lead, second=them.deputy)
    visitor = visitors(language="zh-hans", width="phone")
    visitor.sign_in(them.lead.number, PASSWORD)
    visitor.page.goto(reverse("staff:calibration", args=[calibration.pk]))
    visitor.check()
    for field in visitor.page.locator("select[name^=points_]").all():
        field.select_option("4")
    visitor.page.click("main form button[type=submit]")
    visitor.page.wait_for_selector(".empty")
    visitor.check()
    assert "80.00" not in visitor.page.inner_text("main")
