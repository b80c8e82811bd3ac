"""Recommendation, effort and response: counted once, beside the month before, with their rows."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Invitation, Item
from feedback.queries import figures
from staff.rulebook import queries as rulebook
from tests.factories.complaints import OrderFactory, ProductFactory
from tests.factories.feedback import (
    AnswerFactory,
    InvitationFactory,
    ItemFactory,
    QuestionFactory,
    ResponseFactory,
    SurveyFactory,
)
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]
NOVEMBER, OCTOBER = date(2026, 11, 3), date(2026, 10, 20)


@pytest.fixture
def scene():
    return Department()


@pytest.fixture
def survey(scene):
    return SurveyFactory(store=scene.store)


def answered(survey, asked, value, *, day=NOVEMBER, **item):
    question = survey.questions.filter(kind=asked).first() or QuestionFactory(
        survey=survey, kind=asked
    )
    made = ItemFactory(store=survey.store, source="SURVEY", rating=None, service_day=day, **item)
    AnswerFactory(
        response=ResponseFactory(survey=survey, item=made), question=question, value=value
    )
    return made


def of_november(group):
    return figures.of_month(
        Item.objects.all(), invitations=Invitation.objects.all(), group=group, month=NOVEMBER
    )


@pytest.mark.parametrize("group", figures.GROUPS)
def test_scores_of_two_months_stand_side_by_side(survey, group):
    for value in (10, 9, 3):
        answered(survey, "NPS", value)
    answered(survey, "NPS", 8, day=OCTOBER)
    answered(survey, "CES", 6)
    answered(survey, "CES", 7)
    answered(survey, "NPS", 0, kind="SPAM", state="TRIAGED", triaged_at=timezone.now())
    answered(survey, "NPS", 0, day=date(2026, 9, 30))
    for returned in (timezone.now(), None, None, None):
        InvitationFactory(survey=survey, service_day=NOVEMBER, answered_at=returned)
    total = of_november(group).total
    assert (round(total.scores.nps.value), total.scores.nps.of) == (33, 3)
    assert (total.scores_last.nps.value, total.scores_last.nps.of) == (0, 1)
    assert (total.scores.ces.value, total.scores_last.ces) == (6.5, None)
    assert (total.scores.rate.value, total.scores.rate.of) == (25, 4)
    assert total.now.items == 5


def test_scores_are_those_of_each_store_product_and_agent(scene):
    surveys = [SurveyFactory(store=store) for store in (scene.store, scene.other_store)]
    product = ProductFactory()
    answered(surveys[0], "NPS", 10, product=product, agent=scene.agent)
    answered(surveys[1], "NPS", 0)
    order = OrderFactory(store=scene.store, product=product)
    InvitationFactory(
        survey=surveys[0], service_day=NOVEMBER, order=order, agent=scene.agent,
        answered_at=timezone.now(),
    )  # fmt: skip
    for group, key in (
        ("store", scene.store.pk), ("product", product.pk), ("agent", scene.agent.pk),
    ):  # fmt: skip
        (line,) = [one for one in of_november(group).lines if one.key == key]
        assert (line.scores.nps.value, line.scores.nps.of, line.scores.rate.value) == (
            100, 1, 100,
        )  # fmt: skip
    (line,) = of_november("channel").lines
    assert (line.scores.nps.of, line.scores.rate) == (2, None)
    assert not any(line.has_scores for line in of_november("topic").lines)


def test_a_store_whose_customers_were_only_asked_has_a_line(survey):
    InvitationFactory(survey=survey, service_day=NOVEMBER)
    (line,) = of_november("store").lines
    assert (line.key, line.now.items, line.scores.rate.value) == (survey.store_id, 0, 0)


def test_each_score_leads_to_its_rows(scene, survey, client):
    today = rulebook.service_day(timezone.now())
    for value in (10, 2):
        answered(survey, "NPS", value, day=today, received_at=timezone.now())
    answered(survey, "CES", 5, day=today, received_at=timezone.now())
    ItemFactory(store=scene.store, service_day=today, received_at=timezone.now())
    InvitationFactory(survey=survey, service_day=today)
    InvitationFactory(survey=survey, service_day=today - timedelta(days=70))
    client.force_login(scene.lead.user)
    page = client.get(reverse("feedback:figures"))
    for line in (page.context["total"], *page.context["scored"]):
        for score, rows in zip(line["scores"], (2, 1, 1), strict=True):
            found = client.get(score["url"])
            if "invitations" in score["url"]:
                assert found.context["count"] == rows
            else:
                assert parse_qs(urlparse(score["url"]).query)["state"] == ["all"]
                assert found.content.count(b'name="pick"') == rows


def test_scores_of_other_teams_are_not_counted(scene, client):
    today = rulebook.service_day(timezone.now())
    strange = SurveyFactory(store=scene.other_store)
    answered(strange, "NPS", 10, day=today)
    InvitationFactory(survey=strange, service_day=today)
    client.force_login(scene.agent.user)
    total = client.get(reverse("feedback:figures")).context["total"]
    assert (total["has_scores"], total["scores"]) == (False, [])


@pytest.mark.parametrize("asked", [{"asked": "X"}, {"asked": "NPS' OR 1"}, {"survey": "٣"}])
def test_hostile_addresses_are_borne(scene, client, asked):
    client.force_login(scene.agent.user)
    assert client.get(reverse("feedback:items"), asked).status_code == 200
