from datetime import date

import pytest
from django.urls import reverse

from staff.people.enums import Post
from tests.factories.staff import (
    Department,
    PersonFactory,
    SalaryFactory,
    StoreFactory,
    StoreServiceFactory,
    TeamFactory,
)
from tests.staff.browser import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def them(client):
    department = Department()
    client.force_login(department.agent.user)
    client.cookies["django_language"] = "en"
    return department


@pytest.mark.parametrize("rows", [1, 3])
def test_people_cost_the_same_for_any_number_of_rows(client, rows, django_assert_num_queries):
    me = PersonFactory(posting__post=Post.SUPERVISOR)
    PersonFactory.create_batch(rows, posting__chief=me, posting__team=TeamFactory())
    client.force_login(me.user)
    client.get(reverse("staff:people"))
    with django_assert_num_queries(10):
        response = client.get(reverse("staff:people"))
    assert response.content.count(b"<tr>") == rows + 2


@pytest.mark.parametrize("rows", [1, 3])
def test_stores_cost_the_same_for_any_number_of_rows(client, rows, django_assert_num_queries):
    me = PersonFactory(posting__post=Post.SUPERVISOR)
    for store in StoreFactory.create_batch(rows):
        StoreServiceFactory(store=store, valid_until=date(2025, 1, 1))
        StoreServiceFactory(store=store, valid_from=date(2025, 1, 2))
    client.force_login(me.user)
    client.get(reverse("staff:stores"))
    with django_assert_num_queries(11):
        response = client.get(reverse("staff:stores"))
    assert response.content.count(b"<tr>") == rows + 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"lead", "agent", "mate"}),
        ({"q": "{agent}"}, {"agent"}),
        ({"q": "nobody at all"}, set()),
        ({"team": "{team}"}, {"lead", "agent", "mate"}),
        ({"post": "LEAD", "team": "{team}"}, {"lead"}),
        ({"state": "left"}, set()),
        ({"team": "x", "site": "y", "post": "'", "sort": "zz", "page": "-1"}, {"lead"}),
    ],
)
def test_people_are_found_by_the_address(client, them, query, found):
    words = {"agent": them.agent.number, "team": str(them.team.pk)}
    address = {name: value.format(**words) for name, value in query.items()}
    page = client.get(reverse("staff:people"), address).content.decode()
    for name in found:
        assert f"/staff/people/{getattr(them, name).number}/" in page
    if not found:
        assert "<tr>" not in page


def test_person_shows_the_chain_and_no_more_than_one_may_see(client, them):
    SalaryFactory(person=them.lead, base_fen=777700)
    them.lead.phone = "13812345678"
    them.lead.save()
    address = reverse("staff:person", args=[them.lead.number])
    page = client.get(address).content.decode()
    for name in ("deputy", "supervisor", "agent", "mate"):
        assert getattr(them, name).name in page
    assert "7,777.00" not in page
    assert "13812345678" not in page
    page = as_(client, them.deputy).get(address).content.decode()
    assert "7,777.00" in page
    assert "13812345678" in page
    page = as_(client, them.outsider).get(address).content.decode()
    assert "7,777.00" not in page


@pytest.mark.parametrize("number", ["NOBODY", "a b", "😀"])
def test_an_unknown_person_is_not_there(client, them, number):  # noqa: ARG001 -- the fixture sets the stage
    assert client.get(f"/staff/people/{number}/").status_code == 404


def test_chart_shows_everybody_once(client, them):
    page = client.get(reverse("staff:chart")).content.decode()
    people = ("supervisor", "deputy", "lead", "agent", "mate", "other_lead", "stranger")
    for name in people:
        assert page.count(f"/staff/people/{getattr(them, name).number}/") == 1


def test_a_user_without_a_post_is_shown_nothing(client, them):  # noqa: ARG001 -- the fixture sets the stage
    stranger = PersonFactory.build().user
    stranger.username = "nobody"
    stranger.save()
    for name in ("people", "chart", "stores"):
        assert as_(client, stranger).get(reverse(f"staff:{name}")).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("supervisor", 200), ("deputy", 200), ("lead", 403), ("agent", 403), ("outsider", 200)],
)
def test_people_are_exported_by_those_who_manage(client, them, who, status):
    SalaryFactory(person=them.agent, base_fen=424200)
    address = reverse("staff:export", args=["people"])
    response = as_(client, getattr(them, who)).get(address, {"format": "csv"})
    assert response.status_code == status
    if status == 200:
        text = b"".join(response.streaming_content).decode()
        assert them.agent.number in text
        assert ("4242.00" in text) is (who != "outsider")


def test_an_export_of_an_unknown_kind_is_not_there(client, them):  # noqa: ARG001 -- the fixture sets the stage
    assert client.get(reverse("staff:export", args=["zz"])).status_code == 404


def test_tile_shows_the_shift_and_its_lead(client, them):
    page = client.get(reverse("staff:tile_shift")).content.decode()
    assert them.lead.name in page
