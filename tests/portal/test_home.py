import pytest
from django.test import Client
from django.urls import reverse

from portal import shell
from tests.factories.portal import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client):
    user = UserFactory(language="en", first_name="林<b>")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def _registries(monkeypatch):
    monkeypatch.setattr(shell, "_tiles", {})
    monkeypatch.setattr(shell, "_finders", {})


def tile(view, position, **values):
    shell.register_tile(
        shell.Tile(
            title=view, icon="bell", view=view, link="portal:audit", position=position, **values
        )
    )


def finder(name, position, *hits):
    asked = []

    def find(_request, text, most):
        asked.append((text, most))
        return list(hits)

    shell.register_finder(name, shell.Finder(label=name, position=position, find=find))
    return asked


@pytest.mark.usefixtures("user")
def test_home_greets_and_shows_tiles_that_load_themselves(client):
    tile("portal:notices", 2)
    tile("portal:search", 1)
    tile("portal:outbox", 3, shown=lambda _request: False)
    response = client.get(reverse("portal:home"))
    page = response.content.decode()
    assert "Hello, 林&lt;b&gt;" in page
    assert [t["url"] for t in response.context["tiles"]] == ["/search/", "/notices/"]
    assert 'hx-get="/notices/"' in page
    assert 'href="/audit/"' in page


@pytest.mark.usefixtures("user")
def test_home_without_tiles_says_why(client):
    page = client.get(reverse("portal:home")).content.decode()
    assert "Nothing to show here yet" in page
    assert reverse("admin:index") not in page


def test_the_administrator_is_led_to_the_administration(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True, language="en"))
    assert 'href="/admin/"' in client.get(reverse("portal:home")).content.decode()


def test_strangers_are_sent_to_the_sign_in(client):
    for name in ("home", "search", "notices", "audit", "outbox"):
        response = client.get(reverse(f"portal:{name}"))
        assert (response.status_code, response.url.split("?")[0]) == (302, "/accounts/login/")


@pytest.mark.usefixtures("user")
def test_the_search_groups_what_the_sources_find(client):
    asked = finder("Second", 2, shell.Hit("<t>", "<x>", "/audit/"))
    finder("First", 1, shell.Hit("C1", "", "/notices/"))
    finder("None", 3)
    response = client.get(reverse("portal:search"), {"q": "  C1  "})
    page = response.content.decode()
    assert [group["label"] for group in response.context["groups"]] == ["First", "Second"]
    assert asked == [("C1", 8)]
    assert "&lt;t&gt;" in page
    assert "<t>" not in page
    assert 'value="C1"' in page


@pytest.mark.parametrize("text", ["", "   "])
@pytest.mark.usefixtures("user")
def test_an_empty_search_asks_nobody(client, text):
    asked = finder("Any", 1)
    page = client.get(reverse("portal:search"), {"q": text}).content.decode()
    assert asked == []
    assert "What are you looking for?" in page


@pytest.mark.usefixtures("user")
def test_a_search_without_hits_says_so(client):
    finder("Any", 1)
    page = client.get(reverse("portal:search"), {"q": "nothing"}).content.decode()
    assert "Nothing found" in page


@pytest.mark.parametrize(
    "text", ["'\"><script>alert(1)</script>", "%' OR '1'='1", "x" * 5000, "\ud800", "💥" * 300]
)
@pytest.mark.usefixtures("user")
def test_hostile_searches_are_answered_with_a_page(client, text):
    asked = finder("Any", 1)
    query = text.encode("utf-8", "surrogatepass")
    response = client.get(reverse("portal:search"), {"q": query})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()
    assert all(len(asked_text) <= 200 for asked_text, _most in asked)


def test_home_costs_the_same_for_any_number_of_tiles(django_assert_num_queries):
    client = Client()
    client.force_login(UserFactory())
    for position, view in enumerate(("portal:notices", "portal:search", "portal:audit")):
        tile(view, position)
    client.get(reverse("portal:home"))
    with django_assert_num_queries(5):
        client.get(reverse("portal:home"))
