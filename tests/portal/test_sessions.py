import time

import pytest
from django.test import Client
from django.urls import reverse

from portal.http import SEEN, SIGNED_IN
from portal.models import User
from tests.factories.portal import UserFactory

pytestmark = pytest.mark.django_db


def signed_in(**moments):
    """A client in the middle of a session; moments in seconds before now."""
    client = Client()
    client.force_login(UserFactory())
    client.get(reverse("portal:home"))
    session = client.session
    for key, ago in moments.items():
        session[key] = int(time.time()) - ago
    session.save()
    return client


@pytest.mark.parametrize(("key", "setting"), [(SEEN, "IDLE"), (SIGNED_IN, "ABSOLUTE")])
@pytest.mark.parametrize(("beyond", "home", "poll"), [(-60, 200, 200), (2, 302, 401)])
def test_sessions_end_when_idle_or_old(settings, key, setting, beyond, home, poll):
    ago = {key: getattr(settings, f"SESSION_{setting}_SECONDS") + beyond}
    # asked with a count that is not the present one, so that the answer takes the long way
    answer = signed_in(**ago).get(reverse("portal:poll"), {"unread": "7"})
    assert answer.status_code == poll
    answer = signed_in(**ago).get(reverse("portal:notices"))
    assert answer.status_code == home
    if home == 302:
        assert answer.url == f"{reverse('account_login')}?next=/notices/"


def test_asking_for_news_is_not_activity():
    client = signed_in(**{SEEN: 900})
    before = client.session[SEEN]
    client.get(reverse("portal:poll"))
    client.get(reverse("portal:poll"), {"unread": "7"})
    assert client.session[SEEN] == before
    client.get(reverse("portal:notices"))
    assert client.session[SEEN] > before


def test_asking_for_news_signed_out_is_answered_without_a_way_to_the_door(client):
    assert client.get(reverse("portal:poll")).status_code == 401


@pytest.mark.parametrize(
    "cookie",
    ['"\\000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"', "x" * 5000, "short", "\u00e9" * 32, "' OR 1=1 --"],
)
@pytest.mark.parametrize(("page", "answer"), [("portal:home", 302), ("portal:poll", 401)])
def test_a_made_up_session_is_no_session(client, settings, cookie, page, answer):
    header = f"{settings.SESSION_COOKIE_NAME}={cookie}".encode().decode("latin-1")
    assert client.get(reverse(page), headers={"cookie": header}).status_code == answer


def test_the_language_is_kept_with_the_person(client):
    user = UserFactory()
    client.force_login(user)
    response = client.post(reverse("portal:language"), {"language": "en", "next": "/notices/"})
    assert response.url == "/notices/"
    assert User.objects.get(pk=user.pk).language == "en"
    elsewhere = Client(headers={"accept-language": "zh-hans"})
    elsewhere.force_login(user)
    page = elsewhere.get(reverse("portal:notices"))
    assert page["Content-Language"] == "en"
    assert "Notices" in page.content.decode()


def test_the_language_is_kept_in_the_browser_before_signing_in(client):
    client.post(reverse("portal:language"), {"language": "en"})
    page = client.get(reverse("account_login"), headers={"accept-language": "zh-hans"})
    assert page["Content-Language"] == "en"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_language_does_not_lead_to_other_sites(client, target):
    response = client.post(reverse("portal:language"), {"language": "en", "next": target})
    assert response.url == "/"


def test_what_a_page_asks_by_itself_is_no_activity():
    client = signed_in(**{SEEN: 900})
    before = client.session[SEEN]
    client.get(reverse("portal:home"), headers={"X-Kefu-Quiet": "1"})
    assert client.session[SEEN] == before
    client.post(reverse("portal:home"), headers={"X-Kefu-Quiet": "1"})
    assert client.session[SEEN] > before
