"""Places, periods and access of the dashboards, and what they cost."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from complaints.models import Complaint
from portal import figures
from portal.period import DaySpan, Month
from staff.people.models import StoreService
from staff.rulebook import queries as rulebook
from tests.factories.complaints import (
    FollowUpFactory,
    UnpaidChaseFactory,
    UnpaidOrderFactory,
)
from tests.factories.feedback import ItemFactory
from tests.factories.staff import (
    PersonFactory,
    StoreServiceFactory,
    TeamFactory,
)
from tests.portal.figures.steps import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    OCTOBER,
    ZONE,
    _csv,
    asked,
    case,
    evening,
    figure,
    scope,
    some,
    values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def test_places_narrow_and_never_widen(scene):
    case(scene, NOON)
    leak = case(scene, NOON)
    Complaint.objects.filter(pk=leak.pk).update(store=scene.other_store)
    assert some(values("complaints.stage", scene.deputy)) == {"REGISTERED": 2}
    narrowed = {"team": scene.team.pk}
    assert some(values("complaints.stage", scene.deputy, **narrowed)) == {"REGISTERED": 1}
    assert some(values("complaints.stage", scene.lead, team=scene.other_team.pk)) == {}
    assert some(values("complaints.stage", scene.lead, store=scene.other_store.pk)) == {}


def test_a_store_that_changes_teams_counts_for_each_on_its_days(client, scene):
    """As on the page of figures of feedback by team; the night of the day before included."""
    change = date(2026, 10, 16)
    StoreService.objects.filter(store=scene.store).update(valid_until=change - DAY)
    other = TeamFactory(site=scene.team.site)
    StoreServiceFactory(store=scene.store, team=other, valid_from=change)
    PersonFactory(posting__team=other, posting__chief=scene.lead)
    night = datetime.combine(change, datetime.min.time(), ZONE) + 40 * MINUTE
    for at in (NOON, night, NOON + DAY):
        day = rulebook.service_day(at)
        promised = {"due_at": at, "done_at": at, "state": "DONE", "owner": scene.agent}
        FollowUpFactory(store=scene.store, complaint=case(scene, at), **promised)
        ItemFactory(store=scene.store, received_at=at, service_day=day, rating=5)
        row = UnpaidOrderFactory(store=scene.store, owner=scene.agent, placed_at=at - HOUR)
        UnpaidChaseFactory(unpaid=row, by=scene.agent, at=at)
    client.force_login(scene.lead.user)
    page = client.get(reverse("feedback:figures"), {"month": "2026-10", "by": "team"})
    by_team = {line["label"]: line["now"].items for line in page.context["lines"]}
    for team, count in ((scene.team, 2), (other, 1)):
        places = {"team": team.pk}
        assert by_team[team.name] == count
        for code, line in (
            ("feedback.items", "items"), ("complaints.stage", "REGISTERED"),
            ("followups.time", "IN_TIME"), ("orders.unpaid", "CHASED"),
        ):  # fmt: skip
            assert values(code, scene.lead, **places)[line] == count, code
            (last,) = [
                one.last
                for one in figure(code).read(scope(scene.lead), asked(OCTOBER.next(), **places))
                if one.code == line
            ]
            assert last == count, code


def test_a_month_is_compared_with_the_month_before_and_days_with_as_many():
    assert figures.before(OCTOBER.span) == Month(2026, 9).span
    days = DaySpan(date(2026, 10, 5), date(2026, 10, 11))
    assert figures.before(days) == DaySpan(date(2026, 9, 28), date(2026, 10, 4))


@pytest.mark.parametrize("who", ["agent", "stranger"])
def test_agents_have_no_dashboard(client, scene, who):
    client.force_login(getattr(scene, who).user)
    assert client.get(reverse("portal:figures")).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"},
        {"month": "٢٠٢٦-١٠"},
        {"month": "9999-12"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"team": "1_000", "store": "9" * 30, "site": "-1"},
        {"page": "9" * 40},
    ],
)
def test_the_pages_bear_any_address(client, scene, query):
    client.force_login(scene.lead.user)
    for url in (
        reverse("portal:figures"),
        reverse("portal:figure_tile", args=["complaints.stage"]),
        reverse("portal:figure_rows", args=["complaints.cause", "9" * 30]),
        reverse("portal:figure_rows", args=["complaints.cause", "x"]),
    ):
        assert client.get(url, query).status_code == 200
    assert client.get(reverse("portal:figure_tile", args=["none.such"])).status_code == 404


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_table_of_a_figure_is_exported(client, scene, ending):
    case(scene, NOON)
    client.force_login(scene.lead.user)
    url = reverse("portal:figure_export", args=["complaints.stage"])
    query = {"month": "2026-10", "format": ending}
    file = client.get(url, query, headers={"Accept-Language": "en"})
    assert file.status_code == 200
    if ending == "xlsx":
        assert b"".join(file.streaming_content).startswith(b"PK")
    else:
        rows = _csv(file)
        assert [(row["figure"], row["line"], row["value"]) for row in rows] == [
            ("complaints.stage", "REGISTERED", "1")
        ]


@pytest.mark.parametrize("rows", [1, 3])
def test_every_tile_asks_at_most_six_questions(client, scene, rows, django_assert_max_num_queries):
    for _row in range(rows):
        case(scene, NOON)
        FollowUpFactory(store=scene.store, owner=scene.agent, due_at=NOON)
        ItemFactory(store=scene.store, received_at=NOON, service_day=NOON.date())
        evening(scene, NOON.date() + _row * DAY)
    session, who = 2, 5  # session and user; post, people below, stores
    client.force_login(scene.supervisor.user)
    for one in figures.seen_by(scope(scene.supervisor)):
        url = reverse("portal:figure_tile", args=[one.code])
        with django_assert_max_num_queries(session + who + 6):
            client.get(url, {"month": "2026-10"})


def test_the_page_itself_costs_the_same_with_any_data(client, scene, django_assert_num_queries):
    client.force_login(scene.lead.user)
    with django_assert_num_queries(12):
        client.get(reverse("portal:figures"), {"month": "2026-10"})
