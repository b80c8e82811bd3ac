"""Figures of pay and feedback, and all of them over the API, say what the pages say."""

from datetime import date

import pytest
from django.urls import reverse

from portal import figures
from staff.rulebook import queries as rulebook
from tests.api.calling import Caller
from tests.factories.complaints import (
    FollowUpFactory,
    ProductFactory,
    UnpaidOrderFactory,
)
from tests.factories.feedback import ChannelFactory, ItemFactory, TopicFactory
from tests.factories.staff import (
    PolicyFactory,
)
from tests.portal.figures.steps import (
    MORNING,
    NIGHT,
    NOON,
    NOW,
    OCTOBER,
    asked,
    case,
    counted_by_clicks,
    evening,
    everywhere,
    figure,
    scope,
    some,
    values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_a_lead_has_no_figure_of_pay_anywhere(client, scene):
    client.force_login(scene.lead.user)
    assert client.get(reverse("portal:figure_tile", args=["pay.lines"])).status_code == 403
    days = f"since={OCTOBER.first_day}&until={OCTOBER.last_day}"
    assert Caller(scene.lead).get(f"/figures/pay.lines?{days}").status_code == 403
    assert Caller(scene.lead).get(f"/figures/none.such?{days}").status_code == 404
    codes = [one["code"] for one in Caller(scene.lead).get("/figures").json()["items"]]
    assert codes == [one.code for one in figures.seen_by(scope(scene.lead))]


def test_feedback_agrees_with_its_own_page_of_figures(client, scene):
    for at, rating in ((NOON, 5), (NIGHT, 1), (MORNING, 3)):
        ItemFactory(
            store=scene.store, received_at=at, service_day=rulebook.service_day(at), rating=rating
        )
    found = values("feedback.items", scene.lead)
    client.force_login(scene.lead.user)
    page = client.get(reverse("feedback:figures"), {"month": "2026-10"})
    total = page.context["total"]["now"]
    assert found == {
        "items": total.items, "rated": total.rated, "good": total.good, "bad": total.bad,
        "answered": total.answered,
    }  # fmt: skip
    assert found["items"] == 2
    assert everywhere(client, "feedback.items", scene.supervisor) == some(found)


def test_what_a_figure_of_feedback_counts_is_what_a_click_lists(client, scene):
    """Spam, a topic that is no longer used and a later policy of negative stars included."""
    PolicyFactory(valid_from=OCTOBER.next().first_day, negative_stars=3)
    topic, product = TopicFactory(is_active=False), ProductFactory()
    channel = ChannelFactory(store=scene.store, source="STORE_REVIEW")
    triaged = {"state": "TRIAGED", "triaged_at": NOW}
    usual = {"channel": channel, "product": product, "agent": scene.agent, "store": scene.store}
    for at, rating in ((NOON, 1), (NIGHT, 3), (MORNING, 3)):
        day = rulebook.service_day(at)
        for kind in ("COMPLAINT", "SPAM"):
            row = ItemFactory(
                received_at=at, service_day=day, rating=rating, kind=kind, **triaged, **usual
            )
            row.topics.add(topic)
    ItemFactory(store=scene.store, received_at=NOON, service_day=date(2026, 10, 15))
    client.force_login(scene.lead.user)
    for group in ("store", "team", "agent", "channel", "product", "topic"):
        found = counted_by_clicks(client, OCTOBER, group)
        assert (2, 1) in found.values() or (3, 1) in found.values()
        assert (1, 1) in counted_by_clicks(client, OCTOBER.next(), group).values()
    for month, bad in ((OCTOBER, 1), (OCTOBER.next(), 1)):
        assert everywhere(client, "feedback.items", scene.supervisor, month)["bad"] == bad
    assert figure("feedback.items").read(None, asked(OCTOBER.next()))[3].last == 1


def test_every_figure_says_the_same_on_the_dashboard_and_over_the_api(client, scene):
    case(scene, NIGHT)
    FollowUpFactory(store=scene.store, owner=scene.agent, due_at=NIGHT)
    ItemFactory(store=scene.store, received_at=NIGHT, service_day=date(2026, 10, 31), rating=1)
    UnpaidOrderFactory(store=scene.store, owner=scene.agent, placed_at=NIGHT)
    evening(scene, date(2026, 10, 31), late=5)
    for one in figures.seen_by(scope(scene.supervisor)):
        everywhere(client, one.code, scene.supervisor)


@pytest.mark.parametrize("query", ["", "since=2026-10-01", "since=x&until=y",
    "since=2026-10-02&until=2026-10-01", "since=2000-01-01&until=2999-12-31",
    "since=2026-10-01&until=2026-10-31&team=0",
])  # fmt: skip
def test_the_api_names_what_is_wrong_with_the_days(scene, query):
    for path in ("/figures/complaints.stage", "/figures/complaints.stage/REGISTERED"):
        answer = Caller(scene.lead).get(f"{path}?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
