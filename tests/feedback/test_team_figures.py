"""Figures by team: whoever served the store on that day, with the rows behind each number."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from feedback.models import Invitation, Item
from feedback.queries import figures, teams
from staff.people.models import StoreService
from tests.factories.complaints import ProductFactory
from tests.factories.feedback import (
    NOW,
    AnswerFactory,
    InvitationFactory,
    ItemFactory,
    QuestionFactory,
    ResponseFactory,
    SurveyFactory,
    TopicFactory,
)
from tests.factories.staff import Department, StoreServiceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]
MOVED = date(2026, 11, 10)
DAY = timedelta(days=1)


@pytest.fixture
def scene():
    """The store goes from the team to the other team on the tenth."""
    them = Department()
    StoreService.objects.filter(store=them.store).update(
        valid_from=date(2026, 1, 1), valid_until=MOVED - DAY
    )
    StoreServiceFactory(store=them.store, team=them.other_team, valid_from=MOVED)
    return them


def said(scene, day, rating, **fields):
    return ItemFactory(
        store=scene.store, rating=rating, service_day=date(2026, 11, day),
        received_at=NOW.replace(day=day), **fields,
    )  # fmt: skip


def of_team():
    found = figures.of_month(
        Item.objects.all(), invitations=Invitation.objects.all(), group=figures.TEAM, month=MOVED
    )
    return {line.key: line for line in found.lines}


def test_an_item_counts_for_the_team_of_its_day(scene):
    said(scene, 2, 5), said(scene, 9, 1), said(scene, 10, 4)
    lines = of_team()
    first, second = lines[scene.team.pk], lines[scene.other_team.pk]
    assert (first.now.items, first.now.good, first.label) == (2, 1, scene.team.name)
    assert (second.now.items, second.now.good) == (1, 1)
    assert first.now.csat.low < 50 < first.now.csat.high


def test_scores_of_surveys_count_for_the_team_of_their_day(scene):
    survey = SurveyFactory(store=scene.store)
    nps = QuestionFactory(survey=survey, kind="NPS")
    item = said(scene, 11, None, source="SURVEY")
    AnswerFactory(response=ResponseFactory(survey=survey, item=item), question=nps, value=10)
    InvitationFactory(survey=survey, service_day=date(2026, 11, 3))
    lines = of_team()
    assert lines[scene.other_team.pk].scores.nps.value == 100
    assert (lines[scene.team.pk].scores.invited, lines[scene.team.pk].scores.nps) == (1, None)


def test_the_rows_behind_a_figure_are_those_of_the_team(scene):
    early, late = said(scene, 2, 5), said(scene, 20, 5)
    assert teams.items_of(Item.objects.all(), scene.team.pk).get() == early
    assert teams.items_of(Item.objects.all(), scene.other_team.pk).get() == late
    asked = InvitationFactory(survey__store=scene.store, service_day=date(2026, 11, 3))
    assert teams.invitations_of(Invitation.objects.all(), scene.team.pk).get() == asked
    assert not teams.invitations_of(Invitation.objects.all(), scene.other_team.pk).exists()


def test_the_page_draws_the_lines_of_its_table_and_each_leads_to_its_rows(scene, client):
    said(scene, 2, 5), said(scene, 20, 1)
    client.force_login(scene.supervisor.user)
    page = client.get(reverse("feedback:figures"), {"by": "team", "month": "2026-11"})
    html = page.content.decode()
    bars = json.loads(unescape(re.search(r'data-bars="([^"]*)"', html)[1]))
    assert sorted(bars["labels"]) == sorted([scene.team.name, scene.other_team.name])
    assert sorted(bars["now"]) == [0.0, 100.0]
    for url in bars["urls"]:
        rows = client.get(url)
        assert rows.content.count(b'name="pick"') == 1
        assert unescape(html).count(url) >= 1
    exported = client.get(reverse("feedback:figures") + page.context["export"]).content.decode()
    assert scene.team.name in exported


@pytest.mark.parametrize("group", ["team", "agent", "product", "topic"])
def test_what_names_none_leads_to_its_rows_too(scene, client, group):
    StoreService.objects.filter(store=scene.store, valid_from=MOVED).update(
        team=None, valid_until=MOVED + DAY
    )
    StoreServiceFactory(store=scene.store, team=scene.team, valid_from=MOVED + 2 * DAY)
    topic, agent, product = TopicFactory(), scene.agent, ProductFactory()
    named = said(scene, 2, 5, agent=agent, product=product)
    named.topics.add(topic)
    said(scene, 10, 1)
    answered = said(scene, 11, 5)
    Item.objects.filter(pk=answered.pk).update(answered_at=answered.received_at)
    client.force_login(scene.supervisor.user)
    page = client.get(reverse("feedback:figures"), {"by": group, "month": "2026-11"})
    (line,) = (line for line in page.context["lines"] if "without" in line["url"])
    counts = {"url": line["now"].items, "bad_url": line["now"].bad}
    counts["answered_url"] = line["now"].answered
    assert counts == {"url": 2, "bad_url": 1, "answered_url": 1}
    for name, count in counts.items():
        rows = client.get(reverse("feedback:items") + "?" + line[name]).content
        assert rows.count(b'name="pick"') == count, name
