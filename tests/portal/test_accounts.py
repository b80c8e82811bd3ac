import re
import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.http import SEEN, SIGNED_IN
from portal.models import AuditEntry, User
from tests.factories.portal import UserFactory
from tests.factories.staff import Department

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"  # noqa: S105 -- of the factory


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": login, "password": password}, **extra)


@pytest.mark.parametrize("by", ["username", "email"])
def test_one_signs_in_by_number_or_mail(client, by):
    user = UserFactory()
    response = sign_in(client, getattr(user, by))
    assert (response.status_code, response.url) == (302, "/")
    assert AuditEntry.objects.get().verb == "account.signed_in"


def test_failed_tries_are_recorded_without_what_was_typed(client):
    user = UserFactory()
    assert sign_in(client, user.username, "wrong").status_code == 200
    sign_in(client, "my-password-by-mistake", "wrong")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target_label, entry.origin) == (
        "account.sign_in_failed",
        user.username,
        "127.0.0.1",
    )
    assert "wrong" not in str(vars(entry))


def test_too_many_failures_lock_the_account_for_that_address_and_others(client, settings):
    settings.AXES_FAILURE_LIMIT = 3
    user = UserFactory()
    for _ in range(3):
        response = sign_in(client, user.username, "wrong")
    assert response.status_code == 429
    assert sign_in(client, user.username).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9"), user.username).status_code == 429


def test_too_many_failures_lock_the_address_for_other_accounts(client, settings):
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        sign_in(client, UserFactory().username, "wrong")
    other = UserFactory()
    assert sign_in(client, other.username).status_code == 429
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9"), other.username).status_code == 302


def test_an_ended_account_does_not_get_in(client):
    user = UserFactory(is_active=False)
    response = sign_in(client, user.username)
    assert "_auth_user_id" not in client.session
    assert response.status_code in {200, 302}


@pytest.mark.parametrize("name", ["account_signup", "account_email", "mfa_add_webauthn"])
def test_pages_that_make_no_sense_do_not_exist(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_password_is_reset_by_mail_and_the_answer_tells_nothing(client):
    user = UserFactory()
    known = client.post(reverse("account_reset_password"), {"email": user.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert len(mail.outbox) == 1
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    new = "staple-7-battery-horse"
    client.post(path, {"password1": new, "password2": new})
    assert sign_in(Client(), user.username, new).status_code == 302
    assert (
        "was used already"
        in client.get(link, follow=True, headers={"accept-language": "en"}).content.decode()
    )


def test_changing_the_password_ends_the_other_sessions(client):
    user = UserFactory()
    other = Client()
    sign_in(client, user.username)
    sign_in(other, user.username)
    new = "staple-7-battery-horse"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert client.get(reverse("portal:home")).status_code == 200
    assert other.get(reverse("portal:home")).status_code == 302
    assert AuditEntry.objects.filter(verb="account.password_changed").count() == 1


def test_the_other_sessions_can_be_ended(client):
    user = UserFactory()
    other = Client()
    sign_in(client, user.username)
    sign_in(other, user.username)
    assert client.get(reverse("usersessions_list")).status_code == 200
    client.post(reverse("usersessions_list"))
    assert other.get(reverse("portal:home")).status_code == 302
    assert client.get(reverse("portal:home")).status_code == 200


@pytest.mark.parametrize(("key", "setting"), [(SEEN, "IDLE"), (SIGNED_IN, "ABSOLUTE")])
def test_sessions_end_when_idle_or_old(client, settings, key, setting):
    client.force_login(UserFactory())
    client.get(reverse("portal:home"))
    limit = getattr(settings, f"SESSION_{setting}_SECONDS")
    session = client.session
    session[key] = int(time.time()) - limit - 1
    session.save()
    response = client.get(reverse("portal:home"))
    assert (response.status_code, response.url) == (302, reverse("account_login"))


def test_asking_for_news_is_not_activity(client):
    client.force_login(UserFactory())
    client.get(reverse("portal:home"))
    session = client.session
    before = session[SEEN] = int(time.time()) - 900
    session.save()
    client.get(reverse("portal:poll"))
    assert client.session[SEEN] == before


def test_pages_of_a_session_are_not_stored_and_carry_a_strict_policy(client):
    client.force_login(UserFactory())
    response = client.get(reverse("portal:home"))
    assert "no-store" in response["Cache-Control"]
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("page", ["account_login", "account_reset_password"])
def test_pages_before_the_door_have_no_inline_script_or_style(client, page):
    content = client.get(reverse(page)).content.decode()
    assert not re.search(r"<script(?![^>]*src=)|<style| style=|onclick=", content)


HOSTILE = ["\x00", "\ud800", "x" * 100_000, "1_000", "١٢٣", "' OR 1=1 --", "<script>"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("account_login", ("login", "password")),
        ("account_reset_password", ("email",)),
        ("portal:language", ("language", "next")),
    ],
)
def test_hostile_input_is_no_server_error(client, page, fields, text):
    from urllib.parse import quote  # noqa: PLC0415 -- bytes of a lone surrogate need it

    body = "&".join(f"{field}={quote(text.encode('utf-8', 'surrogatepass'))}" for field in fields)
    response = client.post(reverse(page), body, content_type="application/x-www-form-urlencoded")
    assert response.status_code < 500


def code_for(secret):
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


@pytest.mark.parametrize(
    ("who", "needed"),
    [("supervisor", True), ("deputy", True), ("lead", False), ("agent", False)],
)
def test_a_second_factor_is_set_up_before_all_else(settings, who, needed):
    settings.REQUIRE_SECOND_FACTOR = True
    client = Client()
    user = getattr(Department(), who).user
    sign_in(client, user.username)
    response = client.get(reverse("portal:home"))
    assert response.status_code == (302 if needed else 200)
    if not needed:
        return
    assert response.url == reverse("mfa_activate_totp")
    asked = client.get(response.url)
    client.post(asked.url, {"password": PASSWORD})
    page = client.get(response.url)
    assert "data:image/svg" in page.content.decode()
    secret = page.context["form"].secret
    client.post(response.url, {"code": code_for(secret)})
    assert client.get(reverse("portal:home")).status_code == 200
    again = Client()
    asked = sign_in(again, user.username)
    assert asked.url == reverse("mfa_authenticate")
    assert again.get(reverse("portal:home")).status_code == 302


def test_the_language_is_kept_with_the_person(client):
    user = UserFactory()
    client.force_login(user)
    response = client.post(reverse("portal:language"), {"language": "en", "next": "/notices/"})
    assert response.url == "/notices/"
    assert User.objects.get(pk=user.pk).language == "en"
    assert "Notices" in client.get(reverse("portal:notices")).content.decode()


def test_the_language_does_not_lead_to_other_sites(client):
    response = client.post(
        reverse("portal:language"), {"language": "en", "next": "https://evil.example/"}
    )
    assert response.url == "/"
