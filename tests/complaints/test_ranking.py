"""The best hits of a search stand first; a cursor of a search is a place."""

import pytest
from django.urls import reverse

from complaints.policies.ranking import rank
from complaints.queries import cases as queries
from complaints.services.cases import words_of
from portal import sealing
from tests.factories.complaints import ComplaintFactory, CustomerFactory, ProductFactory
from tests.factories.staff import Department

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.mark.parametrize("sort", ["best", "newest", "changed"])
@pytest.mark.parametrize(("rows", "shown"), [(3, "3 entries"), (4, "3+ entries")])
def test_hits_are_counted_as_far_as_they_are_looked_at(client, monkeypatch, sort, rows, shown):
    monkeypatch.setattr(queries, "PAGE_ROWS", 2)
    monkeypatch.setattr(queries, "RANKED", 3)
    scene = Department()
    for _row in range(rows):
        made(scene.store, description="茶壶裂了")
    client.force_login(scene.lead.user)
    page = client.get(
        reverse("complaints:list"), {"q": "茶壶", "sort": sort}, headers={"accept-language": "en"}
    )
    assert f">{shown}<" in page.content.decode()
    assert len(page.context["rows"]) == 2


@pytest.mark.parametrize(
    ("tokens", "place"), [(["茶壶"], 0), (["裂口"], 3), (["茶壶", "裂口"], 3), (["没有"], 10)]
)
def test_the_earlier_the_words_stand_the_better(tokens, place):
    assert rank("茶壶 裂口 盖子", tokens) == place


def test_one_character_stands_where_a_word_begins_with_it():
    assert rank("茶壶 裂口 口", ["裂"]) == 3
    assert rank("茶壶 裂口 口", ["口"]) == 6


def made(store, **more):
    case = ComplaintFactory(store=store, **more)
    case.words = words_of(case)
    case.save(update_fields=["words"])
    return case


def test_a_name_or_a_product_stands_before_a_long_story(client):
    scene = Department()
    story = "顾客说收到的时候外面的箱子已经破了，里面除了杯子之外还有一把茶壶。"
    product = made(scene.store, product=ProductFactory(name="茶壶"), description="盖子裂了。")
    told = made(scene.store, description=story)
    named = made(scene.store, customer=CustomerFactory(name="茶壶控"), description="盖子裂了。")
    client.force_login(scene.lead.user)
    page = client.get(reverse("complaints:list"), {"q": "茶壶"})
    assert {row.number for row in page.context["rows"][:2]} == {product.number, named.number}
    assert page.context["rows"][2].number == told.number
    newest = client.get(reverse("complaints:list"), {"q": "茶壶", "sort": "newest"})
    assert newest.context["rows"][0].number == named.number


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_one_character_finds_the_cases_that_hold_it(client, sort):
    scene = Department()
    found = {
        made(scene.store, description=text).number
        for text in ("茶壶裂了", "裂", "裂口很长", "盖子裂")
    }
    made(scene.store, description="少了一把茶壶")
    client.force_login(scene.lead.user)
    page = client.get(reverse("complaints:list"), {"q": "裂", "sort": sort})
    assert {row.number for row in page.context["rows"]} == found
    both = client.get(reverse("complaints:list"), {"q": "裂 茶壶", "sort": sort})
    assert len(both.context["rows"]) == 1


def test_further_hits_are_paged_by_their_place(client, monkeypatch):
    scene = Department()
    for _row in range(3):
        made(scene.store, description="茶壶裂了")
    monkeypatch.setattr(queries, "PAGE_ROWS", 2)
    client.force_login(scene.lead.user)
    address = reverse("complaints:list")
    first = client.get(address, {"q": "茶壶"})
    assert (len(first.context["rows"]), first.context["count"]) == (2, 3)
    second = client.get(f"{address}{first.context['next_url']}")
    assert len(second.context["rows"]) == 1
    assert client.get(f"{address}{second.context['previous_url']}").status_code == 200
    for cursor in ("1", "x", "99999", "-2", "٣"):
        assert client.get(address, {"q": "茶壶", "after": cursor}).status_code == 404


@pytest.mark.parametrize("text", ["茶壶", "茶壶 裂", "茶壶 13812345678"])
def test_a_search_goes_with_filters_scope_and_phone(client, text):
    """On SQLite the index of words leads; other conditions join it."""
    scene = Department()
    mine = made(scene.store, description="茶壶裂了", severity="CRITICAL")
    made(scene.store, description="茶壶裂了")
    made(scene.other_store, description="茶壶裂了", severity="CRITICAL")
    caller = CustomerFactory(phone="13812345678", phone_hash=sealing.phone_hash("13812345678"))
    called = made(scene.store, customer=caller, description="别的", severity="CRITICAL")
    client.force_login(scene.lead.user)
    for sort in ("best", "newest", "due"):
        page = client.get(
            reverse("complaints:list"), {"q": text, "severity": "CRITICAL", "sort": sort}
        )
        shown = {row.number for row in page.context["rows"]}
        wanted = {mine.number} if "138" not in text else set()
        assert shown == (set() if sort == "due" else wanted), sort
    page = client.get(reverse("complaints:list"), {"q": "13812345678"})
    assert {row.number for row in page.context["rows"]} == {called.number}
