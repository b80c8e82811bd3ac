import pytest
from django.contrib.messages import get_messages
from django.test import RequestFactory
from django.urls import reverse

from portal import services, shell
from portal.models import SavedView
from tests.factories.portal import SavedViewFactory, UserFactory
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db


PAGES = dict(shell._pages)  # noqa: SLF001 -- what the apps have registered


@pytest.fixture(autouse=True)
def _pages(monkeypatch):
    monkeypatch.setattr(shell, "_pages", {"list": "portal:notices"})


@pytest.mark.parametrize("page", ["complaints", "followups", "people", "stores"])
def test_every_list_with_a_menu_of_views_takes_them(client, monkeypatch, page):
    monkeypatch.setattr(shell, "_pages", PAGES)
    client.force_login(Department().supervisor.user)
    address = reverse(PAGES[page])
    assert f'action="/views/{page}/save/"' in client.get(address).content.decode()
    assert save(client, page=page, query="q=1").url == f"{address}?q=1"
    assert 'href="?q=1"' in client.get(address).content.decode()


@pytest.fixture
def user(client):
    user = UserFactory(language="en")
    client.force_login(user)
    return user


def save(client, *, page="list", **values):
    return client.post(reverse("portal:save_view", args=[page]), {"name": "Mine", **values})


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_view_is_saved_and_leads_back_to_the_list(client, user):
    response = save(client, query="?show=unread&q=a%20b")
    view = SavedView.objects.get()
    assert response.url == "/notices/?show=unread&q=a%20b"
    assert (view.user, view.page, view.name, view.query) == (
        user,
        "list",
        "Mine",
        "show=unread&q=a%20b",
    )


@pytest.mark.parametrize("name", ["", "   ", "x" * 41])
@pytest.mark.usefixtures("user")
def test_a_view_needs_a_name(client, name):
    response = save(client, name=name)
    assert SavedView.objects.count() == 0
    assert said(response) == ["A view needs a name of at most 40 characters."]


def test_a_name_stands_once_on_a_page(client, user):
    SavedViewFactory(user=user, page="list", name="Mine")
    assert said(save(client)) == ["You have a view of this name already."]
    assert SavedView.objects.count() == 1


def test_others_may_use_the_name_as_well(client, user):
    SavedViewFactory(page="list", name="Mine")
    SavedViewFactory(user=user, page="other", name="Mine")
    assert said(save(client)) == ["The view is saved."]


def test_twenty_views_are_kept_for_a_page(client, user):
    for _ in range(services.MOST_VIEWS):
        SavedViewFactory(user=user, page="list")
    assert said(save(client)) == ["You have twenty views of this list. Delete one first."]
    assert SavedView.objects.count() == services.MOST_VIEWS


@pytest.mark.usefixtures("user")
def test_a_page_without_views_is_not_found(client):
    assert save(client, page="none").status_code == 404
    assert client.post(reverse("portal:delete_view", args=["none"])).status_code == 404


def test_a_view_is_deleted(client, user):
    view = SavedViewFactory(user=user, page="list")
    response = client.post(reverse("portal:delete_view", args=["list"]), {"view": view.pk})
    assert response.url == "/notices/"
    assert SavedView.objects.count() == 0


@pytest.mark.usefixtures("user")
def test_somebody_elses_view_stays(client):
    view = SavedViewFactory(page="list")
    response = client.post(reverse("portal:delete_view", args=["list"]), {"view": view.pk})
    assert response.status_code == 404
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "9" * 40])
def test_a_wrong_key_deletes_nothing(client, user, key):
    SavedViewFactory(user=user, page="list")
    response = client.post(reverse("portal:delete_view", args=["list"]), {"view": key})
    assert response.status_code == 404
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("name", ["save_view", "delete_view"])
@pytest.mark.usefixtures("user")
def test_views_change_by_button_only(client, name):
    assert client.get(reverse(f"portal:{name}", args=["list"])).status_code == 405


@pytest.mark.parametrize("query", ["//evil.example/?x=1", "\r\nSet-Cookie: a=b", "#x"])
@pytest.mark.usefixtures("user")
def test_a_hostile_query_stays_on_the_list(client, query):
    response = save(client, query=query)
    assert response.url.startswith("/notices/")
    assert "\n" not in response.url


def test_the_menu_lists_ones_own_views_and_marks_the_present_one(user):
    here = SavedViewFactory(user=user, page="list", name="a", query="q=1")
    there = SavedViewFactory(user=user, page="list", name="b", query="q=2")
    SavedViewFactory(page="list")
    request = RequestFactory().get("/notices/", {"q": "1"})
    request.user = user
    found = shell.saved_views(request, "list")
    assert found["views"] == [
        {"pk": here.pk, "name": "a", "url": "?q=1", "active": True, "is_shared": False, "by": ""},
        {"pk": there.pk, "name": "b", "url": "?q=2", "active": False, "is_shared": False, "by": ""},
    ]
    assert (found["query"], found["save_url"]) == ("q=1", "/views/list/save/")
