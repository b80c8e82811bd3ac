import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import AuditEntry
from tests.factories.portal import UserFactory

pytestmark = pytest.mark.django_db

OPEN = ["account_login", "account_reset_password", "account_reset_password_done"]
OPEN += ["account_reset_password_from_key_done", "account_inactive"]
INSIDE = ["portal:home", "usersessions_list", "mfa_index", "account_change_password"]
INSIDE += ["account_reauthenticate", "account_logout", "admin:index"]


@pytest.fixture
def inside():
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def is_strict(response):
    policy = response["Content-Security-Policy"]
    return "unsafe" not in policy and "default-src 'none'" in policy


def inline(response):
    """What a strict policy would stop: scripts and styles in the page itself."""
    pattern = r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+="
    found = re.findall(pattern, response.content.decode())
    return [text for text in found if 'type="application/json"' not in text]


@pytest.mark.parametrize("page", OPEN)
def test_pages_before_the_door_are_strict(client, page):
    response = client.get(reverse(page))
    assert response.status_code == 200
    assert is_strict(response)
    assert inline(response) == []


@pytest.mark.parametrize("page", INSIDE)
def test_pages_behind_the_door_are_strict_and_not_stored(inside, page):
    response = inside.get(reverse(page))
    assert response.status_code == 200
    assert is_strict(response)
    assert inline(response) == []
    assert "no-store" in response["Cache-Control"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_the_administration_has_no_door_of_its_own(client, inside):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('account_login')}?next=/admin/"
    answer = client.post("/admin/login/", {"username": "x", "password": "y"})
    assert answer.url.startswith(reverse("account_login"))
    colleague = Client()
    colleague.force_login(UserFactory())
    assert colleague.get("/admin/", follow=True).status_code == 403
    assert inside.get("/admin/password_change/").url == reverse("account_change_password")
    assert inside.get("/admin/logout/").url == reverse("account_logout")


HOSTILE = ["\x00", "a\x00b@example.com", "\ud800", "x" * 100_000, "١٢٣٤٥٦", "' OR 1=1 --", "\u202e"]
FORMS = [
    ("account_login", ("login", "password", "next")),
    ("account_reset_password", ("email",)),
    ("portal:language", ("language", "next")),
    ("account_change_password", ("oldpassword", "password1", "password2")),
    ("account_reauthenticate", ("password", "next")),
    ("mfa_activate_totp", ("code",)),
    ("usersessions_list", ("session",)),
    ("account_logout", ("next",)),
]


@pytest.mark.both
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize(("page", "fields"), FORMS)
def test_hostile_input_is_no_server_error(text, page, fields):
    client = Client()
    if page not in {"account_login", "account_reset_password"}:
        user = UserFactory()
        known = {"login": user.username, "password": "correct horse battery"}
        client.post(reverse("account_login"), known)
        client.post(reverse("account_reauthenticate"), known)
    dirty = quote(text.encode("utf-8", "surrogatepass"))
    body = "&".join(f"{field}={dirty}" for field in fields)
    form = "application/x-www-form-urlencoded"
    assert client.post(reverse(page), body, content_type=form).status_code < 500
    if len(text) < 1000:
        assert client.get(f"{reverse(page)}?next={dirty}").status_code < 500


@pytest.mark.both
@pytest.mark.parametrize("path", ["/notices/?before=%00", "/complaints/C%00/", "/%ED%A0%80/"])
def test_a_hostile_address_is_no_server_error(inside, path):
    assert inside.get(path).status_code in {400, 404}


@pytest.mark.parametrize(
    ("proxies", "chain", "origin"),
    [
        (0, "10.1.1.1", "127.0.0.1"),
        (1, "6.6.6.6, 10.1.1.1", "10.1.1.1"),
        (2, "6.6.6.6, 10.1.1.1, 10.2.2.2", "10.1.1.1"),
        (1, "not an address", "127.0.0.1"),
        (2, "10.1.1.1", "127.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxy_saw(client, settings, proxies, chain, origin):

    settings.PROXY_COUNT = proxies
    user = UserFactory()
    client.post(
        reverse("account_login"),
        {"login": user.username, "password": "wrong"},
        headers={"x-forwarded-for": chain},
    )
    assert AuditEntry.objects.get().origin == origin
